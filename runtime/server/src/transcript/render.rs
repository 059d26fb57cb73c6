//! The whole page: a heading, then lines and turns in the order in which they came about.

use std::fmt;

use sportello_domain::conversation::{Owner, Stage, Voice};
use sportello_engine::ports::store::DeliveredLine;

use super::{Transcript, content, time, turn};

impl fmt::Display for Transcript {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.heading())?;
        let mut day = String::new();
        for entry in self.entries() {
            let at = time::clock(entry.at);
            if let Some(date) = at.split(' ').next().filter(|date| *date != day) {
                day = date.to_owned();
                writeln!(f, "\n{day} (times are UTC)")?;
            }
            for (index, line) in entry.text.iter().enumerate() {
                let margin = if index == 0 { time::of_day(entry.at) } else { " ".repeat(8) };
                writeln!(f, "{}", format!("{margin}  {line}").trim_end())?;
            }
        }
        Ok(())
    }
}

struct Entry {
    /// Decides the order.
    heard: u64,
    /// Is shown.
    at: u64,
    /// What stands first at the same time: what the customer wrote, the turn about it, what came of it.
    rank: u8,
    text: Vec<String>,
}

impl Transcript {
    fn heading(&self) -> String {
        let conversation = &self.overview.conversation;
        let contact = &self.overview.contact;
        let name = contact.name.as_deref().map(|name| format!(" ({name})")).unwrap_or_default();
        let mut facts = vec![
            match conversation.stage {
                Stage::Open => "open",
                Stage::Closing => "closing",
                Stage::Closed => "closed",
            }
            .to_owned(),
            match &conversation.owner {
                Owner::Bot => "with the bot".to_owned(),
                Owner::Queue(waiting) => format!("waits in {}: {}", waiting.queue, waiting.hand_over.reason),
                Owner::Agent(agent) => format!("with {}", agent.name),
            },
        ];
        facts.extend(conversation.active_skill.as_ref().map(|skill| format!("dialogue of {}", skill.revision)));
        facts.extend(conversation.locale.clone());
        facts.extend(conversation.tags.iter().map(|tag| format!("#{tag}")));
        format!(
            "Conversation {}\n{} · {}{name} · since {}\n{}\n",
            conversation.id,
            conversation.channel,
            conversation.thread.address,
            time::clock(conversation.opened_at),
            facts.join(" · ")
        )
    }

    fn entries(&self) -> Vec<Entry> {
        let lines = self.lines.iter().map(|line| {
            let rank = if line.line.voice == Voice::Customer { 0 } else { 2 };
            // Platforms tell times in whole seconds, or late: the order is that in which the host heard of things.
            Entry { heard: line.line.id.made_at(), at: line.line.at, rank, text: written_line(line) }
        });
        let turns = self.turns.iter().map(|record| {
            let mut text = turn::written(record);
            text.iter_mut().for_each(|line| line.insert_str(0, "│ "));
            Entry { heard: record.started_at, at: record.started_at, rank: 1, text }
        });
        let mut entries: Vec<Entry> = lines.chain(turns).collect();
        entries.sort_by_key(|entry| (entry.heard, entry.rank));
        entries
    }
}

fn written_line(line: &DeliveredLine) -> Vec<String> {
    let who = match &line.line.voice {
        Voice::Customer => "Customer".to_owned(),
        Voice::Bot(Some(skill)) => format!("Bot ({skill})"),
        Voice::Bot(None) => "Bot".to_owned(),
        Voice::Agent(name) => name.clone(),
        Voice::Echo => "Company, from elsewhere".to_owned(),
        Voice::Note => "Note".to_owned(),
        Voice::Suggestion(skill) => format!("Suggestion ({skill}), not sent"),
    };
    let state = line.state.as_ref().map(|state| {
        let progress = line.progress.map(|progress| format!(", {}", format!("{progress:?}").to_lowercase()));
        format!(" [{}{}]", state.kind(), progress.unwrap_or_default())
    });
    let changed = match (line.line.changed, line.line.contents.is_empty()) {
        (true, true) => " [taken back]",
        (true, false) => " [edited]",
        (false, _) => "",
    };
    let mut text = vec![format!("{who}{}{changed}", state.unwrap_or_default())];
    let contents = line.line.contents.iter().map(content::written).collect::<Vec<_>>().join("\n");
    text.extend(contents.lines().map(|line| format!("  {line}")));
    text
}

#[cfg(test)]
mod tests;
