//! One commit of many members (rule 5).
//!
//! A member has a savepoint of its own, so that its failure is nobody else's. Members that begin alike share one at first,
//! and one round trip, because nearly always nothing fails; where something does, they are taken back and run one by one.

use std::time::Instant;

use tracing::Instrument as _;

use super::{
    Unit,
    member::{Loss, Member},
};
use crate::{
    dialect::{self, Connection},
    error::Failure,
    script::{Answers, Script},
};

type Members = Vec<Box<dyn Member>>;

/// Most members that share a round trip. Their text is prepared once for each number of them, hence powers of two.
const TOGETHER: usize = 16;

/// Runs and commits members, and answers them. Where the database takes the whole transaction back (a full disk does
/// that), each member is tried again alone, so that the one it was too much for does not take the others along.
///
/// # Errors
/// Nothing can be trusted any more; everybody was refused.
pub(super) async fn commit(connection: &mut Connection, members: Members) -> Result<(), String> {
    let span = tracing::info_span!("store.batch.commit", members = members.len());
    let mut members = match attempt(connection, members).instrument(span).await? {
        Attempt::Answered => return Ok(()),
        Attempt::Lost(members, loss) if members.len() == 1 => {
            refuse(members, &loss);
            return Ok(());
        }
        Attempt::Lost(members, _) => members.into_iter(),
    };
    while let Some(member) = members.next() {
        match attempt(connection, vec![member]).await {
            Ok(Attempt::Answered) => {}
            Ok(Attempt::Lost(alone, loss)) => refuse(alone, &loss),
            Err(message) => {
                refuse(members.collect(), &Loss::Failed(message.clone()));
                return Err(message);
            }
        }
    }
    Ok(())
}

enum Attempt {
    Answered,
    Lost(Members, Loss),
}

async fn attempt(connection: &mut Connection, mut members: Members) -> Result<Attempt, String> {
    let begun = Instant::now();
    if let Err(failure) = Script::of(dialect::BEGIN).run(connection).await {
        return lost(connection, members, failure).await;
    }
    if let Err(failure) = run(connection, &mut members).await {
        return lost(connection, members, failure).await;
    }
    if let Err(failure) = Script::of(dialect::COMMIT).run(connection).await {
        return lost(connection, members, failure).await;
    }
    metrics::histogram!("store_commit_seconds").record(begun.elapsed());
    metrics::histogram!("store_batch_size").record(members.len() as f64);
    for member in members {
        member.answer();
    }
    Ok(Attempt::Answered)
}

/// Runs all members, those that begin alike together.
///
/// # Errors
/// The whole transaction is lost.
async fn run(connection: &mut Connection, members: &mut Members) -> Result<(), Failure> {
    let mut openings: Vec<Script> = members.iter().map(|member| member.opening()).collect();
    let mut order: Vec<usize> = (0..members.len()).collect();
    order.sort_by(|one, other| openings[*one].text().cmp(openings[*other].text()));
    let mut rest = &order[..];
    while let Some(first) = rest.first() {
        let text = openings[*first].text();
        let alike = match text {
            "" => 1,
            _ => rest.iter().take_while(|at| openings[**at].text() == text).count(),
        };
        let (group, others) = rest.split_at(1 << alike.min(TOGETHER).ilog2());
        rest = others;
        if group.len() > 1 && together(connection, members, group, &mut openings).await? {
            continue;
        }
        for at in group {
            alone(connection, &mut members[*at]).await?;
        }
    }
    Ok(())
}

/// Says whether that went well; it has left nothing where it did not.
async fn together(
    connection: &mut Connection,
    members: &mut Members,
    group: &[usize],
    openings: &mut [Script],
) -> Result<bool, Failure> {
    let mut opening = Script::new();
    let mut counts = Vec::with_capacity(group.len());
    for at in group {
        counts.push(openings[*at].statements());
        opening.append(std::mem::take(&mut openings[*at]));
    }
    let mut unit = Unit::new(connection, true);
    let Ok(mut answers) = unit.run(opening).await else {
        unit.undo_all().await?;
        return Ok(false);
    };
    for (at, count) in group.iter().zip(counts) {
        let own = answers.split(count);
        if members[*at].run(&mut unit, Ok(own)).await.is_err() {
            unit.undo_all().await?;
            return Ok(false);
        }
    }
    Ok(true)
}

async fn alone(connection: &mut Connection, member: &mut Box<dyn Member>) -> Result<(), Failure> {
    let mut unit = Unit::new(connection, false);
    let opening = member.opening();
    let answers = if opening.is_empty() { Ok(Answers::default()) } else { unit.run(opening).await };
    match member.run(&mut unit, answers).await {
        Ok(()) => Ok(()),
        Err(failure) if failure.is_fatal() => Err(failure),
        Err(failure) => {
            let full = failure.is_full();
            member.fail(failure);
            // A full disk may have taken the whole transaction back; then there is no savepoint to go back to.
            unit.undo_all().await.map_err(|lost| if full { Failure::Full } else { lost })
        }
    }
}

/// Nothing of the batch was acknowledged yet, so that taking all of it back is safe.
async fn lost(connection: &mut Connection, members: Members, failure: Failure) -> Result<Attempt, String> {
    let (fatal, full) = (failure.is_fatal(), failure.is_full());
    let message = failure.told("commit").to_string();
    if fatal {
        refuse(members, &Loss::Failed(message.clone()));
        return Err(message);
    }
    // Where the database has rolled back by itself this finds nothing to do, and says so.
    if let Err(failure) = Script::of(dialect::ROLLBACK).run(connection).await {
        tracing::debug!(?failure, "nothing to roll back");
    }
    Ok(Attempt::Lost(members, if full { Loss::Full } else { Loss::Failed(message) }))
}

fn refuse(members: Members, loss: &Loss) {
    for member in members {
        member.refuse(loss);
    }
}
