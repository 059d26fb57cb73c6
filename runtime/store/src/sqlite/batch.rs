//! One commit of many members (rule 5): the failure of one is nobody else's.
//!
//! Nearly always nobody fails, or fails before anything was changed, and then the members need nothing between them. Where one
//! fails later, the batch is taken back and run once more, each within a savepoint of its own.

use std::time::Instant;

use super::{
    Connection,
    member::{Loss, Member},
};
use crate::error::{Done, Failure};

pub(super) type Members = Vec<Box<dyn Member>>;

/// What stands between the members of a batch.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Between {
    Nothing,
    Savepoints,
}

/// Runs and commits members, and answers them. Where the database takes the whole transaction back (a full disk does that), each
/// member is tried again alone, so that the one it was too much for does not take the others along.
///
/// # Errors
/// Nothing can be trusted any more; everybody was refused.
pub(super) fn commit(connection: &mut Connection, members: Members) -> Result<(), String> {
    let _span = tracing::info_span!("store.batch.commit", members = members.len()).entered();
    let mut members = match settle(connection, members)? {
        Attempt::Lost(members, loss) if members.len() == 1 => {
            refuse(members, &loss);
            return Ok(());
        }
        Attempt::Lost(members, _) => members.into_iter(),
        _ => return Ok(()),
    };
    while let Some(member) = members.next() {
        match settle(connection, vec![member]) {
            Ok(Attempt::Lost(alone, loss)) => refuse(alone, &loss),
            Ok(_) => {}
            Err(message) => {
                refuse(members.collect(), &Loss::Failed(message.clone()));
                return Err(message);
            }
        }
    }
    Ok(())
}

/// What became of a try.
enum Attempt {
    Answered,
    /// Somebody failed who had changed something.
    Mixed(Members),
    Lost(Members, Loss),
}

fn settle(connection: &mut Connection, members: Members) -> Result<Attempt, String> {
    match attempt(connection, members, Between::Nothing)? {
        Attempt::Mixed(members) => attempt(connection, members, Between::Savepoints),
        other => Ok(other),
    }
}

fn attempt(connection: &mut Connection, mut members: Members, between: Between) -> Result<Attempt, String> {
    let begun = Instant::now();
    match run(connection, &mut members, between) {
        Ok(true) => {}
        Ok(false) => {
            take_back(connection);
            return Ok(Attempt::Mixed(members));
        }
        Err(failure) => return lost(connection, members, failure),
    }
    metrics::histogram!("sportello_store_commit_seconds").record(begun.elapsed());
    metrics::histogram!("sportello_store_batch_size").record(members.len() as f64);
    for member in members {
        member.answer();
    }
    Ok(Attempt::Answered)
}

/// Whether all members could go together.
///
/// # Errors
/// The whole transaction is lost.
fn run(connection: &mut Connection, members: &mut Members, between: Between) -> Done<bool> {
    connection.mark("BEGIN IMMEDIATE")?;
    for member in members {
        let before = connection.changed();
        if between == Between::Savepoints {
            connection.mark("SAVEPOINT member")?;
        }
        match member.run(connection) {
            Ok(()) => {}
            Err(failure @ (Failure::Fatal(_) | Failure::Full)) => return Err(failure),
            Err(failure) => {
                if between == Between::Savepoints {
                    connection.mark("ROLLBACK TO member")?;
                } else if connection.changed() != before {
                    return Ok(false);
                }
                member.fail(failure);
            }
        }
        if between == Between::Savepoints {
            connection.mark("RELEASE member")?;
        }
    }
    connection.mark("COMMIT")?;
    Ok(true)
}

/// Nothing of the batch was acknowledged yet, so that taking all of it back is safe.
fn lost(connection: &mut Connection, members: Members, failure: Failure) -> Result<Attempt, String> {
    let loss = match failure {
        Failure::Fatal(message) => {
            refuse(members, &Loss::Failed(message.clone()));
            return Err(message);
        }
        Failure::Full => Loss::Full,
        other => Loss::Failed(other.told("commit").to_string()),
    };
    take_back(connection);
    Ok(Attempt::Lost(members, loss))
}

fn take_back(connection: &mut Connection) {
    // A full disk may have done so already.
    if !connection.is_within() {
        return;
    }
    if let Err(failure) = connection.mark("ROLLBACK") {
        tracing::error!(?failure, "a transaction could not be taken back");
    }
}

fn refuse(members: Members, loss: &Loss) {
    for member in members {
        member.refuse(loss);
    }
}
