//! Asking the classifier what a message means.

use sportello_domain::{
    contract::{Circumstances, Content, Happening, Message},
    inbox::Arrival,
    revision::Revision,
};

use super::facts::Facts;
use crate::core::Core;
use crate::ports::Call;
use crate::ports::store::{AnalysisEntry, Mark};
use crate::replay::Recorded;

/// The message whose turn it is, where it is one.
pub(super) fn message(arrival: &Arrival) -> Option<&Message> {
    match arrival {
        Arrival::Event(event) => match &event.happening {
            Happening::Message(message) => Some(message),
            _ => None,
        },
        Arrival::Scheduled(_) | Arrival::HandedBack => None,
    }
}

/// The words worth understanding: a selection says by its id what is meant.
fn words(message: &Message) -> Option<String> {
    let chosen = message.contents.iter().any(|content| matches!(content, Content::Selection(_)));
    Some(message.words()).filter(|words| !chosen && !words.trim().is_empty())
}

impl Core {
    /// What the message was understood to mean; none where there is nothing to understand, or nobody who could.
    pub(super) async fn understand(&self, nlu: Option<&Revision>, facts: &Facts) -> Option<AnalysisEntry> {
        let nlu = nlu?;
        let text = words(message(&facts.item.arrival)?)?;
        let circumstances =
            Circumstances { language: facts.conversation.locale.clone(), expected: vec![], now: facts.now };
        let conversation = Some(facts.conversation.id);
        let call = Call { revision: &nlu.id, conversation, now: facts.now, seed: facts.seed, recorded: &[] };
        let (analysis, took) = match self.ports.plugins.analyze(call, &text, &circumstances).await {
            Ok(returned) => (Ok(returned.value), micros(returned.took)),
            Err(error) => {
                tracing::error!(%error, "a message could not be understood; the fallback answers");
                (Err(error.to_string()), 0)
            }
        };
        let entry = AnalysisEntry { revision: nlu.id.clone(), text, circumstances, analysis, took };
        self.shadow.follow(&self.catalog.load(), &nlu.name, || {
            let call = format!("a text of {}", facts.conversation.id);
            let recorded = || Recorded::Analysed { call, at: facts.now, entry: Box::new(entry.clone()) };
            entry.analysis.is_ok().then(|| (recorded(), self.marks(facts)))
        });
        Some(entry)
    }

    /// Of who wrote what is understood, and where.
    fn marks(&self, facts: &Facts) -> Vec<Mark> {
        match &facts.item.arrival {
            Arrival::Event(event) => self.marker().event(&facts.conversation.channel, event),
            Arrival::Scheduled(_) | Arrival::HandedBack => Vec::new(),
        }
    }
}

/// Whole microseconds.
pub(crate) fn micros(took: std::time::Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
