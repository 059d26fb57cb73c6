//! A customer: how they write, and what they have heard, on each channel.

use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};
use sportello_harness::webhooks::{telegram, whatsapp};
use sportello_harness::{Server, Town, secrets};

use super::{Channel, Heard, Offer, Visitor, now};

/// Somebody who writes.
pub struct Customer {
    line: Line,
    /// Messages that were read before.
    read: usize,
    pub(super) last: Heard,
}

enum Line {
    WhatsApp { number: String },
    Telegram { chat: telegram::Chat, written: i64 },
    WebChat(Box<Visitor>),
}

impl Customer {
    /// The `index`th customer of a stage.
    pub(super) async fn new(server: &Server, name: &str, channel: Channel, index: usize) -> anyhow::Result<Self> {
        let line = match channel {
            Channel::WhatsApp => Line::WhatsApp { number: format!("4179{:07}", 1_110_000 + index) },
            Channel::Telegram => {
                Line::Telegram { chat: telegram::Chat::new(i64::try_from(5_000 + index)?, name), written: 0 }
            }
            Channel::WebChat => Line::WebChat(Box::new(Visitor::arrive(server).await?)),
        };
        Ok(Self { line, read: 0, last: Heard::default() })
    }

    /// The channel that they write on.
    #[must_use]
    pub fn channel(&self) -> Channel {
        match self.line {
            Line::WhatsApp { .. } => Channel::WhatsApp,
            Line::Telegram { .. } => Channel::Telegram,
            Line::WebChat(_) => Channel::WebChat,
        }
    }

    /// What the program knows them by on their channel.
    #[must_use]
    pub fn address(&self) -> String {
        match &self.line {
            Line::WhatsApp { number } => number.clone(),
            Line::Telegram { chat, .. } => chat.id.to_string(),
            Line::WebChat(visitor) => visitor.address().to_owned(),
        }
    }

    /// The visitor behind a customer of the web chat.
    pub fn visitor(&mut self) -> anyhow::Result<&mut Visitor> {
        match &mut self.line {
            Line::WebChat(visitor) => Ok(visitor),
            _ => anyhow::bail!("only customers of the web chat are visitors"),
        }
    }

    /// Writes; it is accepted when this returns. `id` is unique on the stage.
    pub(super) async fn write(&mut self, server: &Server, id: u64, text: &str) -> anyhow::Result<()> {
        match &mut self.line {
            Line::WhatsApp { number } => {
                let id = format!("wamid.{id}");
                to_whatsapp(server, &whatsapp::Business::default().text(number, &id, now(), text)).await
            }
            Line::Telegram { chat, written } => {
                *written += 1;
                to_telegram(server, &chat.text(i64::try_from(id)?, *written, now(), text)).await
            }
            Line::WebChat(visitor) => visitor.send(server, &json!({ "text": text })).await?.success().map(drop),
        }
    }

    /// Takes one of the answers that the last message offered.
    pub(super) async fn choose(&mut self, server: &Server, id: u64, title: &str) -> anyhow::Result<()> {
        let offered = || format!("that is not offered, but {:?}", self.last.offers);
        let Offer { id: choice, title } =
            self.last.offers.iter().find(|offer| offer.title == title).with_context(offered)?.clone();
        match &mut self.line {
            Line::WhatsApp { number } => {
                let id = format!("wamid.{id}");
                let reply = whatsapp::button_reply(number, &id, now(), &choice, &title);
                to_whatsapp(server, &whatsapp::Business::default().messages(&[reply])).await
            }
            Line::Telegram { chat, .. } => {
                let below = self.last.id.parse()?;
                let update = chat.pressed(i64::try_from(id)?, &format!("callback-{id}"), below, now(), &choice);
                to_telegram(server, &update).await
            }
            Line::WebChat(visitor) => {
                let selection = json!({ "selection": { "id": choice, "title": title } });
                visitor.send(server, &selection).await?.success().map(drop)
            }
        }
    }

    /// Waits for the next message.
    pub(super) async fn read(&mut self, town: &Town, server: &Server, limit: Duration) -> anyhow::Result<&Heard> {
        let read = self.read;
        self.last = match &mut self.line {
            Line::WhatsApp { number } => {
                let more = || town.whatsapp.platform.texts_to(number).len() > read;
                town.whatsapp.log.wait_until(limit, |_| more()).await?;
                let sent = town.whatsapp.platform.sent();
                sent.iter().filter(|sent| sent.to == *number).nth(read).map(Heard::from).context("it was there")?
            }
            Line::Telegram { chat, .. } => {
                let more = || town.telegram.platform.texts_to(chat.id).len() > read;
                town.telegram.log.wait_until(limit, |_| more()).await?;
                let posts = town.telegram.platform.posts();
                let chat = chat.id.to_string();
                let mut sent = posts.iter().filter(|post| post.chat == chat && post.method.starts_with("send"));
                sent.nth(read).map(Heard::from).context("it was there")?
            }
            Line::WebChat(visitor) => visitor.hears(server, limit).await?,
        };
        self.read += 1;
        Ok(&self.last)
    }

    /// Has their platform tell what reached them, where it does such a thing: WhatsApp does, in its statuses.
    pub(super) async fn confirm(&self, town: &Town, server: &Server) -> anyhow::Result<()> {
        let Line::WhatsApp { number } = &self.line else { anyhow::bail!("their platform tells nothing of the kind") };
        let sent = town.whatsapp.platform.sent().into_iter().filter(|sent| sent.to == *number);
        let told: Vec<Value> = sent
            .map(|sent| whatsapp::status(&sent.id, &sent.to, now(), "delivered", sent.tracker.as_deref()))
            .collect();
        to_whatsapp(server, &whatsapp::Business::default().statuses(&told)).await
    }

    /// What they got and have not read. A stream is given a moment, for what it says travels.
    pub(super) async fn unread(&mut self, town: &Town, server: &Server) -> anyhow::Result<Vec<String>> {
        const MOMENT: Duration = Duration::from_millis(200);
        Ok(match &mut self.line {
            Line::WhatsApp { number } => town.whatsapp.platform.texts_to(number).split_off(self.read),
            Line::Telegram { chat, .. } => town.telegram.platform.texts_to(chat.id).split_off(self.read),
            Line::WebChat(visitor) => visitor.hears(server, MOMENT).await.map(|heard| heard.text).into_iter().collect(),
        })
    }
}

async fn to_whatsapp(server: &Server, webhook: &Value) -> anyhow::Result<()> {
    let hook = server.hook("whatsapp");
    whatsapp::deliver(server.client(), &hook, secrets::APP_SECRET, webhook).await?.success().map(drop)
}

async fn to_telegram(server: &Server, update: &Value) -> anyhow::Result<()> {
    let hook = server.hook("telegram");
    telegram::deliver(server.client(), &hook, secrets::WEBHOOK_SECRET, update).await?.success().map(drop)
}
