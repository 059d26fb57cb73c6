//! People at the counter: they take, answer, give back and close, at times of the plan and at exact steps of the engine.

use std::sync::Arc;

use sportello_domain::{contract::Content, conversation::Conversation, ids::ConversationId};
use sportello_engine::ports::StoreError;
use sportello_engine::ports::store::{Desk, Erasure, Marker, Outbox, Upkeep};
use sportello_engine::{Answer, Engine, EngineError};

use crate::plan::{Element, PersonAct};
use crate::world::World;

/// Who sits there.
pub const AGENT: &str = "Camille";
/// How often somebody tries what the program could not do.
const TRIES: u32 = 30;
const DAY: u64 = 24 * 60 * 60 * 1_000;

/// What the plan has people do at certain times.
pub fn work(world: &Arc<World>) {
    for (index, element) in world.plan.elements.iter().enumerate() {
        let Element::Person { at, customer, act } = *element else { continue };
        let world = Arc::clone(world);
        world.state().under_way += 1;
        tokio::spawn(async move {
            world.until(at).await;
            for _ in 0..TRIES {
                if is_done(&world, index, customer, act).await {
                    break;
                }
                world.until(world.elapsed() + 700).await;
            }
            world.state().under_way -= 1;
        });
    }
}

/// Whether it is done, or can never be.
async fn is_done(world: &Arc<World>, index: usize, customer: usize, act: PersonAct) -> bool {
    let Some(conversation) = world.conversation_of(customer).await else { return true };
    let Some((engine, node, life)) = world.some_engine(index) else { return false };
    let result = tokio::select! {
        biased;
        () = world.death_of(node, life) => return false,
        result = perform(world, &engine, index, &conversation, act) => result,
    };
    match result {
        Ok(()) => true,
        Err(EngineError::Store(StoreError::Failed { .. } | StoreError::Full { .. })) => false,
        Err(error) => {
            world.tell(None, || format!("{AGENT} cannot do it ({act:?}): {error}"));
            true
        }
    }
}

async fn perform(
    world: &World,
    engine: &Engine,
    index: usize,
    conversation: &Conversation,
    act: PersonAct,
) -> Result<(), EngineError> {
    let id = conversation.id;
    match act {
        PersonAct::Take => engine.take(id, AGENT).await.map(drop).map_err(EngineError::from),
        PersonAct::HandBack => engine.hand_back(id, AGENT).await.map(drop).map_err(EngineError::from),
        PersonAct::Resolve => engine.resolve(id, AGENT).await.map(drop).map_err(EngineError::from),
        PersonAct::Answer => {
            let key = format!("agent-{index}");
            let answer = Answer {
                agent: AGENT.to_owned(),
                key: key.clone(),
                owner_epoch: Some(conversation.owner_epoch),
                contents: vec![Content::Text(format!("{key} "))],
            };
            engine.answer(id, answer).await?;
            world.state().ledger.agents_told.insert(key);
            Ok(())
        }
        PersonAct::Erase => engine.erase(conversation.contact).await.map(drop).map_err(EngineError::from),
        PersonAct::ResendDeadLetter => {
            let letters = engine.store().dead_letters(1).await?;
            for letter in letters {
                engine.resend(letter.id).await?;
            }
            Ok(())
        }
    }
}

/// Somebody does it on another node, just while this step is taken.
pub async fn at_this_moment(world: &World, of: Option<ConversationId>, act: PersonAct) {
    let id = match of {
        Some(id) => id,
        None => match world.conversations().await.first() {
            Some(overview) => overview.conversation.id,
            None => return,
        },
    };
    let now = world.now();
    let done = match act {
        PersonAct::Take | PersonAct::Answer => world.take(id, AGENT, now).await.map(drop),
        PersonAct::HandBack => world.hand_back(id, AGENT, now).await.map(drop),
        PersonAct::Resolve => world.resolve(id, AGENT, now).await.map(drop),
        PersonAct::Erase => erase(world, id).await,
        PersonAct::ResendDeadLetter => resend(world).await,
    };
    if let Err(error) = done {
        world.tell(None, || format!("{AGENT} cannot do it ({act:?}): {error}"));
    }
}

async fn erase(world: &World, id: ConversationId) -> Result<(), StoreError> {
    let Some(overview) = world.store.conversation(id).await? else { return Ok(()) };
    let key = world.store.installation_key([0; 32]).await?;
    let now = world.now().min(world.time());
    world.erase(Erasure::before(now, overview.contact.id, Marker::new(key))).await.map(drop)
}

async fn resend(world: &World) -> Result<(), StoreError> {
    let now = world.time();
    for letter in world.store.dead_letters(1).await? {
        world.store.resend(letter.id, now, now + DAY).await?;
        world.sent_again(letter.id, now + DAY);
    }
    Ok(())
}
