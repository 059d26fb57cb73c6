//! The real program in an emulated town, with people who act by name.

mod channel;
mod customer;
mod desk;
mod heard;
mod operator;
mod visitor;

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;
use sportello_harness::{Server, Setup, Town, now};

use crate::matches;

pub use channel::Channel;
pub use customer::Customer;
pub use heard::{Heard, Offer};
pub use visitor::Visitor;

/// Longer than anything takes that goes well, also on a busy machine and after a restart.
pub(crate) const LIMIT: Duration = Duration::from_secs(45);
const GLANCE: Duration = Duration::from_millis(25);

/// Everybody and everything of a scenario.
pub struct Stage {
    /// The platforms, with what they got and what is to go wrong there.
    pub town: Town,
    /// The program.
    pub server: Server,
    customers: BTreeMap<String, Customer>,
    token: String,
    last_id: u64,
}

impl Stage {
    /// Opens it on the demo's configuration with a desk that is always staffed, changed by `change`.
    pub async fn open(change: impl FnOnce(Setup) -> anyhow::Result<Setup>) -> anyhow::Result<Self> {
        let town = Town::start(now()).await?;
        // A queue that is not described is always open: what is said does not depend on the hour of the test.
        let server = change(town.setup()?.without("queues.default"))?.start().await?;
        let token = server.token(&desk::SCOPES).await?;
        Ok(Self { town, server, customers: BTreeMap::new(), token, last_id: 0 })
    }

    /// A customer enters on a channel.
    pub async fn enters(&mut self, who: &str, channel: Channel) -> anyhow::Result<()> {
        let customer = Customer::new(&self.server, who, channel, self.customers.len()).await?;
        let known = self.customers.insert(who.to_owned(), customer).is_some();
        anyhow::ensure!(!known, "{who} is here already: a customer enters once");
        Ok(())
    }

    /// A customer writes. The program has accepted it when this returns, and may not have answered yet.
    pub async fn writes(&mut self, who: &str, text: &str) -> anyhow::Result<()> {
        let id = self.next_id();
        let (customer, server) = (find(&mut self.customers, who)?, &self.server);
        customer.write(server, id, text).await
    }

    /// Waits for the next message to a customer, which has to be as expected.
    pub async fn reads(&mut self, who: &str, pattern: &str) -> anyhow::Result<Heard> {
        let customer = find(&mut self.customers, who)?;
        let heard = customer.read(&self.town, &self.server, LIMIT).await?;
        anyhow::ensure!(matches(pattern, &heard.text), "{who} reads this instead:\n{}", heard.text);
        Ok(heard.clone())
    }

    /// The titles below the message that a customer read last.
    pub fn offered(&mut self, who: &str) -> anyhow::Result<Vec<String>> {
        let customer = find(&mut self.customers, who)?;
        Ok(customer.last.offers.iter().map(|offer| offer.title.clone()).collect())
    }

    /// A customer takes one of the answers offered.
    pub async fn chooses(&mut self, who: &str, title: &str) -> anyhow::Result<()> {
        let id = self.next_id();
        let (customer, server) = (find(&mut self.customers, who)?, &self.server);
        customer.choose(server, id, title).await
    }

    /// Everything about a customer has been done, and nothing came that was not read.
    pub async fn reads_nothing(&mut self, who: &str) -> anyhow::Result<()> {
        self.settles(who).await?;
        let customer = find(&mut self.customers, who)?;
        let unread = customer.unread(&self.town, &self.server).await?;
        anyhow::ensure!(unread.is_empty(), "{who} also got {unread:#?}");
        Ok(())
    }

    /// The end: everything has been done, and everybody has read everything.
    pub async fn ends(&mut self) -> anyhow::Result<()> {
        let everybody: Vec<String> = self.customers.keys().cloned().collect();
        for who in everybody {
            self.reads_nothing(&who).await?;
        }
        Ok(())
    }

    /// Waits until every message of a customer has had its turn and every answer its fate.
    pub async fn settles(&mut self, who: &str) -> anyhow::Result<()> {
        self.waits_for(who, "everything to be done", |conversation, lines| {
            let is_final = |line: &Value| match &line["state"] {
                Value::Null => true,
                Value::String(state) => state != "queued",
                Value::Object(state) => !["queued", "sending", "unknown"].iter().any(|open| state.contains_key(*open)),
                _ => false,
            };
            conversation["last-seq"] == conversation["done-seq"] && lines.iter().all(is_final)
        })
        .await
    }

    /// Waits until a customer's conversation, and the lines of its transcript, are as wanted.
    pub async fn waits_for(
        &mut self,
        who: &str,
        what: &str,
        wanted: impl Fn(&Value, &[Value]) -> bool,
    ) -> anyhow::Result<()> {
        let begin = Instant::now();
        loop {
            let (conversation, lines) = (self.conversation(who).await?, self.lines(who).await?);
            if wanted(&conversation, &lines) {
                return Ok(());
            }
            if begin.elapsed() > LIMIT {
                let transcript = self.transcript(who).await?;
                anyhow::bail!("{what}: that did not come within {LIMIT:?}:\n{transcript}");
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    /// A customer's platform tells what has reached them.
    pub async fn confirms(&mut self, who: &str) -> anyhow::Result<()> {
        let customer = find(&mut self.customers, who)?;
        customer.confirm(&self.town, &self.server).await
    }

    /// A platform refuses connections from now on.
    pub fn goes_down(&self, channel: Channel) -> anyhow::Result<()> {
        match channel {
            Channel::WhatsApp => self.town.whatsapp.go_down(),
            Channel::Telegram => self.town.telegram.go_down(),
            Channel::WebChat => anyhow::bail!("the platform of the web chat is the server itself"),
        }
        Ok(())
    }

    /// A platform serves again.
    pub async fn comes_back(&self, channel: Channel) -> anyhow::Result<()> {
        match channel {
            Channel::WhatsApp => self.town.whatsapp.come_back().await,
            Channel::Telegram => self.town.telegram.come_back().await,
            Channel::WebChat => anyhow::bail!("the platform of the web chat is the server itself"),
        }
    }

    /// A customer, for what only their channel can do.
    pub fn customer(&mut self, who: &str) -> anyhow::Result<(&mut Customer, &Server)> {
        Ok((find(&mut self.customers, who)?, &self.server))
    }

    fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }
}

fn find<'a>(customers: &'a mut BTreeMap<String, Customer>, who: &str) -> anyhow::Result<&'a mut Customer> {
    customers.get_mut(who).with_context(|| format!("{who} has not entered: `{who} writes on whatsapp: …`"))
}
