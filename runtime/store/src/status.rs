//! What platforms tell of our messages, before and after their receipts (rule 15).

use sportello_domain::{
    Instant,
    contract::{DeliveryStatus, Event, StatusOf},
    delivery::{News, OutboxState},
    ids::{ConversationId, DeliveryId, MessageId},
};
use sportello_engine::ports::store::{PART_LOST, Telling};

use crate::{
    columns::{Fields, key},
    error::Done,
    intake::Scene,
    owner,
    rows::{bind_state, delivery_columns, progress_column},
    script::{Answer, Answers, Script},
    writer::Unit,
};

type Known = Option<(ConversationId, DeliveryId)>;

/// What is needed to tell a person of a loss.
pub(crate) struct Notice {
    note: MessageId,
    queue: String,
    now: Instant,
}

/// What was told before the receipt came.
pub(crate) struct Early {
    pub(crate) news: News,
    note: Option<MessageId>,
    queue: Option<String>,
}

impl Early {
    /// From the first answer to [`recognise`].
    pub(crate) fn read(answer: &Answer) -> Done<Vec<Self>> {
        let read = |row| {
            let mut fields = Fields::of(row);
            let news = News { progress: fields.progress()?, failed: fields.maybe_json()? };
            Ok(Self { news, note: fields.maybe_id()?, queue: fields.take()? })
        };
        answer.rows.iter().map(read).collect()
    }

    pub(crate) fn notice(&self, now: Instant) -> Notice {
        let note = self.note.unwrap_or(MessageId::new(now, 0));
        Notice { note, queue: self.queue.clone().unwrap_or_default(), now }
    }
}

/// By the platform's own id: whether the thread is one of ours, and which messages bear the id.
pub(crate) fn opening(scene: Scene<'_>, event: &Event, status: &DeliveryStatus) -> Script {
    let mut script = Script::new();
    let StatusOf::Message(id) = &status.of else { return script };
    let account = key(event.account.as_deref());
    script
        .add("SELECT 1 FROM endpoint WHERE channel = ? AND account = ? AND address = ? LIMIT 1")
        .bind(scene.channel)
        .bind(account)
        .bind(event.thread.as_ref().map_or("", |thread| &thread.address));
    script
        .add(
            "SELECT address, delivery FROM told WHERE channel = ? AND account = ? AND platform_id = ? \
             AND delivery IS NOT NULL ORDER BY address",
        )
        .bind(scene.channel)
        .bind(account)
        .bind(id);
    script
}

pub(crate) async fn take(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    status: &DeliveryStatus,
    note: MessageId,
    opening: Answers,
) -> Done<Known> {
    let news = News::default().merge(&status.state);
    let notice = Notice { note, queue: scene.default_queue.to_owned(), now: scene.now };
    match &status.of {
        StatusOf::Delivery(id) => match id.parse() {
            Ok(id) if is_of_channel(unit, id, scene.channel).await? => learn(unit, id, &news, true, &notice).await,
            _ => Ok(None),
        },
        StatusOf::Message(id) => {
            let (address, delivery) = named(event, opening)?;
            if let Some(delivery) = delivery {
                return learn(unit, delivery, &news, false, &notice).await;
            }
            unit.run(keep(scene, event, id, address, &news, &notice)).await?;
            Ok(None)
        }
        StatusOf::UpTo(until) => move_all(unit, scene, event, &news, *until).await,
    }
}

async fn is_of_channel(unit: &mut Unit<'_>, id: DeliveryId, channel: &str) -> Done<bool> {
    let mut script = Script::of(
        "SELECT 1 FROM delivery d JOIN conversation c ON c.id = d.conversation JOIN endpoint e ON e.id = c.endpoint \
         WHERE d.id = ? AND e.channel = ?",
    );
    script.bind(id).bind(channel);
    Ok(unit.run(script).await?.take().first().is_some())
}

/// The address under which a message is known, '' for any, and its delivery.
fn named(event: &Event, mut opening: Answers) -> Done<(&str, Option<DeliveryId>)> {
    let address = match (opening.take().first(), &event.thread) {
        (Some(_), Some(thread)) => thread.address.as_str(),
        _ => "",
    };
    for row in &opening.take().rows {
        let mut fields = Fields::of(row);
        let other = fields.text()?;
        if address.is_empty() || address == other {
            return Ok((address, Some(fields.id()?)));
        }
    }
    Ok((address, None))
}

/// Keeps a status until its receipt comes; merged as [`News::merge`] does it.
fn keep(scene: Scene<'_>, event: &Event, id: &str, address: &str, news: &News, notice: &Notice) -> Script {
    let mut script = Script::of(
        "INSERT INTO told (channel, account, platform_id, address, progress, failed, note, queue, at) \
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, account, platform_id, address) DO UPDATE SET \
         progress = CASE WHEN told.progress >= excluded.progress THEN told.progress \
         ELSE COALESCE(excluded.progress, told.progress) END, failed = COALESCE(told.failed, excluded.failed)",
    );
    script
        .bind(scene.channel)
        .bind(key(event.account.as_deref()))
        .bind(id)
        .bind(address)
        .bind(progress_column(news.progress))
        .maybe_json(news.failed.as_ref())
        .bind(notice.note)
        .bind(&notice.queue)
        .bind(scene.now);
    script
}

/// Keeps a platform's id of a delivery: two statements, of which the first gives what was told of it before.
pub(crate) fn recognise(script: &mut Script, id: DeliveryId, platform_id: &str, now: Instant) {
    script
        .add(
            "DELETE FROM told WHERE platform_id = ? AND delivery IS NULL AND (channel, account) = \
             (SELECT e.channel, e.account FROM delivery d JOIN conversation c ON c.id = d.conversation \
             JOIN endpoint e ON e.id = c.endpoint WHERE d.id = ?) AND (address = '' OR address = \
             (SELECT e.address FROM delivery d JOIN conversation c ON c.id = d.conversation \
             JOIN endpoint e ON e.id = c.endpoint WHERE d.id = ?)) RETURNING progress, failed, note, queue",
        )
        .bind(platform_id)
        .bind(id)
        .bind(id);
    script
        .add(
            "INSERT INTO told (channel, account, platform_id, address, delivery, at) \
             SELECT e.channel, e.account, ?, e.address, d.id, ? FROM delivery d \
             JOIN conversation c ON c.id = d.conversation JOIN endpoint e ON e.id = c.endpoint WHERE d.id = ? \
             ON CONFLICT (channel, account, platform_id, address) \
             DO UPDATE SET delivery = excluded.delivery, at = excluded.at",
        )
        .bind(platform_id)
        .bind(now)
        .bind(id);
}

/// Takes news into a delivery; where it is lost by that, its group ends and a person is told.
pub(crate) async fn learn(
    unit: &mut Unit<'_>,
    id: DeliveryId,
    news: &News,
    named: bool,
    notice: &Notice,
) -> Done<Known> {
    let mut script = Script::of(concat!("SELECT ", delivery_columns!(), " FROM delivery d WHERE d.id = ?"));
    script.bind(id);
    let answer = unit.run(script).await?.take();
    let Some(row) = answer.first() else { return Ok(None) };
    let before = Fields::of(row).delivery()?;
    let mut item = before.clone();
    let lost = item.learn(news, named);
    let known = Some((item.conversation, id));
    if item == before {
        return Ok(known);
    }
    let mut script = Script::of(
        "UPDATE delivery SET state = ?, wake_at = ?, detail = ?, progress = ?, \
         sent_at = CASE WHEN ? THEN COALESCE(sent_at, ?) ELSE sent_at END WHERE id = ?",
    );
    bind_state(&mut script, &item.state);
    script.bind(progress_column(item.progress)).bind(item.state == OutboxState::Sent).bind(notice.now).bind(id);
    if let (true, Some(line)) = (lost, item.line) {
        owner::cancel_group(&mut script, item.conversation, line, PART_LOST);
    }
    unit.run(script).await?;
    if let (true, OutboxState::Dead(failure)) = (lost, &item.state) {
        let telling = Telling::undelivered(notice.note, failure, notice.queue.clone(), notice.now);
        owner::tell(unit, item.conversation, &telling).await?;
    }
    if item.state != before.state {
        owner::close_when_done(unit, item.conversation).await?;
    }
    Ok(known)
}

/// Everything sent to a thread by then; says which is the newest that moved.
async fn move_all(unit: &mut Unit<'_>, scene: Scene<'_>, event: &Event, news: &News, until: Instant) -> Done<Known> {
    let (Some(thread), Some(progress)) = (&event.thread, progress_column(news.progress)) else { return Ok(None) };
    let mut script = Script::of(
        "UPDATE delivery SET progress = ? WHERE conversation IN (SELECT c.id FROM conversation c \
         JOIN endpoint e ON e.id = c.endpoint WHERE e.channel = ? AND e.account = ? AND e.address = ? AND e.parent = ?) \
         AND state = 'sent' AND sent_at <= ? AND (progress IS NULL OR progress < ?) RETURNING id, conversation, position",
    );
    script
        .bind(progress)
        .bind(scene.channel)
        .bind(key(event.account.as_deref()))
        .bind(&thread.address)
        .bind(key(thread.parent.as_deref()))
        .bind(until)
        .bind(progress);
    let mut newest = None;
    for row in &unit.run(script).await?.take().rows {
        let mut fields = Fields::of(row);
        let (id, conversation): (DeliveryId, ConversationId) = (fields.id()?, fields.id()?);
        newest = newest.max(Some((conversation, fields.number()?, id)));
    }
    Ok(newest.map(|(conversation, _, id)| (conversation, id)))
}
