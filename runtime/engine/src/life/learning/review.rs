//! The list of what people should look at, and what they say about it.

use std::collections::BTreeSet;
use std::time::Duration;

use sportello_domain::{
    ids::{CorrectionId, TurnId},
    learning::{Correction, Group, Label, Utterance, groups, normal},
};

use super::super::{By, Registry};
use super::found;
use crate::error::EngineError;
use crate::ports::store::{Findings, Journaled, StoreError};

/// How often what is unread is looked through: nobody waits for it, for whoever asks for the list has it looked through.
const LOOK: Duration = Duration::from_secs(10);
/// So many turns are read at once.
const PAGE: u32 = 200;
/// So many utterances are looked at for groups.
const MOST: u32 = 2_000;

impl Registry {
    /// Gathers from the journal what people should look at, for ever.
    pub(in crate::life) async fn gather(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            if let Err(error) = self.look_through().await {
                tracing::error!(%error, "the journal could not be looked through for what was not understood");
            }
        }
    }

    /// What people should look at: alike utterances together, the most frequent first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn review(&self, limit: u32) -> Result<Vec<Group>, EngineError> {
        self.look_through().await?;
        let mut groups = groups(&self.store.utterances(MOST).await?);
        groups.truncate(limit as usize);
        Ok(groups)
    }

    /// Keeps what somebody says that these utterances mean; `anew`: it is an intent that the classifier does not know yet.
    ///
    /// # Errors
    /// An utterance is not on the list; the intent is not known, or is although it should be new.
    pub async fn correct(
        &self,
        ids: &[TurnId],
        label: &Label,
        anew: bool,
        by: &By,
    ) -> Result<Vec<Correction>, EngineError> {
        if let Label::Intent(intent) = label {
            self.check_intent(intent, anew).await?;
        }
        let listed = self.store.utterances(MOST).await?;
        let mut seen = BTreeSet::new();
        let mut corrections = Vec::new();
        for id in ids {
            let missing = || StoreError::NotFound { what: "utterance", id: id.to_string() };
            let Utterance { text, language, .. } = listed.iter().find(|one| one.id == *id).ok_or_else(missing)?;
            if seen.insert(normal(text)) {
                let at = self.clock.now();
                let (text, language) = (text.clone(), language.clone());
                let id = CorrectionId::new(at, self.entropy.bits());
                corrections.push(Correction { id, text, language, label: label.clone(), who: by.who.clone(), at });
            }
        }
        self.store.correct(corrections.clone(), ids.to_vec()).await?;
        Ok(corrections)
    }

    /// All that was said, oldest first.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn corrections(&self) -> Result<Vec<Correction>, EngineError> {
        Ok(self.store.corrections().await?)
    }

    async fn check_intent(&self, intent: &str, anew: bool) -> Result<(), EngineError> {
        let (_, corpus) = self.classifier().await?;
        let said = self.store.corrections().await?;
        let said = said.iter().filter_map(|correction| match &correction.label {
            Label::Intent(intent) => Some(intent.as_str()),
            Label::OutOfScope | Label::Ignored => None,
        });
        let known: BTreeSet<&str> = corpus.examples.iter().map(|example| example.intent.as_str()).chain(said).collect();
        match (known.contains(intent), anew) {
            (true, false) | (false, true) => Ok(()),
            (true, true) => Err(EngineError::NotNow(format!("the intent `{intent}` is known already"))),
            (false, false) => {
                let all = known.into_iter().collect::<Vec<_>>().join(", ");
                Err(EngineError::NotNow(format!(
                    "there is no intent `{intent}`: say that it is new, or name one of {all}"
                )))
            }
        }
    }

    /// Goes through what is unread.
    async fn look_through(&self) -> Result<(), EngineError> {
        loop {
            let turns = self.store.unread_turns(PAGE).await?;
            // Where another node was quicker, it goes on.
            if turns.is_empty() || !self.store.keep_findings(self.findings(&turns).await?).await? {
                return Ok(());
            }
        }
    }

    async fn findings(&self, turns: &[Journaled]) -> Result<Findings, EngineError> {
        let policy = &self.base.policy;
        let mut utterances: Vec<Utterance> = turns.iter().filter_map(|turn| found::utterance(turn, policy)).collect();
        if !utterances.is_empty() {
            // Nobody is asked twice about the same words.
            let said = self.store.corrections().await?;
            let said: BTreeSet<String> = said.iter().map(|correction| normal(&correction.text)).collect();
            utterances.retain(|utterance| !said.contains(&normal(&utterance.text)));
        }
        let choices = turns.iter().filter_map(found::choice).collect();
        Ok(Findings { read: turns.iter().map(|turn| turn.place).collect(), utterances, choices })
    }
}
