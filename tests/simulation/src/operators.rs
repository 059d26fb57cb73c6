//! Operators: they swap revisions, at times of the plan and at exact steps of the engine.

use std::sync::Arc;

use sportello_domain::{
    ids::AuditId,
    revision::{Mode, Move, RevisionId, RevisionState, Rollout, Start},
};
use sportello_engine::ports::StoreError;
use sportello_engine::ports::store::{Advance, AuditEntry, RevisionRecord, Revisions, Step, Stored, Told};
use sportello_engine::{By, EngineError, Push, Registry};

use crate::builds::{BUILDS, Build};
use crate::plan::{Element, How, Swap};
use crate::world::World;

/// Who swaps.
const OPERATOR: &str = "Olga";
/// How often somebody tries what the program could not do.
const TRIES: u32 = 30;

/// In a world in which something is swapped or replayed the builds for it were uploaded before it begins.
pub async fn upload(world: &World) -> Stored<()> {
    let swaps = world.plan.swaps().into_iter();
    let swapped = swaps.map(|swap| (0..BUILDS).map(|number| Build { name: swap.of.name(), number }).collect());
    let replayed = world.plan.replays().map(|of| vec![Build::newest(of), Build::odd(of)]);
    for (index, builds) in swapped.chain(replayed).collect::<Vec<Vec<Build>>>().into_iter().enumerate() {
        for build in builds {
            let revision = build.revision();
            world.store.keep_artefact(build.digest(), build.component(), world.time()).await?;
            let audit = entry(world, index, &revision.id, "uploaded");
            let (state, told, now) = (RevisionState::Uploaded, Told::default(), world.now());
            let since = world.time();
            let record = RevisionRecord { revision, state, told, pushed_at: now, changed_at: now, since };
            world.store.enter_revision(record, audit).await?;
        }
    }
    Ok(())
}

/// What the plan has operators do at certain times.
pub fn work(world: &Arc<World>) {
    for (index, element) in world.plan.elements.iter().enumerate() {
        let Element::Operator { at, swap } = *element else { continue };
        let world = Arc::clone(world);
        world.state().under_way += 1;
        tokio::spawn(async move {
            world.until(at).await;
            for _ in 0..TRIES {
                if is_done(&world, index, swap).await {
                    break;
                }
                world.until(world.elapsed() + 700).await;
            }
            world.state().under_way -= 1;
        });
    }
}

/// Whether it is done, or can never be.
async fn is_done(world: &Arc<World>, index: usize, swap: Swap) -> bool {
    let Some((registry, node, life)) = world.some_registry(index) else { return false };
    let result = tokio::select! {
        biased;
        () = world.death_of(node, life) => return false,
        result = perform(&registry, swap) => result,
    };
    match result {
        Ok(()) => true,
        Err(EngineError::Store(_) | EngineError::NotNow(_)) => false,
        Err(error) => {
            world.tell(None, || format!("{OPERATOR} cannot do it ({swap}): {error}"));
            true
        }
    }
}

async fn perform(registry: &Registry, Swap { of, how }: Swap) -> Result<(), EngineError> {
    let (name, by) = (of.name(), By::new(OPERATOR, ""));
    let (number, percent) = match how {
        How::RollBack => return registry.roll_back(&name, &by).await.map(drop),
        How::Promote(number) => (number, None),
        How::Canary(number, percent) => (number, Some(percent)),
    };
    let component = Some(registry.keep(Build { name: name.clone(), number }.component()).await?);
    // What was taken back proves itself anew.
    let pushed = registry.push(Push { name, component, ..Push::default() }, &by).await?.revision.id;
    match percent {
        None => registry.promote(&pushed, &by).await.map(drop),
        Some(percent) => registry.try_out(&pushed, percent, &by).await.map(drop),
    }
}

/// Somebody does it on another node, just while this step is taken.
pub async fn at_this_moment(world: &World, swap: Swap) {
    if let Err(error) = decide(world, swap).await {
        world.tell(None, || format!("{OPERATOR} cannot do it ({swap}): {error}"));
    }
}

async fn decide(world: &World, swap: Swap) -> Result<(), EngineError> {
    let name = swap.of.name();
    let rollout = world.store.rollouts().await?.into_iter().find(|rollout| rollout.name == name);
    let rollout = rollout.ok_or(EngineError::NoSuchName(name))?;
    let nth = usize::try_from(rollout.generation).unwrap_or(0);
    let Move { rollout, states } = moved(world, &rollout, swap, nth)?;
    let mut steps = vec![];
    for (revision, to) in states {
        let record = world.store.revision(&revision).await?;
        let missing = || StoreError::NotFound { what: "revision", id: revision.to_string() };
        steps.push(Step { from: record.ok_or_else(missing)?.state, revision, to });
    }
    let of = steps.first().map(|step| step.revision.clone()).or_else(|| rollout.active.clone());
    let of = of.ok_or_else(|| EngineError::NoSuchName(rollout.name.clone()))?;
    let (audit, time) = (entry(world, nth, &of, "swapped"), world.time());
    let advance = Advance { entered: None, steps, told: None, rollout: Some(rollout), audit, time };
    world.store.advance(advance.clone()).await?;
    world.decided(&advance);
    Ok(())
}

fn moved(world: &World, rollout: &Rollout, Swap { of, how }: Swap, nth: usize) -> Result<Move, EngineError> {
    let id = |number| Build { name: of.name(), number }.revision().id;
    Ok(match how {
        How::RollBack => rollout.roll_back("a defect")?,
        How::Promote(number) => rollout.promote(&id(number))?,
        How::Canary(number, percent) => {
            let salt = world.draw("salt", nth as u64).u64(..);
            let start = Start { salt, now: world.now(), slow_above: u64::MAX };
            rollout.begin(&id(number), Mode::Canary(percent), start)?
        }
    })
}

fn entry(world: &World, nth: usize, revision: &RevisionId, what: &str) -> AuditEntry {
    let at = world.now();
    AuditEntry {
        id: AuditId::new(at, world.draw("audit", nth as u64).u128(..)),
        at,
        who: OPERATOR.to_owned(),
        name: revision.0.split('@').next().unwrap_or_default().to_owned(),
        revision: revision.clone(),
        what: what.to_owned(),
        why: String::new(),
    }
}
