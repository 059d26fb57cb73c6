//! What is held after a backup was put back (rule 21): deliveries as `held`, schedules as `fired = 2`, and a mark on items whose
//! turns were still to come.

use async_trait::async_trait;
use sportello_domain::{
    Instant,
    ids::{ConversationId, DeliveryId},
};
use sportello_engine::ports::store::{DISCARDED, Held, HeldSchedule, Holding, LATE_SIGN, Stored};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    outbox::letters::Resend,
    owner,
    rows::delivery_columns,
    sql::Statement,
    store::SqlStore,
};

#[async_trait]
impl Holding for SqlStore {
    async fn hold(&self) -> Stored<u64> {
        self.write(Hold).await
    }

    async fn held(&self, limit: u32) -> Stored<Held> {
        self.read(Look(limit)).await
    }

    async fn let_go(
        &self,
        conversation: Option<ConversationId>,
        now: Instant,
        expires_at: Instant,
    ) -> Stored<Vec<ConversationId>> {
        self.write(LetGo { conversation, now, expires_at }).await
    }

    async fn discard_held(&self, conversation: Option<ConversationId>) -> Stored<u64> {
        self.write(Discard(conversation)).await
    }
}

/// Of deliveries that may not leave signs are over, the others wait; takes why.
macro_rules! hold_deliveries {
    () => {
        "UPDATE delivery SET state = CASE WHEN sign = 1 THEN 'cancelled' ELSE 'held' END, wake_at = 0, \
         detail = CASE WHEN sign = 1 THEN $1 ELSE detail END, ended = CASE WHEN sign = 1 THEN 1 ELSE 3 END "
    };
}

pub(crate) use hold_deliveries;

struct Hold;

impl Operation for Hold {
    type Output = u64;
    const NAME: &'static str = "hold what is not final";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u64> {
        unit.run(Statement::of(concat!(hold_deliveries!(), "WHERE ended = 0")).bind(LATE_SIGN)).await?;
        unit.run(Statement::of("UPDATE schedule SET fired = 2 WHERE fired = 0")).await?;
        unit.run(Statement::of("UPDATE inbox SET held = 1")).await?;
        let known = unit.run(Statement::of("SELECT value FROM installation WHERE name = 'generation'")).await?;
        let generation = known.first().map_or(Ok(0), |mut row| read(row.bytes()?))? + 1;
        let raise = Statement::of(
            "INSERT INTO installation (name, value) VALUES ('generation', $1) \
             ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        );
        unit.run(raise.bind(&generation.to_be_bytes()[..])).await?;
        Ok(generation)
    }
}

fn read(bytes: Vec<u8>) -> Done<u64> {
    let bytes: [u8; 8] =
        bytes.try_into().map_err(|_| Failure::Form("the generation of the store is no number".to_owned()))?;
    Ok(u64::from_be_bytes(bytes))
}

struct Look(u32);

impl Operation for Look {
    type Output = Held;
    const NAME: &'static str = "read what is held";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Held> {
        let deliveries = Statement::of(concat!(
            "SELECT ",
            delivery_columns!(),
            " FROM delivery d WHERE d.ended = 3 ORDER BY d.conversation, d.position LIMIT $1"
        ));
        let schedules = Statement::of(
            "SELECT id, conversation, skill, tag, due_at FROM schedule WHERE fired = 2 ORDER BY due_at, id LIMIT $1",
        );
        let deliveries = unit.run(deliveries.bind(self.0)).await?;
        let schedules = unit.run(schedules.bind(self.0)).await?.all().map(|mut row| {
            Ok(HeldSchedule {
                id: row.id()?,
                conversation: row.id()?,
                skill: row.text()?,
                tag: row.text()?,
                due_at: row.number()?,
            })
        });
        Ok(Held {
            deliveries: deliveries.all().map(|mut row| row.delivery()).collect::<Done<_>>()?,
            schedules: schedules.collect::<Done<_>>()?,
        })
    }
}

struct LetGo {
    conversation: Option<ConversationId>,
    now: Instant,
    expires_at: Instant,
}

impl Operation for LetGo {
    type Output = Vec<ConversationId>;
    const NAME: &'static str = "let go what is held";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<ConversationId>> {
        let schedules = match self.conversation {
            None => Statement::of("UPDATE schedule SET fired = 0 WHERE fired = 2"),
            Some(id) => Statement::of("UPDATE schedule SET fired = 0 WHERE fired = 2 AND conversation = $1").bind(id),
        };
        unit.run(schedules).await?;
        let deliveries = match self.conversation {
            None => {
                Statement::of("SELECT conversation, id FROM delivery WHERE ended = 3 ORDER BY conversation, position")
            }
            Some(id) => Statement::of(
                "SELECT conversation, id FROM delivery WHERE ended = 3 AND conversation = $1 ORDER BY position",
            )
            .bind(id),
        };
        let mut woken: Vec<ConversationId> = vec![];
        for mut row in unit.run(deliveries).await?.all() {
            let (conversation, delivery): (ConversationId, DeliveryId) = (row.id()?, row.id()?);
            owner::lock_of(unit, delivery).await?;
            Resend { delivery, now: self.now, expires_at: self.expires_at }.again(unit).await?;
            if woken.last() != Some(&conversation) {
                woken.push(conversation);
            }
        }
        Ok(woken)
    }
}

struct Discard(Option<ConversationId>);

impl Operation for Discard {
    type Output = u64;
    const NAME: &'static str = "discard what is held";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u64> {
        let (schedules, deliveries) = match self.0 {
            None => (
                Statement::of("DELETE FROM schedule WHERE fired = 2"),
                Statement::of("UPDATE delivery SET state = 'cancelled', detail = $1, ended = 1 WHERE ended = 3")
                    .bind(DISCARDED),
            ),
            Some(id) => (
                Statement::of("DELETE FROM schedule WHERE fired = 2 AND conversation = $1").bind(id),
                Statement::of(
                    "UPDATE delivery SET state = 'cancelled', detail = $1, ended = 1 \
                     WHERE ended = 3 AND conversation = $2",
                )
                .bind(DISCARDED)
                .bind(id),
            ),
        };
        Ok(unit.run(schedules).await?.changes + unit.run(deliveries).await?.changes)
    }
}
