//! What platforms tell of our messages, before and after their receipts (rule 15).

use sportello_domain::{
    Instant,
    contract::{DeliveryStatus, Event, StatusOf},
    delivery::{News, OutboxState},
    ids::{ConversationId, DeliveryId, MessageId},
};
use sportello_engine::ports::store::{PART_LOST, Telling};

use crate::{
    error::Done,
    intake::Scene,
    operation::Unit,
    outbox, owner,
    rows::{bind_state, progress_column},
    sql::{Statement, key},
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
    pub(crate) fn notice(&self, now: Instant) -> Notice {
        let note = self.note.unwrap_or(MessageId::new(now, 0));
        Notice { note, queue: self.queue.clone().unwrap_or_default(), now }
    }
}

/// Where a delivery went, as columns.
pub(crate) struct Address {
    pub(crate) channel: String,
    pub(crate) account: String,
    pub(crate) address: String,
}

pub(crate) async fn take(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    status: &DeliveryStatus,
    note: MessageId,
) -> Done<Known> {
    let news = News::default().merge(&status.state);
    let notice = Notice { note, queue: scene.default_queue.to_owned(), now: scene.now };
    match &status.of {
        StatusOf::Delivery(id) => match id.parse() {
            Ok(id) if is_of_channel(unit, id, scene.channel).await? => learn(unit, id, &news, true, &notice).await,
            _ => Ok(None),
        },
        StatusOf::Message(id) => {
            let (address, delivery) = named(unit, scene, event, id).await?;
            if let Some(delivery) = delivery {
                return learn(unit, delivery, &news, false, &notice).await;
            }
            keep(unit, scene, event, id, address, &news, &notice).await?;
            Ok(None)
        }
        StatusOf::UpTo(until) => move_all(unit, scene, event, &news, *until).await,
    }
}

async fn is_of_channel(unit: &mut Unit<'_>, id: DeliveryId, channel: &str) -> Done<bool> {
    let ask = Statement::of(
        "SELECT 1 FROM delivery d JOIN conversation c ON c.id = d.conversation JOIN endpoint e ON e.id = c.endpoint \
         WHERE d.id = $1 AND e.channel = $2",
    );
    Ok(unit.run(ask.bind(id).bind(channel)).await?.first().is_some())
}

/// The address under which a message is known, '' for any (where its thread is none of ours), and its delivery.
async fn named<'e>(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &'e Event,
    id: &str,
) -> Done<(&'e str, Option<DeliveryId>)> {
    let account = key(event.account.as_deref());
    let mut address = event.thread.as_ref().map_or("", |thread| thread.address.as_str());
    let ours = Statement::of("SELECT 1 FROM endpoint WHERE channel = $1 AND account = $2 AND address = $3 LIMIT 1");
    if unit.run(ours.bind(scene.channel).bind(account).bind(address)).await?.first().is_none() {
        address = "";
    }
    let bearers = Statement::of(
        "SELECT address, delivery FROM told WHERE channel = $1 AND account = $2 AND platform_id = $3 \
         AND delivery IS NOT NULL ORDER BY address",
    );
    for mut row in unit.run(bearers.bind(scene.channel).bind(account).bind(id)).await?.all() {
        let (other, delivery) = (row.text()?, row.maybe_id()?);
        if address.is_empty() || address == other {
            return Ok((address, delivery));
        }
    }
    Ok((address, None))
}

/// Keeps a status until its receipt comes; merged as [`News::merge`] does it.
async fn keep(
    unit: &mut Unit<'_>,
    scene: Scene<'_>,
    event: &Event,
    id: &str,
    address: &str,
    news: &News,
    notice: &Notice,
) -> Done<()> {
    let keep = Statement::of(
        "INSERT INTO told (channel, account, platform_id, address, progress, failed, note, queue, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (channel, account, platform_id, address) DO UPDATE SET \
         progress = CASE WHEN told.progress >= excluded.progress THEN told.progress \
         ELSE COALESCE(excluded.progress, told.progress) END, failed = COALESCE(told.failed, excluded.failed)",
    )
    .bind(scene.channel)
    .bind(key(event.account.as_deref()))
    .bind(id)
    .bind(address)
    .bind(progress_column(news.progress))
    .maybe_json(news.failed.as_ref())
    .bind(notice.note)
    .bind(&notice.queue)
    .bind(scene.now);
    unit.run(keep).await.map(|_| ())
}

/// Keeps a platform's id of a delivery, and gives what was told of it before.
pub(crate) async fn recognise(
    unit: &mut Unit<'_>,
    to: &Address,
    delivery: DeliveryId,
    platform_id: &str,
    now: Instant,
) -> Done<Vec<Early>> {
    let look = Statement::of(
        "SELECT progress, failed, note, queue FROM told WHERE channel = $1 AND account = $2 AND platform_id = $3 \
         AND (address = '' OR address = $4) AND delivery IS NULL",
    );
    let look = look.bind(&to.channel).bind(&to.account).bind(platform_id).bind(&to.address);
    let mut early = Vec::new();
    for mut row in unit.run(look).await?.all() {
        let news = News { progress: row.progress()?, failed: row.maybe_json()? };
        early.push(Early { news, note: row.maybe_id()?, queue: row.maybe_text()? });
    }
    if !early.is_empty() {
        let forget = Statement::of(
            "DELETE FROM told WHERE channel = $1 AND account = $2 AND platform_id = $3 \
             AND (address = '' OR address = $4) AND delivery IS NULL",
        );
        unit.run(forget.bind(&to.channel).bind(&to.account).bind(platform_id).bind(&to.address)).await?;
    }
    let know = Statement::of(
        "INSERT INTO told (channel, account, platform_id, address, delivery, at) VALUES ($1, $2, $3, $4, $5, $6) \
         ON CONFLICT (channel, account, platform_id, address) \
         DO UPDATE SET delivery = excluded.delivery, at = excluded.at",
    );
    let know = know.bind(&to.channel).bind(&to.account).bind(platform_id).bind(&to.address);
    unit.run(know.bind(delivery).bind(now)).await?;
    Ok(early)
}

/// Forgets by which of these names platforms tell of a delivery.
pub(crate) async fn disown(
    unit: &mut Unit<'_>,
    channel: &str,
    account: &str,
    delivery: DeliveryId,
    platform_ids: &[String],
) -> Done<()> {
    for id in platform_ids {
        let forget = Statement::of(
            "DELETE FROM told WHERE channel = $1 AND account = $2 AND platform_id = $3 AND delivery = $4",
        );
        unit.run(forget.bind(channel).bind(account).bind(id).bind(delivery)).await?;
    }
    Ok(())
}

/// Takes news into a delivery; where it is lost by that, its group ends and a person is told.
pub(crate) async fn learn(
    unit: &mut Unit<'_>,
    id: DeliveryId,
    news: &News,
    named: bool,
    notice: &Notice,
) -> Done<Known> {
    owner::lock_of(unit, id).await?;
    let Some(before) = outbox::read(unit, id).await? else { return Ok(None) };
    let mut item = before.clone();
    let lost = item.learn(news, named);
    let known = Some((item.conversation, id));
    if item == before {
        return Ok(known);
    }
    let sent_at = (item.state == OutboxState::Sent).then_some(notice.now);
    let learn = Statement::of(
        "UPDATE delivery SET state = $1, wake_at = $2, detail = $3, ended = $4, progress = $5, \
         sent_at = COALESCE(sent_at, $6) WHERE id = $7",
    );
    unit.run(bind_state(learn, &item.state).bind(progress_column(item.progress)).bind(sent_at).bind(id)).await?;
    if let (true, Some(line)) = (lost, item.line) {
        owner::cancel_group(unit, item.conversation, line, PART_LOST).await?;
    }
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
    let move_all = Statement::of(
        "UPDATE delivery SET progress = $1 WHERE conversation IN (SELECT c.id FROM conversation c \
         JOIN endpoint e ON e.id = c.endpoint \
         WHERE e.channel = $2 AND e.account = $3 AND e.address = $4 AND e.parent = $5) \
         AND state = 'sent' AND sent_at <= $6 AND (progress IS NULL OR progress < $1) \
         RETURNING id, conversation, position",
    )
    .bind(progress)
    .bind(scene.channel)
    .bind(key(event.account.as_deref()))
    .bind(&thread.address)
    .bind(key(thread.parent.as_deref()))
    .bind(until);
    let mut newest = None;
    for mut row in unit.run(move_all).await?.all() {
        let (id, conversation): (DeliveryId, ConversationId) = (row.id()?, row.id()?);
        newest = newest.max(Some((conversation, row.number()?, id)));
    }
    Ok(newest.map(|(conversation, _, id)| (conversation, id)))
}
