//! One step of a story, and how it is written.

use anyhow::{Context as _, bail};

use crate::Channel;

/// What somebody does, or what is to be seen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// `Anna writes on whatsapp: Hello` the first time, later `Anna writes: Hello`
    Writes { who: String, on: Option<Channel>, text: String },
    /// `Anna reads: Hello…`: the next message that she gets.
    Reads { who: String, pattern: String },
    /// `Anna reads nothing`: all is done, and there was no further message.
    ReadsNothing { who: String },
    /// `Anna is offered: Yes | No`: below the message that she read last.
    Offered { who: String, titles: Vec<String> },
    /// `Anna chooses: Yes`
    Chooses { who: String, title: String },
    /// `Camille takes Anna`: an agent, a customer's conversation.
    Takes { agent: String, who: String },
    /// `Camille answers Anna: Good morning!`
    Answers { agent: String, who: String, text: String },
    /// `Camille returns Anna`: to the bot.
    Returns { agent: String, who: String },
    /// `Camille resolves Anna`
    Resolves { agent: String, who: String },
    /// `The queue holds Anna: …complaint…`: with the reason that agents see.
    QueueHolds { who: String, reason: String },
    /// `The queue is empty`
    QueueIsEmpty,
    /// `The server is killed`: as by a loss of power.
    Killed,
    /// `The server starts again`: on the same data.
    StartsAgain,
    /// `The server stops`: in order.
    Stops,
    /// `Platform whatsapp goes down`: connections are refused.
    GoesDown(Channel),
    /// `Platform whatsapp comes back`
    ComesBack(Channel),
    /// `The transcript of Anna shows:` and an indented page.
    Shows { who: String, page: String },
}

impl Step {
    /// Reads `head` or `head: rest`.
    pub(crate) fn parse(line: &str) -> anyhow::Result<Self> {
        let (head, rest) = match line.split_once(':') {
            Some((head, rest)) => (head, Some(rest.trim().to_owned())),
            None => (line, None),
        };
        let words: Vec<&str> = head.split_whitespace().collect();
        let text = || rest.clone().filter(|rest| !rest.is_empty()).context("something has to stand after the colon");
        let name = |who: &&str| (*who).to_owned();
        let step = match words.as_slice() {
            ["The", "queue", "is", "empty"] => Self::QueueIsEmpty,
            ["The", "queue", "holds", who] => Self::QueueHolds { who: name(who), reason: text()? },
            ["The", "server", "is", "killed"] => Self::Killed,
            ["The", "server", "starts", "again"] => Self::StartsAgain,
            ["The", "server", "stops"] => Self::Stops,
            ["The", "transcript", "of", who, "shows"] => Self::Shows { who: name(who), page: String::new() },
            ["Platform", channel, "goes", "down"] => Self::GoesDown(channel.parse()?),
            ["Platform", channel, "comes", "back"] => Self::ComesBack(channel.parse()?),
            [who, "writes", "on", channel] => {
                Self::Writes { who: name(who), on: Some(channel.parse()?), text: text()? }
            }
            [who, "writes"] => Self::Writes { who: name(who), on: None, text: text()? },
            [who, "reads", "nothing"] => Self::ReadsNothing { who: name(who) },
            [who, "reads"] => Self::Reads { who: name(who), pattern: text()? },
            [who, "is", "offered"] => {
                let titles = text()?.split('|').map(|title| title.trim().to_owned()).collect();
                Self::Offered { who: name(who), titles }
            }
            [who, "chooses"] => Self::Chooses { who: name(who), title: text()? },
            [agent, "takes", who] => Self::Takes { agent: name(agent), who: name(who) },
            [agent, "answers", who] => Self::Answers { agent: name(agent), who: name(who), text: text()? },
            [agent, "returns", who] => Self::Returns { agent: name(agent), who: name(who) },
            [agent, "resolves", who] => Self::Resolves { agent: name(agent), who: name(who) },
            _ => bail!("`{head}` is no step of a story: the README of the scenarios lists them all"),
        };
        Ok(step)
    }

    /// Takes an indented line in, where the step has a page.
    pub(crate) fn push_line(&mut self, line: &str) -> anyhow::Result<()> {
        match self {
            Self::Shows { page, .. } => {
                page.push_str(line);
                page.push('\n');
                Ok(())
            }
            _ => bail!("only `The transcript of … shows:` is followed by indented lines"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wrong(line: &str) -> String {
        Step::parse(line).unwrap_err().to_string()
    }

    #[test]
    fn steps_read_as_they_are_written() {
        let anna = || "Anna".to_owned();
        let text = "a: b".to_owned();
        assert_eq!(
            Step::parse("Anna writes on web-chat: a: b").unwrap(),
            Step::Writes { who: anna(), on: Some(Channel::WebChat), text }
        );
        let titles = vec!["Yes".to_owned(), "No, thanks".to_owned()];
        assert_eq!(Step::parse("Anna is offered: Yes | No, thanks").unwrap(), Step::Offered { who: anna(), titles });
        assert_eq!(Step::parse("The server is killed").unwrap(), Step::Killed);
    }

    #[test]
    fn what_is_no_step_is_told() {
        assert!(wrong("Anna sings: la").contains("`Anna sings`"));
        assert!(wrong("Anna reads:").contains("after the colon"));
        assert!(wrong("Anna writes on pigeon: hi").contains("`pigeon`"));
    }
}
