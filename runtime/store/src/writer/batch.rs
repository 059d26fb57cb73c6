//! One commit of many members (rule 5).

use std::time::Instant;

use super::{
    Unit,
    member::{Loss, Member, Ran},
};
use crate::{
    dialect::{self, Connection},
    error::Failure,
    script::Script,
};

type Members = Vec<Box<dyn Member>>;

/// Runs and commits members, and answers them. Where the database takes the whole transaction back (a full disk does
/// that), each member is tried again alone, so that the one it was too much for does not take the others along.
///
/// # Errors
/// Nothing can be trusted any more; everybody was refused.
pub(super) async fn commit(connection: &mut Connection, members: Members) -> Result<(), String> {
    let mut members = match attempt(connection, members).await? {
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
    for at in 0..members.len() {
        match members[at].run(&mut Unit::new(connection)).await {
            Ran::Kept | Ran::Undone => {}
            Ran::TransactionLost => {
                roll_back(connection).await;
                return Ok(Attempt::Lost(members, Loss::Full));
            }
            Ran::Fatal(message) => {
                refuse(members, &Loss::Failed(message.clone()));
                return Err(message);
            }
        }
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

/// Nothing of the batch was acknowledged yet, so that taking all of it back is safe.
async fn lost(connection: &mut Connection, members: Members, failure: Failure) -> Result<Attempt, String> {
    let fatal = failure.is_fatal();
    let full = matches!(&failure, Failure::Sql(error) if dialect::is_full(error));
    let message = failure.told("commit").to_string();
    if fatal {
        refuse(members, &Loss::Failed(message.clone()));
        return Err(message);
    }
    roll_back(connection).await;
    Ok(Attempt::Lost(members, if full { Loss::Full } else { Loss::Failed(message) }))
}

/// Where the database has rolled back by itself this finds nothing to do, and says so.
async fn roll_back(connection: &mut Connection) {
    if let Err(failure) = Script::of(dialect::ROLLBACK).run(connection).await {
        tracing::debug!(?failure, "nothing to roll back");
    }
}

fn refuse(members: Members, loss: &Loss) {
    for member in members {
        member.refuse(loss);
    }
}
