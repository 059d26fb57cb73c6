//! The wires: each request comes by four moments at which its node may crash or stand still, and meets the other side in the
//! mood that the plan gives it.

use std::sync::Arc;

use async_trait::async_trait;
use sportello_domain::{
    contract::{Event, HttpRequest, HttpResponse, Piece, Polled, RequestError},
    ids::DeliveryId,
};
use sportello_engine::ports::{Carrier, Errand};

use crate::catalog::index;
use crate::network;
use crate::plan::{Element, Mood, Point, Wire};
use crate::plugins::{Clerk, DELIVERY, THREAD};
use crate::world::{Invariant, Seat, World};

/// How long the carrier waits for an answer, milliseconds.
const TIMEOUT: u64 = 30_000;
/// Whoever takes longer from the look at the clock to the first byte was held up.
const AT_ONCE: u64 = 1_000;

/// The carrier of one life of a node.
pub struct Wires {
    seat: Seat,
    clerk: Arc<Clerk>,
}

impl Wires {
    /// In this seat.
    #[must_use]
    pub fn new(seat: Seat, clerk: Arc<Clerk>) -> Self {
        Self { seat, clerk }
    }
}

/// Whom a request is for.
#[derive(Clone, Debug)]
enum Goal {
    Send { channel: usize, delivery: DeliveryId, thread: String },
    Seen,
    Updates { channel: usize },
    Order,
}

#[async_trait]
impl Carrier for Wires {
    async fn perform(&self, errand: Errand<'_>) -> Result<HttpResponse, RequestError> {
        let request = errand.request;
        self.seat.not_in_a_replay(&request.url);
        // Nothing is granted to who was let go of.
        if !self.clerk.has_ready(errand.revision) {
            return Err(RequestError::NotGranted);
        }
        let Some(goal) = goal(request) else {
            return Err(RequestError::Unreachable(format!("nobody is at {}", request.url)));
        };
        let world = &self.seat.world;
        let mood = world.mood_for(&goal);
        let answer = self.exchange(&goal, mood, errand).await;
        if let (Goal::Send { delivery, .. }, Err(RequestError::Unreachable(_)) | Ok(_)) = (&goal, &answer) {
            world.state().ledger.told(*delivery);
        }
        answer
    }
}

impl Wires {
    async fn exchange(
        &self,
        goal: &Goal,
        mood: Option<Mood>,
        errand: Errand<'_>,
    ) -> Result<HttpResponse, RequestError> {
        let world = &self.seat.world;
        self.step(Wire::Intent).await;
        if mood == Some(Mood::Refuses) || world.cannot_reach(goal) {
            return Err(RequestError::Unreachable("connection refused".to_owned()));
        }
        self.step(Wire::Check).await;
        let looked = world.elapsed();
        if errand.not_after.is_some_and(|until| looked >= until) {
            return Err(RequestError::Unreachable("its time is over".to_owned()));
        }
        self.step(Wire::FirstByte).await;
        world.leaves(goal, looked);
        let text = text(errand.request);
        let answer = match mood {
            Some(Mood::ResetBefore) => Err(unknown("connection reset")),
            Some(Mood::Overloaded) => status(503),
            Some(Mood::Throttles) => status(429),
            Some(Mood::Rejects) => status(400),
            Some(Mood::Revokes) => status(401),
            _ => Ok(world.act(goal, text)),
        };
        let answer = match mood {
            Some(Mood::ResetAfter) => Err(unknown("connection reset")),
            Some(Mood::Garbled) => Err(RequestError::TooLarge),
            Some(Mood::Slow(takes)) => {
                world.until(world.elapsed() + takes.min(TIMEOUT)).await;
                if takes > TIMEOUT { Err(unknown("no answer in time")) } else { answer }
            }
            _ => answer,
        };
        if let Goal::Send { delivery, .. } = goal
            && self.seat.lasts()
        {
            world.answered(*delivery, &answer);
        }
        self.step(Wire::Response).await;
        answer
    }

    async fn step(&self, wire: Wire) {
        self.seat.reach(Point::Wire(wire), None).await;
    }
}

impl World {
    /// The mood that the plan gives the other side, request by request.
    fn mood_for(&self, goal: &Goal) -> Option<Mood> {
        let (Goal::Send { .. } | Goal::Order) = goal else { return None };
        let mut state = self.state();
        let requests = state.platforms.requests;
        state.platforms.requests += 1;
        if state.healed {
            return None;
        }
        drop(state);
        let mood = self.plan.elements.iter().find_map(|element| match element {
            Element::Send { nth, mood } if *nth == requests => Some(*mood),
            _ => None,
        })?;
        self.tell(None, || format!("the request for {} {mood}", self.words(goal)));
        Some(mood)
    }

    fn cannot_reach(&self, goal: &Goal) -> bool {
        let (Goal::Send { channel: wanted, .. } | Goal::Updates { channel: wanted }) = goal else { return false };
        let now = self.elapsed();
        let out = self.plan.elements.iter().any(|element| match element {
            Element::Outage { channel, at, lasts } => channel == wanted && (*at..at + lasts).contains(&now),
            _ => false,
        });
        out && !self.state().healed
    }

    /// The first byte leaves.
    fn leaves(&self, goal: &Goal, looked: u64) {
        let Goal::Send { delivery, .. } = goal else { return };
        let (now, time) = (self.elapsed(), self.time());
        let mut state = self.state();
        let Some(outgoing) = state.ledger.outgoing.get_mut(delivery) else { return };
        outgoing.stalled |= now > looked + AT_ONCE;
        let stalled = outgoing.stalled;
        let deadline = outgoing.attempts.last().map_or(0, |attempt| attempt.deadline);
        outgoing.attempts.last_mut().into_iter().for_each(|attempt| attempt.left = true);
        drop(state);
        if !stalled && time > deadline + AT_ONCE {
            let late = time - deadline;
            self.broken(Invariant::Stale, || {
                format!("{} leaves {late} ms after its deadline", self.name_of(*delivery))
            });
        }
    }

    /// The other side does it.
    fn act(self: &std::sync::Arc<Self>, goal: &Goal, text: String) -> HttpResponse {
        let now = self.elapsed();
        let body = match goal {
            Goal::Order => {
                self.tell(None, || format!("the shop does {text}"));
                let mut state = self.state();
                state.platforms.orders.push(text.clone());
                state.ledger.orders.push(text);
                "done".to_owned()
            }
            Goal::Seen => {
                let events: Vec<Event> = serde_json::from_str(&text).unwrap_or_default();
                self.state().platforms.seen.extend(events.into_iter().map(|event| event.id));
                String::new()
            }
            Goal::Updates { channel } => {
                let (confirmed, next, events) =
                    self.state().platforms.updates_after(*channel, text.parse().unwrap_or(0));
                network::acknowledged(self, &confirmed);
                let cursor = (next > 0).then(|| next.to_string());
                serde_json::to_string(&Polled { cursor, events }).unwrap_or_default()
            }
            Goal::Send { channel, delivery, thread } => {
                let act = self.state().platforms.take(now, *channel, *delivery, thread.clone(), text);
                let word = if act.dropped { "drops what it had already" } else { "takes" };
                self.tell(None, || format!("the platform {word}: {}", self.name_of(*delivery)));
                network::tell_of(self, &act);
                act.message
            }
        };
        HttpResponse { status: 200, headers: vec![], body: body.as_str().into() }
    }

    /// What the carrier is told of a delivery.
    fn answered(&self, delivery: DeliveryId, answer: &Result<HttpResponse, RequestError>) {
        match answer {
            Err(RequestError::Unknown(_) | RequestError::TooLarge) => self.state().ledger.unknown(delivery),
            Ok(response) if response.status == 400 => self.refused(delivery),
            _ => {}
        }
    }

    /// A plugin broke off over a delivery: before its request, or after the platform had it.
    pub fn broke_off(&self, delivery: DeliveryId, for_good: bool, after: bool) {
        if after {
            self.state().ledger.unknown(delivery);
        }
        if for_good {
            self.refused(delivery);
        }
    }

    /// A delivery that will never be taken.
    pub fn refused(&self, delivery: DeliveryId) {
        if let Some(outgoing) = self.state().ledger.outgoing.get_mut(&delivery) {
            outgoing.refused = true;
        }
    }

    fn words(&self, goal: &Goal) -> String {
        match goal {
            Goal::Send { delivery, .. } => self.name_of(*delivery),
            _ => "an order".to_owned(),
        }
    }
}

fn goal(request: &HttpRequest) -> Option<Goal> {
    let (host, path) = request.url.strip_prefix("https://")?.split_once(".example/")?;
    if host == "shop" {
        return Some(Goal::Order);
    }
    let channel = index(host)?;
    let head = |name: &str| request.headers.iter().find(|(head, _)| head == name).map(|(_, value)| value.clone());
    match path {
        "send" => Some(Goal::Send { channel, delivery: head(DELIVERY)?.parse().ok()?, thread: head(THREAD)? }),
        "seen" => Some(Goal::Seen),
        "updates" => Some(Goal::Updates { channel }),
        _ => None,
    }
}

pub(crate) fn text(request: &HttpRequest) -> String {
    let bytes = request.body.iter().filter_map(|piece| match piece {
        Piece::Bytes(bytes) => Some(String::from_utf8_lossy(&bytes.0).into_owned()),
        _ => None,
    });
    bytes.collect()
}

fn unknown(why: &str) -> RequestError {
    RequestError::Unknown(why.to_owned())
}

fn status(status: u16) -> Result<HttpResponse, RequestError> {
    Ok(HttpResponse { status, ..HttpResponse::default() })
}
