//! What is said, in the customer's language.

use sportello_sdk::intent;
use sportello_sdk::skill::{Author, Turn};
use sportello_sdk::types::{Choice, Content};
use sportello_words::{Locale, Phrase};

use crate::settings::Settings;
use crate::{PERSON, occasion};

/// Guesses below this confidence help nobody.
const WORTH_A_GUESS: f32 = 0.1;
const MOST_GUESSES: usize = 3;

/// The texts of one turn.
pub(crate) struct Words<'a> {
    turn: &'a Turn<Settings>,
    locale: Locale<'a>,
}

impl<'a> Words<'a> {
    pub(crate) fn of(turn: &'a Turn<Settings>) -> Self {
        Self { turn, locale: Locale { wanted: &turn.locale, otherwise: &turn.settings.default_language } }
    }

    /// Who speaks, what it can do, and what not to send: one paragraph.
    pub(crate) fn introduction(&self) -> String {
        let texts = &self.turn.settings.texts;
        let menu = &self.turn.settings.menu;
        let topics: Vec<&str> =
            menu.iter().filter(|intent| *intent != PERSON).filter_map(|intent| self.title(intent)).collect();
        let abilities = texts.abilities.filled(self.locale, &[("topics", &topics.join(", "))]);
        let abilities = (!topics.is_empty()).then_some(abilities.as_str());
        let sentences = [Some(self.said(&texts.introduction)), abilities, Some(self.said(&texts.privacy))];
        sentences.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    /// A reply, below the introduction where the bot speaks for the first time.
    pub(crate) fn introduced(&self, phrase: &'a Phrase) -> String {
        match occasion::is_new(self.turn) {
            true => format!("{}\n\n{}", self.introduction(), self.said(phrase)),
            false => self.said(phrase).to_owned(),
        }
    }

    /// A text with everything that can be chosen.
    pub(crate) fn menu(&self, text: impl Into<String>) -> Content {
        Content::choices(text, self.offer(self.turn.settings.menu.iter().map(String::as_str)))
    }

    /// Asks what is meant: by the likeliest intents, else by the menu; the second time, whether a person should help.
    pub(crate) fn not_understood(&self) -> Content {
        let texts = &self.turn.settings.texts;
        let person = || self.offer(std::iter::once(PERSON));
        if self.said_already() {
            return Content::choices(self.said(&texts.still_not_understood), person());
        }
        let mut guesses = self.guesses();
        if guesses.is_empty() {
            return self.menu(self.said(&texts.not_understood));
        }
        guesses.extend(person());
        Content::choices(self.said(&texts.guess), guesses)
    }

    fn guesses(&self) -> Vec<Choice> {
        let ranking = self.turn.understanding.as_ref().map_or(&[][..], |analysis| &analysis.intents);
        let likely = ranking.iter().filter(|intent| intent.confidence >= WORTH_A_GUESS && intent.name != PERSON);
        let mut choices = self.offer(likely.map(|intent| intent.name.as_str()));
        choices.truncate(MOST_GUESSES);
        choices
    }

    /// Whether the bot's last words were that it did not understand.
    fn said_already(&self) -> bool {
        let texts = &self.turn.settings.texts;
        let last = self.turn.history.iter().rev().find(|line| line.author == Author::Bot);
        let mut prompts = last.into_iter().flat_map(|line| &line.contents).filter_map(|content| match content {
            Content::Choices(choices) => Some(choices.prompt.as_str()),
            Content::Text(text) => Some(text.as_str()),
            _ => None,
        });
        let asked = [&texts.guess, &texts.not_understood, &texts.still_not_understood].map(|phrase| self.said(phrase));
        prompts.any(|prompt| asked.iter().any(|text| prompt.starts_with(text)))
    }

    fn offer<'i>(&self, intents: impl Iterator<Item = &'i str>) -> Vec<Choice> {
        intents.filter_map(|name| Some(intent(name, self.title(name)?))).collect()
    }

    fn title(&self, intent: &str) -> Option<&'a str> {
        Some(self.said(self.turn.settings.texts.titles.get(intent)?))
    }

    pub(crate) fn said(&self, phrase: &'a Phrase) -> &'a str {
        phrase.said(self.locale)
    }
}
