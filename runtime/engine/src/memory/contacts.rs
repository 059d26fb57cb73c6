//! The people who write, and forgetting one of them.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    contract::{Happening, Thread},
    conversation::Contact,
    ids::{ContactId, ConversationId, QuarantineId},
};

use super::{
    MemoryStore,
    intake::Scene,
    lane::Lane,
    state::{Address, State},
};
use crate::ports::store::{Contacts, Erased, Erasure, Incoming, Mark, Quarry, StoreError, Stored};
use crate::sabotage::{Sabotage, is_broken};

#[async_trait]
impl Contacts for MemoryStore {
    async fn contact(&self, channel: &str, platform_id: &str) -> Stored<Option<Contact>> {
        let state = self.state();
        let known = state.identities.get(&(channel.to_owned(), platform_id.to_owned()));
        Ok(known.and_then(|id| state.contacts.get(id)).cloned())
    }

    async fn erase(&self, erasure: Erasure) -> Stored<Erased> {
        let mut state = self.state();
        let contact = erasure.contact;
        if state.contacts.remove(&contact).is_none() {
            return Err(StoreError::NotFound { what: "contact", id: contact.to_string() });
        }
        let names = state.take_names(contact);
        let (conversations, endpoints) = state.take_conversations(contact);
        let marker = erasure.marker;
        let persons = names.iter().map(|(channel, id)| marker.person(channel, id));
        let threads = endpoints
            .iter()
            .map(|(address, thread)| marker.thread(&address.channel, address.account.as_deref(), thread));
        let marks: Vec<Mark> = persons.chain(threads).collect();
        for mark in &marks {
            let at = state.erased.entry(*mark).or_default();
            *at = erasure.at.max(*at);
        }
        let addresses = endpoints.iter().map(|(address, _)| (address.channel.clone(), address.address.clone()));
        let words: Vec<(String, String)> = names.into_iter().chain(addresses).collect();
        let webhooks = state.forget_what_names(&erasure, &marks, &words);
        let names = words.into_iter().map(|(_, name)| name);
        let names: Vec<String> = names.chain(conversations.iter().map(ToString::to_string)).collect();
        state.revisions.forget_words(&names);
        Ok(Erased { conversations: conversations.len(), webhooks })
    }
}

/// Whether a text of this channel holds one of these names.
fn holds(words: &[(String, String)], channel: &str, text: &str) -> bool {
    words.iter().any(|(of, word)| of == channel && text.contains(word.as_str()))
}

impl State {
    /// Whether one of them was erased since.
    pub(super) fn is_erased(&self, marks: &[Mark], since: Instant) -> bool {
        let mut erased = marks.iter().filter_map(|mark| self.erased.get(mark));
        erased.any(|at| since <= *at) && !is_broken(Sabotage::Marks)
    }

    /// A status tells of something that is gone, whenever it comes, where nobody has written in its thread since.
    pub(super) fn is_of_erased_thread(&self, scene: Scene<'_>, incoming: &Incoming) -> bool {
        let (Happening::Status(_), Some(thread)) = (&incoming.event.happening, &incoming.event.thread) else {
            return false;
        };
        let address = Address::of(scene.channel, incoming.event.account.as_ref(), thread);
        self.is_erased(&incoming.marks, 0) && !self.endpoints.contains_key(&address)
    }

    fn take_names(&mut self, contact: ContactId) -> Vec<(String, String)> {
        let names = self.identities.iter().filter(|(_, id)| **id == contact).map(|(name, _)| name.clone());
        let names: Vec<_> = names.collect();
        self.identities.retain(|_, id| *id != contact);
        names
    }

    /// Says which conversations it were, and which endpoints nobody else uses.
    fn take_conversations(&mut self, contact: ContactId) -> (Vec<ConversationId>, Vec<(Address, Thread)>) {
        let own = self.lanes.iter().filter(|(_, lane)| lane.conversation.contact == contact).map(|(id, _)| *id);
        let own: Vec<ConversationId> = own.collect();
        let leaves = |lane: &Lane| is_broken(Sabotage::Erasure) && !lane.inbox.is_empty();
        self.lanes.retain(|id, lane| !own.contains(id) || leaves(lane));
        let gone = |id: &ConversationId| own.contains(id);
        self.journal.retain(|_, (conversation, _)| !gone(conversation));
        let Self { journal, lessons, .. } = self;
        lessons.unread.retain(|place| journal.contains_key(place));
        lessons.utterances.retain(|_, utterance| !gone(&utterance.conversation));
        let deliveries = &self.deliveries;
        self.told.retain(|_, told| {
            let of = told.delivery.and_then(|id| deliveries.get(&id));
            !of.is_some_and(|(conversation, _)| gone(conversation))
        });
        self.deliveries.retain(|_, (conversation, _)| !gone(conversation));
        let mut left = Vec::new();
        self.endpoints.retain(|address, endpoint| {
            endpoint.conversations.retain(|id| !gone(id));
            let stays = !endpoint.conversations.is_empty();
            if !stays {
                left.push((address.clone(), endpoint.thread.clone()));
            }
            stays
        });
        self.told.retain(|name, told| {
            let of = |address: &Address| {
                (&address.channel, &address.account, &address.address) == (&name.channel, &name.account, &name.address)
            };
            told.delivery.is_some() || !left.iter().any(|(address, _)| of(address))
        });
        (own, left)
    }

    /// What holds their names elsewhere; says which webhooks in quarantine do.
    fn forget_what_names(
        &mut self,
        erasure: &Erasure,
        marks: &[Mark],
        words: &[(String, String)],
    ) -> Vec<QuarantineId> {
        self.recordings
            .retain(|recording| !erasure.marker.recording(recording).iter().any(|mark| marks.contains(mark)));
        let stream = |(channel, address): &(String, String)| format!("{channel}/{address}");
        for address in words.iter().map(stream) {
            self.errands.retain(|_, errand| errand.request.url != format!("live:{address}"));
            self.streams.entry(address).and_modify(|stream| stream.events.clear());
        }
        self.quarantine.retain(|_, item| match &item.what {
            Quarry::Event(event) => !erasure.marker.event(&item.channel, event).iter().any(|mark| marks.contains(mark)),
            Quarry::Webhook(_) => true,
        });
        let webhooks = self.quarantine.values().filter(|item| match &item.what {
            Quarry::Event(_) => false,
            Quarry::Webhook(webhook) => holds(words, &item.channel, &String::from_utf8_lossy(&webhook.body)),
        });
        webhooks.map(|item| item.id).collect()
    }
}
