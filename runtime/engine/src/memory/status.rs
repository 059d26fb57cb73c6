//! What platforms tell of our messages, before and after their receipts (rule 15).

use sportello_domain::{
    Instant,
    contract::{DeliveryStatus, Event, StatusOf},
    delivery::{News, OutboxState},
    ids::{ConversationId, DeliveryId, MessageId},
};

use super::{
    intake::Scene,
    state::{PlatformId, State, Told},
};
use crate::ports::store::{PART_LOST, Telling};
use crate::sabotage::{Sabotage, is_broken};

/// What is needed to tell a person of a loss.
pub(super) struct Notice {
    pub(super) note: MessageId,
    pub(super) queue: String,
    pub(super) now: Instant,
}

type Known = Option<(ConversationId, DeliveryId)>;

impl State {
    pub(super) fn take_status(
        &mut self,
        scene: Scene<'_>,
        event: &Event,
        status: &DeliveryStatus,
        note: MessageId,
    ) -> Known {
        let news = News::default().merge(&status.state);
        let notice = Notice { note, queue: scene.default_queue.to_owned(), now: scene.now };
        match &status.of {
            StatusOf::Delivery(id) => {
                let id = id.parse().ok()?;
                let (lane, _) = self.outgoing(id).ok()?;
                (lane.conversation.channel == scene.channel).then_some(())?;
                self.learn(id, &news, true, notice)
            }
            StatusOf::Message(id) => {
                let name = self.name(scene, event, id);
                match self.delivery_named(&name) {
                    Some(id) => self.learn(id, &news, false, notice),
                    None => {
                        let Notice { note, queue, now: at } = notice;
                        let told = self.told.entry(name).or_insert_with(|| Told {
                            delivery: None,
                            news: News::default(),
                            note,
                            queue,
                            at,
                        });
                        told.news = std::mem::take(&mut told.news).merge(&status.state);
                        None
                    }
                }
            }
            StatusOf::UpTo(until) => self.move_all(scene, event, &news, *until),
        }
    }

    /// Takes news into a delivery; where it is lost by that, its group ends and a person is told.
    pub(super) fn learn(&mut self, id: DeliveryId, news: &News, named: bool, notice: Notice) -> Known {
        let (lane, position) = self.outgoing(id).ok()?;
        let outgoing = lane.outbox.get_mut(&position)?;
        if is_broken(Sabotage::Lattice) {
            outgoing.item.progress = None;
        }
        let lost = outgoing.item.learn(news, named && !is_broken(Sabotage::Echo));
        if outgoing.item.state == OutboxState::Sent {
            outgoing.sent_at.get_or_insert(notice.now);
        }
        if let (true, OutboxState::Dead(failure)) = (lost, &outgoing.item.state) {
            let telling = Telling::undelivered(notice.note, failure, notice.queue, notice.now);
            let line = outgoing.item.line;
            lane.cancel_group(line, PART_LOST);
            lane.tell(telling);
        }
        lane.close_when_done();
        Some((lane.conversation.id, id))
    }

    /// Keeps the platform's ids of a delivery, and takes in what was told of them before.
    pub(super) fn recognise(&mut self, id: DeliveryId, ids: &[String], now: Instant) {
        let Ok((lane, position)) = self.outgoing(id) else { return };
        let address = lane.address();
        if let Some(outgoing) = lane.outbox.get_mut(&position) {
            for platform_id in ids {
                if !outgoing.item.platform_ids.contains(platform_id) {
                    outgoing.item.platform_ids.push(platform_id.clone());
                }
            }
        }
        for platform_id in ids {
            let name = PlatformId {
                channel: address.channel.clone(),
                account: address.account.clone(),
                id: platform_id.clone(),
                address: address.address.clone(),
            };
            let unnamed = self.told.remove(&PlatformId { address: String::new(), ..name.clone() });
            let early = self.told.remove(&name).filter(|told| told.delivery.is_none());
            for told in unnamed.into_iter().chain(early) {
                self.learn(id, &told.news, false, Notice { note: told.note, queue: told.queue, now });
            }
            let told = Told {
                delivery: Some(id),
                news: News::default(),
                note: MessageId::new(0, 0),
                queue: String::new(),
                at: now,
            };
            self.told.insert(name, told);
        }
    }

    /// Forgets the platform's ids of a delivery.
    pub(super) fn disown(&mut self, id: DeliveryId) {
        self.told.retain(|_, told| told.delivery != Some(id));
    }

    /// How a status names a message: with the thread, where that is one of ours.
    fn name(&self, scene: Scene<'_>, event: &Event, id: &str) -> PlatformId {
        let ours = |address: &str| {
            self.endpoints.keys().any(|known| {
                known.channel == scene.channel && known.account == event.account && known.address == address
            })
        };
        let address = event.thread.as_ref().map(|thread| thread.address.clone()).filter(|address| ours(address));
        PlatformId {
            channel: scene.channel.to_owned(),
            account: event.account.clone(),
            id: id.to_owned(),
            address: address.unwrap_or_default(),
        }
    }

    fn delivery_named(&self, name: &PlatformId) -> Option<DeliveryId> {
        if !name.address.is_empty() {
            return self.told.get(name)?.delivery;
        }
        let any = self.told.range(name..).take_while(|(other, _)| {
            other.channel == name.channel && other.account == name.account && other.id == name.id
        });
        any.filter_map(|(_, told)| told.delivery).next()
    }

    fn move_all(&mut self, scene: Scene<'_>, event: &Event, news: &News, until: Instant) -> Known {
        let thread = event.thread.as_ref()?;
        let endpoints = self.endpoints.iter().filter(|(address, _)| {
            address.channel == scene.channel
                && address.account == event.account
                && address.address == thread.address
                && address.parent == thread.parent
        });
        let conversations: Vec<_> = endpoints.flat_map(|(_, endpoint)| endpoint.conversations.clone()).collect();
        let mut newest = None;
        for id in conversations {
            let Some(lane) = self.lanes.get_mut(&id) else { continue };
            for outgoing in lane.outbox.values_mut() {
                let sent = outgoing.item.state == OutboxState::Sent && outgoing.sent_at.is_some_and(|at| at <= until);
                if sent && outgoing.item.progress < news.progress {
                    outgoing.item.progress = news.progress;
                    newest = Some((id, outgoing.item.id));
                }
            }
        }
        newest
    }
}
