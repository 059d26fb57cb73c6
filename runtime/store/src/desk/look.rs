//! Lists, overviews and transcripts.

use sportello_domain::{
    Instant,
    delivery::{OutboxState, Progress},
    ids::{ConversationId, MessageId},
};
use sportello_engine::ports::store::{ConversationFilter, DeliveredLine, Overview};

use crate::{
    error::Done,
    operation::{Operation, Unit},
    rows::{contact_columns, conversation_columns, line_columns},
    sql::{Answer, Statement},
};

/// An overview needs conversation, contact, and the newest line that is no note.
macro_rules! overviews {
    ($which:literal) => {
        concat!(
            "SELECT c.active_at, ",
            conversation_columns!(),
            ", ",
            contact_columns!(),
            ", l.position, ",
            line_columns!(),
            " FROM conversation c JOIN endpoint e ON e.id = c.endpoint JOIN contact k ON k.id = c.contact \
             LEFT JOIN line l ON l.conversation = c.id AND l.position = (SELECT MAX(m.position) FROM line m \
             WHERE m.conversation = c.id AND m.voice <> '\"note\"' \
             AND substr(m.voice, 1, 13) <> '{\"suggestion\"') ",
            $which
        )
    };
}

const WAITING: &str = overviews!(
    "WHERE c.owner_kind = 'queue' AND (CAST($1 AS TEXT) IS NULL OR c.queue = $1) \
     AND (CAST($2 AS TEXT) IS NULL OR e.channel = $2) ORDER BY c.waiting_rank, c.waiting_since, c.id LIMIT $3"
);
const OPEN: &str = overviews!(
    "WHERE c.stage <> 'closed' AND c.owner_kind <> 'queue' AND (CAST($1 AS TEXT) IS NULL OR c.owner_kind = $1) \
     AND (CAST($2 AS TEXT) IS NULL OR e.channel = $2) ORDER BY c.active_at DESC, c.id LIMIT $3"
);
const CLOSED: &str = overviews!(
    "WHERE c.stage = 'closed' AND c.owner_kind <> 'queue' AND (CAST($1 AS TEXT) IS NULL OR c.owner_kind = $1) \
     AND (CAST($2 AS TEXT) IS NULL OR e.channel = $2) ORDER BY c.active_at DESC, c.id LIMIT $3"
);

pub(super) struct List {
    pub(super) filter: ConversationFilter,
    pub(super) limit: u32,
}

impl Operation for List {
    type Output = Vec<Overview>;
    const NAME: &'static str = "list conversations";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<Overview>> {
        let ConversationFilter { owner, queue, closed, .. } = &self.filter;
        let owner = owner.as_deref();
        let mut listed = Vec::new();
        if owner.is_none_or(|owner| owner == "queue") {
            listed = self.ask(unit, WAITING, queue.as_deref()).await?;
        }
        let mut others = Vec::new();
        if queue.is_none() && owner != Some("queue") {
            others = self.ask(unit, OPEN, owner).await?;
            if *closed {
                others.extend(self.ask(unit, CLOSED, owner).await?);
            }
        }
        others.sort_by_key(|(active_at, overview)| (Instant::MAX - active_at, overview.conversation.id));
        let all = listed.into_iter().chain(others);
        Ok(all.map(|(_, overview)| overview).take(self.limit as usize).collect())
    }
}

impl List {
    async fn ask(
        &self,
        unit: &mut Unit<'_>,
        sql: &'static str,
        narrowed: Option<&str>,
    ) -> Done<Vec<(Instant, Overview)>> {
        let list = Statement::of(sql).bind(narrowed).bind(self.filter.channel.as_deref()).bind(self.limit);
        read(unit.run(list).await?)
    }
}

fn read(answer: Answer) -> Done<Vec<(Instant, Overview)>> {
    let read = answer.all().map(|mut row| {
        let active_at = row.number()?;
        let (conversation, contact) = (row.conversation()?, row.contact()?);
        let last_line = row.maybe_number()?.map(|_| row.line()).transpose()?;
        Ok((active_at, Overview { conversation, contact, last_line }))
    });
    read.collect()
}

pub(super) struct One(pub(super) ConversationId);

impl Operation for One {
    type Output = Option<Overview>;
    const NAME: &'static str = "read a conversation";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<Overview>> {
        let mut found = read(unit.run(Statement::of(overviews!("WHERE c.id = $1")).bind(self.0)).await?)?;
        Ok(found.pop().map(|(_, overview)| overview))
    }
}

pub(super) struct Transcript(pub(super) ConversationId);

impl Operation for Transcript {
    type Output = Vec<DeliveredLine>;
    const NAME: &'static str = "read a transcript";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<DeliveredLine>> {
        let lines = Statement::of(concat!(
            "SELECT ",
            line_columns!(),
            " FROM line l WHERE l.conversation = $1 ORDER BY l.position"
        ));
        let lines = unit.run(lines.bind(self.0)).await?;
        let carriers = Statement::of(
            "SELECT line, state, wake_at, detail, progress FROM delivery WHERE conversation = $1 \
             AND line IS NOT NULL ORDER BY line",
        );
        let mut carried: Vec<(MessageId, OutboxState, Option<Progress>)> = Vec::new();
        for mut row in unit.run(carriers.bind(self.0)).await?.all() {
            carried.push((row.id()?, row.state()?, row.progress()?));
        }
        let deliver = lines.all().map(|mut row| {
            let line = row.line()?;
            let first = carried.partition_point(|(of, ..)| *of < line.id);
            let parts = carried[first..].iter().take_while(|(of, ..)| *of == line.id);
            let states: Vec<_> = parts.map(|(_, state, progress)| (state.clone(), *progress)).collect();
            Ok(DeliveredLine::of(line, states))
        });
        deliver.collect()
    }
}
