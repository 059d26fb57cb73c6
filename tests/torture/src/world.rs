//! The program among emulated platforms, with everything that a scenario needs to break it.

use std::collections::HashSet;
use std::time::Duration;

use clap::ValueEnum;
use serde_json::Value;
use sportello_harness::{Cluster, Server, Setup, Town, now};

use crate::customers::Written;
use crate::doors::Doors;
use crate::echoes::Echoes;
use crate::oracle::Evidence;
use crate::settle::settle;
use crate::verdict::Verdict;
use crate::waits::Waits;

/// How long the program may take to end everything once nothing is wrong any more.
const LIMIT: Duration = Duration::from_secs(180);
/// How long an unknown outcome waits for news in these scenarios: the platform repeats its reports several times meanwhile.
const HOLD: &str = "4s";

/// Where a program keeps everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Store {
    /// In a file of its own.
    Sqlite,
    /// On a server, which is started for the purpose.
    Postgres,
}

/// Everything at once.
pub struct World {
    /// The platforms.
    pub town: Town,
    /// The nodes; most scenarios have one.
    pub nodes: Vec<Server>,
    /// Where the platform finds them.
    pub doors: Doors,
    /// What the platform reports.
    pub echoes: Echoes,
    /// Where everything is kept, where that is no file.
    pub cluster: Option<Cluster>,
    incidents: Vec<u64>,
    seen: HashSet<(String, String)>,
}

impl World {
    /// One node on the demo's configuration, changed by `change`.
    pub async fn open(store: Store, change: impl Fn(Setup) -> anyhow::Result<Setup>) -> anyhow::Result<Self> {
        Self::open_nodes(1, store, change).await
    }

    /// So many nodes on one store.
    pub async fn open_nodes(
        count: usize,
        store: Store,
        change: impl Fn(Setup) -> anyhow::Result<Setup>,
    ) -> anyhow::Result<Self> {
        let cluster = match store {
            Store::Sqlite => None,
            Store::Postgres => Some(Cluster::start()?),
        };
        let url = cluster.as_ref().map(Cluster::database).transpose()?;
        Self::open_at(url, cluster, count, change).await
    }

    /// So many nodes on the store with this address, which is on this server; none: each has a file of its own.
    pub async fn open_at(
        url: Option<String>,
        cluster: Option<Cluster>,
        count: usize,
        change: impl Fn(Setup) -> anyhow::Result<Setup>,
    ) -> anyhow::Result<Self> {
        let town = Town::start(now()).await?;
        let (doors, mut nodes) = (Doors::default(), vec![]);
        for node in 0..count {
            let setup = configuration(&town)?;
            let setup = match &url {
                Some(url) => setup.set("store.url", url.clone())?,
                None => setup,
            };
            let server = change(setup)?.start().await?;
            doors.open(node, &server);
            nodes.push(server);
        }
        let echoes = Echoes::start(town.whatsapp.platform.clone(), doors.clone());
        Ok(Self { town, nodes, cluster, doors, echoes, incidents: vec![], seen: HashSet::new() })
    }

    /// Ends a node without a warning.
    pub fn kill(&mut self, node: usize) -> anyhow::Result<()> {
        self.nodes[node].kill()?;
        self.doubt();
        Ok(())
    }

    /// Stops a node in the middle of what it does, for so long; then it goes on as if nothing had been.
    pub async fn pause(&mut self, node: usize, time: Duration) -> anyhow::Result<()> {
        self.nodes[node].pause()?;
        self.doubt();
        tokio::time::sleep(time).await;
        self.nodes[node].go_on()?;
        self.doubt();
        Ok(())
    }

    /// Something happened by which what is under way now may be of unknown outcome.
    pub fn doubt(&mut self) {
        self.incidents.push(now());
    }

    /// Starts a node again.
    pub async fn start_again(&mut self, node: usize) -> anyhow::Result<()> {
        self.nodes[node].restart().await?;
        self.doors.open(node, &self.nodes[node]);
        Ok(())
    }

    /// Waits until everything is done, and judges. What a person sees now counts at later judgements too.
    pub async fn judge(&mut self, written: Vec<Written>) -> anyhow::Result<Verdict> {
        let settled = settle(&self.nodes[0], LIMIT).await;
        let seen = self.with_a_person(&written).await?;
        self.seen.extend(seen);
        let mut verdict = self.evidence(written).judge();
        verdict.interrupted = self.interrupted();
        verdict.wrong.extend(settled.err().map(|error| error.to_string()));
        Ok(verdict)
    }

    /// Judges what has come by now: whatever has not is lost.
    pub fn judge_as_it_stands(&self, written: Vec<Written>) -> Verdict {
        self.evidence(written).judge()
    }

    /// How long the answers took that have come, from the first try of their messages.
    pub fn waits(&self, written: Vec<Written>) -> Waits {
        let asked = written.len();
        Waits { asked, sorted: self.evidence(written).waits() }
    }

    fn evidence(&self, written: Vec<Written>) -> Evidence {
        Evidence {
            log: self.town.whatsapp.log.all(),
            reported: self.echoes.known(),
            incidents: self.incidents.clone(),
            with_a_person: self.seen.clone(),
            written,
        }
    }

    /// What stands in the transcript of a conversation that waits for a person.
    async fn with_a_person(&self, written: &[Written]) -> anyhow::Result<HashSet<(String, String)>> {
        let api = self.nodes[0].api(&["conversations:read"]).await?;
        let queue = api.get("/api/v1/queue?limit=1000").await?;
        let mut seen = HashSet::new();
        for overview in queue["waiting"].as_array().into_iter().flatten() {
            let conversation = &overview["conversation"];
            let (id, from) = (text(&conversation["id"]), text(&conversation["thread"]["address"]));
            let lines = api.get(&format!("/api/v1/conversations/{id}/messages")).await?.to_string();
            let theirs = written.iter().filter(|message| message.from == from && lines.contains(&message.text));
            seen.extend(theirs.map(|message| (message.from.clone(), message.text.clone())));
        }
        Ok(seen)
    }

    /// Sends under way at each kill, as the program says when it starts again.
    fn interrupted(&self) -> usize {
        let found = |line: &str| {
            let line: Value = serde_json::from_str(line).ok()?;
            line["unknown"].as_u64().filter(|_| line["message"] == "ready")
        };
        let all: u64 = self.nodes.iter().map(|node| node.logs().lines().filter_map(found).sum::<u64>()).sum();
        usize::try_from(all).unwrap_or(usize::MAX)
    }
}

/// The demo with one channel, without what would say more than one message a turn, and always staffed.
fn configuration(town: &Town) -> anyhow::Result<Setup> {
    town.setup()?
        .without("channels.web-chat")
        .without("routing.greeting")
        .without("queues.default")
        .set("channels.whatsapp.read-marks", false)?
        .set("channels.whatsapp.settings.messages-per-second", 1_000_000)?
        .set("limits.unknown-hold", HOLD)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}
