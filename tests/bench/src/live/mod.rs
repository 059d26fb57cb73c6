//! Open chat windows: what each costs the program, and how long a message takes through the bot to the screen that asked.

mod visitor;

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use clap::Args;
use futures::{StreamExt as _, TryStreamExt as _, stream};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use sportello_harness::{Client, Question, machine, questions, report};
use tokio::task::JoinSet;

use crate::load::{Measured, Tally, program, step};
use crate::process::Usage;
pub(crate) use visitor::Visitor;

/// Files that are left for all else: what the program keeps for callers without a stream, and what either side needs itself.
const RESERVE: u64 = 2_000;
/// Visitors who arrive at the same time.
const ARRIVING: usize = 64;
/// What the arrivals leave behind is done by then.
const SETTLE: Duration = Duration::from_secs(3);

/// How many of everything.
#[derive(Args)]
pub(crate) struct Options {
    /// Open streams; fewer where the system grants a process fewer files.
    #[arg(long, default_value_t = 20_000)]
    streams: usize,
    /// Messages a second, all visitors together.
    #[arg(long, default_value_t = 100)]
    rate: u32,
    /// Messages in all.
    #[arg(long, default_value_t = 3_000)]
    messages: u32,
    /// Draws `target/bench/live.svg`.
    #[arg(long)]
    plot: bool,
}

/// Measures and reports.
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let streams = options.streams.min(usize::try_from(raise_open_files()?.saturating_sub(RESERVE))?);
    if streams < options.streams {
        step(&format!("{streams} streams, not {}: a process may open no more files here", options.streams));
    }
    let mut server = program::on_the_web()?.start().await?;
    let hook = server.hook("web-chat");
    let client = Client::default();
    step(&format!("{streams} sessions"));
    let sessions = stream::iter(0..streams).map(|_| Visitor::session(&client, &hook));
    let tokens: Vec<String> = sessions.buffered(ARRIVING).try_collect().await?;
    tokio::time::sleep(SETTLE).await;
    let before = Usage::of(&server)?;
    step(&format!("{streams} streams"));
    let began = Instant::now();
    let arriving =
        stream::iter(tokens.into_iter().enumerate()).map(|(number, token)| Visitor::open(number, token, &hook));
    let visitors: Vec<Visitor> = arriving.buffered(ARRIVING).try_collect().await?;
    let opened = began.elapsed();
    tokio::time::sleep(SETTLE).await;
    let after = Usage::of(&server)?;
    step(&format!("{} messages, {} a second", options.messages, options.rate));
    let (shown, visitors) = talk(&options, visitors, &client, &hook).await?;
    let gone = streams - visitors.iter().filter(|visitor| visitor.is_there()).count();
    drop(visitors);
    server.stop().await?;

    let each = each(after.resident.saturating_sub(before.resident), streams);
    let row = vec![
        format!("{streams} streams"),
        format!("{each:.1}"),
        format!("{:.1}", opened.as_secs_f64()),
        shown.milliseconds(500),
        shown.milliseconds(990),
        shown.lost.to_string(),
        gone.to_string(),
    ];
    let head = ["", "KiB each", "s to open", "p50 ms to screen", "p99 ms", "not shown", "streams lost"];
    report::table(&head, &[row]);
    let figures = json!({
        "machine": machine,
        "streams": streams,
        "bytes-each": each * 1024.0,
        "seconds-to-open": opened.as_secs_f64(),
        "messages-per-second": options.rate,
        "messages": shown.figures(),
        "streams-lost": gone,
    });
    report::json("live", &figures)?;
    if options.plot {
        let bar = |name: &str, per_mille| (name.to_owned(), shown.quantile(per_mille).as_secs_f64() * 1_000.0);
        let bars = [bar("p50", 500), bar("p99", 990), ("goal".to_owned(), 100.0)];
        report::write("live.svg", &report::bars("Message to screen", "ms", &bars))?;
    }
    anyhow::ensure!(shown.is_clean() && gone == 0, "answers were not shown, or streams ended");
    Ok(())
}

/// The limit of open files, raised as far as it may be.
fn raise_open_files() -> anyhow::Result<u64> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?;
    Ok(maximum.unwrap_or(u64::MAX))
}

#[allow(clippy::cast_precision_loss, reason = "a figure for people")]
fn each(bytes: u64, streams: usize) -> f64 {
    bytes as f64 / 1024.0 / streams.max(1) as f64
}

/// One visitor after the other asks, whether or not those before have their answers.
async fn talk(
    options: &Options,
    visitors: Vec<Visitor>,
    client: &Client,
    hook: &str,
) -> anyhow::Result<(Measured, Vec<Visitor>)> {
    let questions: Arc<[Question]> = questions()?.into();
    let (mut waiting, mut done) = (visitors, vec![]);
    let mut talking = JoinSet::new();
    let mut tally = Tally::default();
    let began = Instant::now();
    for number in 0..options.messages {
        tokio::time::sleep_until((began + Duration::from_secs(1) * number / options.rate).into()).await;
        while let Some(answered) = talking.try_join_next() {
            done.push(noted(&mut tally, answered??));
        }
        if waiting.is_empty() {
            waiting.append(&mut done);
        }
        let mut visitor = waiting.pop().context("every visitor waits for an answer: name fewer messages a second")?;
        let (client, hook, questions) = (client.clone(), hook.to_owned(), Arc::clone(&questions));
        talking.spawn(async move {
            let question = &questions[number as usize % questions.len()];
            let latency = visitor.ask(&client, &hook, question).await?;
            anyhow::Ok((visitor, latency))
        });
    }
    while let Some(answered) = talking.join_next().await {
        done.push(noted(&mut tally, answered??));
    }
    done.append(&mut waiting);
    Ok((tally.over(began.elapsed()), done))
}

fn noted(tally: &mut Tally, (visitor, latency): (Visitor, Option<Duration>)) -> Visitor {
    tally.lost += usize::from(latency.is_none());
    tally.latencies.extend(latency);
    visitor
}
