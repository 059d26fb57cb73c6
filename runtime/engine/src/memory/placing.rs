//! Finding an event's conversation, and putting it there.

use sportello_domain::{
    Instant,
    contract::{AddressChange, Content, Event, Happening, Sender, Thread},
    conversation::{Contact, Conversation, Owner, Stage, TranscriptLine, Voice},
    ids::{ContactId, ConversationId, MessageId},
    inbox::Arrival,
};

use super::{
    intake::Scene,
    lane::{KeptLine, Lane},
    state::{Address, Endpoint, State},
};
use crate::ports::store::{Accepted, Fresh, Incoming};

impl State {
    /// Finds or makes endpoint, conversation and contact.
    pub(super) fn place(&mut self, scene: Scene<'_>, event: &Event, fresh: Fresh) -> Option<ConversationId> {
        let thread = match &event.happening {
            Happening::AddressChanged(change) => self.follow(scene, event, change)?,
            _ => event.thread.clone()?,
        };
        let address = Address::of(scene.channel, event.account.as_ref(), &thread);
        let endpoint = self
            .endpoints
            .entry(address.clone())
            .or_insert_with(|| Endpoint { thread: thread.clone(), conversations: Vec::new() });
        endpoint.thread.visibility = thread.visibility;
        endpoint.thread.memo = thread.memo.or_else(|| endpoint.thread.memo.take());
        let open = endpoint.conversations.last().copied();
        let open = open.filter(|id| self.lanes.get(id).is_some_and(|lane| lane.conversation.stage != Stage::Closed));

        let known = open.and_then(|id| self.lanes.get(&id)).map(|lane| lane.conversation.contact);
        let contact = self.contact(scene.channel, event.happening.sender(), known, fresh.contact);
        let id = open.unwrap_or(fresh.conversation);
        if open.is_none() {
            self.lanes.insert(id, Lane::new(begin(id, &address, contact, scene.now), scene.now));
            self.endpoints.entry(address.clone()).and_modify(|endpoint| endpoint.conversations.push(id));
        }
        self.show_thread(&address);
        let lane = self.lanes.get_mut(&id)?;
        lane.conversation.stage = Stage::Open;
        lane.active_at = scene.now;
        Some(id)
    }

    /// What becomes of the event in its conversation.
    pub(super) fn put(&mut self, scene: Scene<'_>, id: ConversationId, incoming: Incoming) -> Accepted {
        let Incoming { event, answerable, fresh, .. } = incoming;
        match &event.happening {
            Happening::Edited(edit) => self.change_line(id, &edit.message_id, &edit.contents),
            Happening::Deleted(message_id) => self.change_line(id, message_id, &[]),
            _ => {}
        }
        let Some(lane) = self.lanes.get_mut(&id) else { return Accepted::Unplaceable };
        match &event.happening {
            Happening::Echo(message) => {
                let line = line_of(fresh.line, Voice::Echo, &message.contents, &event);
                lane.lines.push(KeptLine { line, seq: None });
                return Accepted::Noted(id);
            }
            Happening::Message(message) => {
                let line = line_of(fresh.line, Voice::Customer, &message.contents, &event);
                lane.lines.push(KeptLine { line, seq: Some(lane.conversation.last_seq + 1) });
                let written = Some(event.at.min(scene.now));
                lane.conversation.last_customer_at = lane.conversation.last_customer_at.max(written);
            }
            _ => {}
        }
        let seq = lane.enqueue(Arrival::Event(event), answerable, scene.now);
        Accepted::Queued { conversation: id, seq }
    }

    /// The contact of the sender, or of the conversation where nobody is named.
    fn contact(
        &mut self,
        channel: &str,
        sender: Option<&Sender>,
        known: Option<ContactId>,
        fresh: ContactId,
    ) -> ContactId {
        let ids: Vec<&String> = sender.iter().flat_map(|sender| sender.names()).collect();
        let name = |id: &String| (channel.to_owned(), id.clone());
        let found = ids.iter().find_map(|id| self.identities.get(&name(id)).copied());
        let nameless = known.filter(|known| !self.identities.values().any(|contact| contact == known));
        let id = match sender {
            Some(_) => found.or(nameless).unwrap_or(fresh),
            None => known.unwrap_or(fresh),
        };
        for other in ids {
            self.identities.entry(name(other)).or_insert(id);
        }
        let contact = self.contacts.entry(id).or_insert_with(|| Contact {
            id,
            name: None,
            locale: None,
            verified: false,
            attributes: Vec::new(),
        });
        if let Some(sender) = sender {
            contact.name = sender.name.clone().or_else(|| contact.name.take());
            contact.locale = sender.locale.clone().or_else(|| contact.locale.take());
        }
        id
    }

    /// Lets endpoints and identity follow to a new address, where that has none yet; says where the event belongs.
    fn follow(&mut self, scene: Scene<'_>, event: &Event, change: &AddressChange) -> Option<Thread> {
        let of = |address: &Address, wanted: &str| {
            address.channel == scene.channel && address.account == event.account && address.address == wanted
        };
        let old: Vec<Address> = self.endpoints.keys().filter(|address| of(address, &change.old)).cloned().collect();
        let mut moved = None;
        for address in old {
            let new = Address { address: change.new.clone(), ..address.clone() };
            if self.endpoints.contains_key(&new) {
                continue;
            }
            let Some(mut endpoint) = self.endpoints.remove(&address) else { continue };
            endpoint.thread.address.clone_from(&change.new);
            for id in &endpoint.conversations {
                if let Some(lane) = self.lanes.get_mut(id) {
                    lane.conversation.thread.clone_from(&endpoint.thread);
                }
            }
            moved.get_or_insert_with(|| endpoint.thread.clone());
            self.endpoints.insert(new, endpoint);
        }
        let name = |id: &str| (scene.channel.to_owned(), id.to_owned());
        if !self.identities.contains_key(&name(&change.new))
            && let Some(contact) = self.identities.remove(&name(&change.old))
        {
            self.identities.insert(name(&change.new), contact);
        }
        let Some(mut thread) = event.thread.clone() else { return moved };
        let stays = self.endpoints.keys().any(|address| of(address, &change.old) && address.parent == thread.parent);
        if thread.address == change.old && !stays {
            thread.address.clone_from(&change.new);
        }
        Some(thread)
    }

    fn change_line(&mut self, id: ConversationId, message_id: &str, contents: &[Content]) {
        let Some(address) = self.lanes.get(&id).map(Lane::address) else { return };
        let Some(endpoint) = self.endpoints.get(&address) else { return };
        for id in &endpoint.conversations {
            let lines = self.lanes.get_mut(id).into_iter().flat_map(|lane| lane.lines.iter_mut());
            for kept in lines.filter(|kept| kept.line.platform_id.as_deref() == Some(message_id)) {
                kept.line.contents = contents.to_vec();
                kept.line.changed = true;
            }
        }
    }
}

fn begin(id: ConversationId, address: &Address, contact: ContactId, now: Instant) -> Conversation {
    Conversation {
        id,
        channel: address.channel.clone(),
        account: address.account.clone(),
        thread: Thread {
            address: address.address.clone(),
            visibility: sportello_domain::contract::Visibility::default(),
            parent: address.parent.clone(),
            memo: None,
        },
        contact,
        stage: Stage::Open,
        owner: Owner::Bot,
        owner_epoch: 0,
        lane_token: 0,
        last_seq: 0,
        done_seq: 0,
        locale: None,
        active_skill: None,
        misunderstandings: 0,
        greeted: false,
        tags: Vec::new(),
        opened_at: now,
        last_customer_at: None,
    }
}

fn line_of(id: MessageId, voice: Voice, contents: &[Content], event: &Event) -> TranscriptLine {
    TranscriptLine {
        id,
        voice,
        contents: contents.to_vec(),
        at: event.at,
        platform_id: Some(event.id.clone()),
        changed: false,
        delivery: None,
    }
}
