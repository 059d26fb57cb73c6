//! Lists, overviews and transcripts.

use sportello_domain::{
    Instant,
    delivery::{OutboxState, Progress},
    ids::{ConversationId, MessageId},
};
use sportello_engine::ports::store::{ConversationFilter, DeliveredLine, Overview};

use crate::{
    columns::Fields,
    dialect::{Pool, Row},
    error::Done,
    rows::{contact_columns, conversation_columns, line_columns},
    script::Script,
};

/// An overview needs conversation, contact, and the newest line that is no note.
macro_rules! overviews {
    ($which:literal) => {
        concat!(
            "SELECT c.active_at, ",
            conversation_columns!(),
            ", ",
            contact_columns!(),
            ", ",
            line_columns!(),
            " FROM conversation c JOIN endpoint e ON e.id = c.endpoint JOIN contact k ON k.id = c.contact \
             LEFT JOIN line l ON l.conversation = c.id AND l.position = (SELECT MAX(m.position) FROM line m \
             WHERE m.conversation = c.id AND m.voice <> '\"note\"') ",
            $which
        )
    };
}

const WAITING: &str = overviews!(
    "WHERE c.owner_kind = 'queue' AND (? IS NULL OR c.queue = ?) AND (? IS NULL OR e.channel = ?) \
     ORDER BY c.waiting_rank, c.waiting_since, c.id LIMIT ?"
);
const OPEN: &str = overviews!(
    "WHERE c.stage <> 'closed' AND c.owner_kind <> 'queue' AND (? IS NULL OR c.owner_kind = ?) \
     AND (? IS NULL OR e.channel = ?) ORDER BY c.active_at DESC, c.id LIMIT ?"
);
const CLOSED: &str = overviews!(
    "WHERE c.stage = 'closed' AND c.owner_kind <> 'queue' AND (? IS NULL OR c.owner_kind = ?) \
     AND (? IS NULL OR e.channel = ?) ORDER BY c.active_at DESC, c.id LIMIT ?"
);

pub(super) async fn list(pool: &Pool, filter: &ConversationFilter, limit: u32) -> Done<Vec<Overview>> {
    let owner = filter.owner.as_deref();
    let mut script = Script::new();
    if owner.is_none_or(|owner| owner == "queue") {
        ask(&mut script, WAITING, filter.queue.as_deref(), filter, limit);
    }
    let lists = u8::from(!script.is_empty());
    if filter.queue.is_none() && owner != Some("queue") {
        ask(&mut script, OPEN, owner, filter, limit);
        if filter.closed {
            ask(&mut script, CLOSED, owner, filter, limit);
        }
    }
    if script.is_empty() {
        return Ok(Vec::new());
    }
    let mut answers = script.ask(pool).await?;
    let mut listed = Vec::new();
    for _ in 0..lists {
        listed = read(&answers.take().rows)?;
    }
    let mut others = read(&answers.take().rows)?;
    others.extend(read(&answers.take().rows)?);
    others.sort_by_key(|(active_at, overview)| (Instant::MAX - active_at, overview.conversation.id));
    let all = listed.into_iter().chain(others);
    Ok(all.map(|(_, overview)| overview).take(limit as usize).collect())
}

fn ask(script: &mut Script, sql: &'static str, narrowed: Option<&str>, filter: &ConversationFilter, limit: u32) {
    script
        .add(sql)
        .bind(narrowed)
        .bind(narrowed)
        .bind(filter.channel.as_deref())
        .bind(filter.channel.as_deref())
        .bind(limit);
}

fn read(rows: &[Row]) -> Done<Vec<(Instant, Overview)>> {
    let read = |row| {
        let mut fields = Fields::of(row);
        let active_at = fields.number()?;
        let (conversation, contact) = (fields.conversation()?, fields.contact()?);
        let has_line = Fields::of(row).at(LINE).maybe_id::<MessageId>()?.is_some();
        let last_line = has_line.then(|| fields.line()).transpose()?;
        Ok((active_at, Overview { conversation, contact, last_line }))
    };
    rows.iter().map(read).collect()
}

/// Columns before the line's.
const LINE: usize = 1 + 21 + 5;

pub(super) async fn one(pool: &Pool, id: ConversationId) -> Done<Option<Overview>> {
    let mut script = Script::of(overviews!("WHERE c.id = ?"));
    script.bind(id);
    let mut found = read(&script.ask(pool).await?.take().rows)?;
    Ok(found.pop().map(|(_, overview)| overview))
}

pub(super) async fn transcript(pool: &Pool, id: ConversationId) -> Done<Vec<DeliveredLine>> {
    let mut script =
        Script::of(concat!("SELECT ", line_columns!(), " FROM line l WHERE l.conversation = ? ORDER BY l.position"));
    script.bind(id);
    script
        .add(
            "SELECT line, state, wake_at, detail, progress FROM delivery WHERE conversation = ? AND line IS NOT NULL \
             ORDER BY line",
        )
        .bind(id);
    let mut answers = script.ask(pool).await?;
    let lines = answers.take();
    let mut carried: Vec<(MessageId, OutboxState, Option<Progress>)> = Vec::new();
    for row in &answers.take().rows {
        let mut fields = Fields::of(row);
        carried.push((fields.id()?, fields.state()?, fields.progress()?));
    }
    let deliver = |row| {
        let line = Fields::of(row).line()?;
        let first = carried.partition_point(|(of, ..)| *of < line.id);
        let parts = carried[first..].iter().take_while(|(of, ..)| *of == line.id);
        let states: Vec<_> = parts.map(|(_, state, progress)| (state.clone(), *progress)).collect();
        Ok(DeliveredLine::of(line, states))
    };
    lines.rows.iter().map(deliver).collect()
}
