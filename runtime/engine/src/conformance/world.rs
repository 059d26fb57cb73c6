//! A small world around a store: a customer, a bot and a platform, with ids and times that repeat exactly.
#![cfg(any(test, feature = "testing"))]

use std::cell::Cell;

use sportello_domain::{
    Instant,
    contract::{
        Act, Author, Content, DeliveryState, DeliveryStatus, Event, HandOver, Happening, Message, Receipt, Say, Sender,
        StatusOf, Thread, Visibility,
    },
    conversation::{Conversation, Voice, Waiting},
    delivery::{OutboxItem, OutboxState},
    ids::{ContactId, ConversationId, DeliveryId, MessageId, QuarantineId, TurnId},
};

use crate::ports::store::{
    Acceptance, Accepted, Claim, Finish, Fresh, Head, Incoming, Journal, Look, Marker, NewDelivery, NewLine, Sending,
    Store, TurnCommit, TurnOutcome, TurnRecord,
};

/// When everything begins.
pub const NOW: Instant = 1_795_305_600_000;
/// How long a bot's answer may take.
pub const EXPIRY: Instant = 900_000;
/// Makes the marks of whom events name.
pub const MARKER: Marker = Marker::new([7; 32]);
/// The channel of all that names none.
pub const CHANNEL: &str = "whatsapp";

/// A look at the head of an outbox.
#[must_use]
pub fn look(now: Instant) -> Look {
    Look { now, deadline: now + 30_000 }
}

/// A store with customers before it.
pub struct World<'a> {
    /// What is checked.
    pub store: &'a dyn Store,
    drawn: Cell<u128>,
}

impl<'a> World<'a> {
    #[must_use]
    pub fn new(store: &'a dyn Store) -> Self {
        Self { store, drawn: Cell::new(0) }
    }

    /// Never the same twice.
    pub fn draw(&self) -> u128 {
        self.drawn.set(self.drawn.get() + 1);
        self.drawn.get()
    }

    pub fn delivery_id(&self) -> DeliveryId {
        DeliveryId::new(NOW, self.draw())
    }

    pub fn line_id(&self) -> MessageId {
        MessageId::new(NOW, self.draw())
    }

    pub fn fresh(&self) -> Fresh {
        Fresh {
            conversation: ConversationId::new(NOW, self.draw()),
            contact: ContactId::new(NOW, self.draw()),
            line: MessageId::new(NOW, self.draw()),
            quarantine: QuarantineId::new(NOW, self.draw()),
        }
    }

    /// An event with a key made of address, kind and id, as the engine makes one.
    pub fn incoming(&self, event: Event) -> Incoming {
        let thread = event.thread.clone().unwrap_or_else(|| thread(""));
        let key = format!("{}/{:?}/{}/{}", thread.address, thread.parent, event.happening.kind(), event.id);
        let sender = event.happening.sender().map_or("", |sender| &sender.id);
        let fingerprint = format!("{sender}/{}", event.at);
        let (key, fingerprint, marks) = (digest(&key), digest(&fingerprint), MARKER.event(CHANNEL, &event));
        Incoming { key, fingerprint, marks, answerable: true, fresh: self.fresh(), event }
    }

    /// A customer writes, in the thread named after them.
    pub fn message(&self, address: &str, id: &str) -> Incoming {
        self.incoming(event(address, id, Happening::Message(message(address, id))))
    }

    pub fn happening(&self, address: &str, id: &str, happening: Happening) -> Incoming {
        self.incoming(event(address, id, happening))
    }

    pub fn status(&self, address: Option<&str>, of: StatusOf, state: DeliveryState) -> Incoming {
        let happening = Happening::Status(DeliveryStatus { of, state });
        let mut event = event(address.unwrap_or_default(), "status", happening);
        if address.is_none() {
            event.thread = None;
        }
        self.incoming(event)
    }

    pub async fn accept(&self, events: impl IntoIterator<Item = Incoming>) -> Vec<Accepted> {
        self.store.accept(acceptance(events)).await.unwrap().events
    }

    pub async fn accept_one(&self, incoming: Incoming) -> Accepted {
        self.accept([incoming]).await.remove(0)
    }

    /// A customer writes and is heard; says whose lane.
    pub async fn writes(&self, address: &str, id: &str) -> ConversationId {
        match self.accept_one(self.message(address, id)).await {
            Accepted::Queued { conversation, .. } => conversation,
            other => panic!("{address} {id}: {other:?}"),
        }
    }

    pub async fn claim(&self, conversation: ConversationId) -> Claim {
        self.store.claim(conversation, 10).await.unwrap().expect("something to be pending")
    }

    /// A turn that does nothing yet.
    pub fn turn(&self, claim: &Claim) -> TurnCommit {
        TurnCommit {
            conversation: claim.conversation.id,
            lane_token: claim.conversation.lane_token,
            owner_epoch: claim.conversation.owner_epoch,
            record: TurnRecord {
                id: TurnId::new(NOW, self.draw()),
                seq: claim.item.seq,
                started_at: NOW,
                ended_at: NOW,
                outcome: TurnOutcome::Answered,
                journal: Journal::default(),
            },
            owner: None,
            locale: None,
            active_skill: claim.conversation.active_skill.clone(),
            misunderstandings: claim.conversation.misunderstandings,
            greeted: claim.conversation.greeted,
            tags: Vec::new(),
            attributes: Vec::new(),
            memories: Vec::new(),
            schedules: Vec::new(),
            tasks: Vec::new(),
            lines: Vec::new(),
            deliveries: Vec::new(),
            watched: Vec::new(),
            instructive: false,
            send: None,
        }
    }

    /// The bot says one line in so many parts.
    pub fn says(&self, commit: &mut TurnCommit, parts: u32) -> Vec<DeliveryId> {
        let line = self.line(Voice::Bot(Some("faq".into())));
        let first = commit.deliveries.len() as u32;
        let parts = (first..first + parts).map(|ordinal| self.part(Some(line.id), ordinal, Author::Bot));
        let parts: Vec<_> = parts.collect();
        let ids = parts.iter().map(|part| part.id).collect();
        commit.lines.push(line);
        commit.deliveries.extend(parts);
        ids
    }

    pub fn line(&self, voice: Voice) -> NewLine {
        let id = self.line_id();
        NewLine { id, voice, contents: vec![Content::Text(format!("line {}", self.draw()))], at: NOW }
    }

    pub fn part(&self, line: Option<MessageId>, ordinal: u32, author: Author) -> NewDelivery {
        let contents = vec![Content::Text(format!("part {ordinal}"))];
        NewDelivery {
            id: self.delivery_id(),
            ordinal,
            line,
            author,
            act: Act::Say(Say { subject: None, contents, reply_to: None }),
            due_at: NOW,
            expires_at: NOW + EXPIRY,
        }
    }

    /// A message, answered in so many parts.
    pub async fn answered(&self, address: &str, id: &str, parts: u32) -> (ConversationId, Vec<DeliveryId>) {
        let conversation = self.writes(address, id).await;
        let mut commit = self.turn(&self.claim(conversation).await);
        let ids = self.says(&mut commit, parts);
        self.store.commit_turn(commit).await.unwrap();
        (conversation, ids)
    }

    pub async fn head(&self, conversation: ConversationId, now: Instant) -> Head {
        self.store.claim_delivery(conversation, look(now)).await.unwrap()
    }

    pub async fn sending(&self, conversation: ConversationId) -> Sending {
        match self.head(conversation, NOW).await {
            Head::Send(sending) => sending,
            other => panic!("not to be sent: {other:?}"),
        }
    }

    /// The platform takes the head, under this id of its own.
    pub async fn sent(&self, conversation: ConversationId, platform_id: &str) -> DeliveryId {
        let item = self.sending(conversation).await.item;
        let finish = Finish { receipt: Some(receipt(platform_id)), ..finish(&item, OutboxState::Sent) };
        assert!(!self.store.finish(finish).await.unwrap().late);
        item.id
    }

    pub async fn delivery(&self, id: DeliveryId) -> OutboxItem {
        self.store.delivery(id).await.unwrap().expect("the delivery to be known")
    }

    pub async fn state(&self, id: DeliveryId) -> OutboxState {
        self.delivery(id).await.state
    }

    pub async fn conversation(&self, id: ConversationId) -> Conversation {
        self.store.conversation(id).await.unwrap().expect("the conversation to be known").conversation
    }

    /// How many notes a transcript holds.
    pub async fn notes(&self, id: ConversationId) -> usize {
        let lines = self.store.transcript(id).await.unwrap();
        lines.iter().filter(|line| line.line.voice == Voice::Note).count()
    }
}

pub fn acceptance(events: impl IntoIterator<Item = Incoming>) -> Acceptance {
    Acceptance {
        channel: CHANNEL.into(),
        events: events.into_iter().collect(),
        errands: Vec::new(),
        cursor: None,
        default_queue: "service".into(),
        now: NOW,
        claim: None,
    }
}

pub fn waiting() -> Waiting {
    Waiting { queue: "service".into(), since: NOW, hand_over: HandOver::default() }
}

pub fn event(address: &str, id: &str, happening: Happening) -> Event {
    Event { id: id.into(), account: None, thread: Some(thread(address)), at: NOW, happening }
}

pub fn message(sender: &str, text: &str) -> Message {
    Message { sender: person(sender), subject: None, contents: vec![Content::Text(text.into())], reply_to: None }
}

pub fn person(id: &str) -> Sender {
    Sender { id: id.into(), ..Sender::default() }
}

pub fn thread(address: &str) -> Thread {
    Thread { address: address.into(), visibility: Visibility::Private, parent: None, memo: None }
}

pub fn receipt(platform_id: &str) -> Receipt {
    Receipt { message_ids: vec![platform_id.into()], memo: None }
}

pub fn finish(item: &OutboxItem, state: OutboxState) -> Finish {
    Finish {
        delivery: item.id,
        attempt: item.attempt,
        state,
        resent: false,
        receipt: None,
        cancel_group: None,
        tell: None,
        pause_channel: None,
        watched: None,
        now: NOW,
        next: None,
    }
}

/// Thirty-two bytes that differ where the texts do; nothing here is secret.
pub fn digest(text: &str) -> [u8; 32] {
    use sha2::Digest as _;
    sha2::Sha256::digest(text.as_bytes()).into()
}
