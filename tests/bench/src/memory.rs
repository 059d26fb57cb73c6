//! What the program holds: after its start, with many open conversations, and under load; and what it does when nothing happens.

use std::sync::Arc;
use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use sportello_harness::{Server, machine, report};

use crate::load::{Crowd, Load, Measured, Pace, Platform, customers, program, step};
use crate::process::{Usage, mebibytes};

/// What a start leaves behind is done by then.
const SETTLE: Duration = Duration::from_secs(3);
/// How often the memory is looked at under load.
const GLANCE: Duration = Duration::from_millis(250);

/// How much of everything.
#[derive(Args)]
pub(crate) struct Options {
    /// Conversations that stay open.
    #[arg(long, default_value_t = 10_000)]
    conversations: usize,
    /// Messages a second, for as long as the next says.
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// Seconds of load.
    #[arg(long, default_value_t = 20)]
    seconds: u32,
    /// Seconds without anything to do.
    #[arg(long, default_value_t = 10)]
    idle: u64,
    /// Starts, of which the middle one counts.
    #[arg(long, default_value_t = 5)]
    starts: usize,
    /// Conversations at the same time.
    #[arg(long, default_value_t = 128)]
    at_once: usize,
    /// Draws `target/bench/memory.svg`.
    #[arg(long)]
    plot: bool,
}

/// A program that has nothing to do.
struct Idle {
    wakeups_per_second: f64,
    cpu_share: f64,
}

/// Measures and reports.
#[allow(clippy::print_stdout, reason = "what people came for")]
pub(crate) async fn run(options: Options) -> anyhow::Result<()> {
    let machine = machine::describe();
    let platform = Arc::new(Platform::start().await?);
    // The first start compiles and trains whatever no other benchmark or test has.
    let mut server = program::on_whatsapp(&platform.url())?.start().await?;
    step(&format!("{} starts", options.starts));
    let start = start(&mut server, options.starts).await?;
    tokio::time::sleep(SETTLE).await;
    step(&format!("{} s of nothing", options.idle));
    let idle = idle(&server, Duration::from_secs(options.idle)).await?;
    let fresh = Usage::of(&server)?;

    step(&format!("{} conversations", options.conversations));
    let load = Load {
        conversations: options.conversations,
        each: 1,
        at_once: options.at_once,
        pace: Pace::AsAnswered,
        crowd: Crowd::default(),
        person_every: 0,
    };
    let opening = customers::run(load, &server.hook("whatsapp"), &platform).await?;
    let open = Usage::of(&server)?;

    step(&format!("{} messages a second for {} s", options.rate, options.seconds));
    let messages = usize::try_from(options.rate * options.seconds)?;
    let load = Load {
        conversations: messages.div_ceil(load_each(messages)),
        each: load_each(messages),
        // Enough that nobody's waiting for an answer slows the others down.
        at_once: usize::try_from(options.rate)?.max(1),
        pace: Pace::PerSecond(options.rate.into()),
        crowd: Crowd { known: 0, before: options.conversations as u64 },
        person_every: 0,
    };
    let (busy, most) = under_load(&server, load, &platform).await?;
    server.stop().await?;

    let row = |name: &str, bytes: Usage| {
        let figure = |bytes| format!("{:.0}", mebibytes(bytes));
        vec![name.to_owned(), figure(bytes.resident), figure(bytes.anonymous)]
    };
    let rows = [
        row("after its start", fresh),
        row(&format!("{} open conversations", options.conversations), open),
        row(&format!("{:.0} messages a second", busy.rate()), most),
    ];
    report::table(&["", "resident MiB", "of it in no file"], &rows);
    println!("start to ready: {:.0} ms, the middle one of {}", start.as_secs_f64() * 1_000.0, options.starts);
    println!(
        "with nothing to do: {:.0} wake-ups a second, {:.2} % of a processor",
        idle.wakeups_per_second,
        idle.cpu_share * 100.0
    );
    let bytes = |usage: Usage| json!({ "resident-bytes": usage.resident, "anonymous-bytes": usage.anonymous });
    let figures = json!({
        "machine": machine,
        "start-to-ready-ms": start.as_secs_f64() * 1_000.0,
        "idle": { "wakeups-per-second": idle.wakeups_per_second, "cpu-share": idle.cpu_share },
        "fresh": bytes(fresh),
        "open": { "conversations": options.conversations, "memory": bytes(open), "run": opening.figures() },
        "busy": { "asked-per-second": options.rate, "memory": bytes(most), "run": busy.figures() },
    });
    report::json("memory", &figures)?;
    if options.plot {
        let bars: Vec<(String, f64)> = rows
            .iter()
            .zip([fresh, open, most])
            .map(|(row, usage)| (row[0].clone(), mebibytes(usage.resident)))
            .collect();
        report::write("memory.svg", &report::bars("Resident memory", "MiB", &bars))?;
    }
    anyhow::ensure!(opening.is_clean() && busy.is_clean(), "messages were lost, repeated or answered out of order");
    Ok(())
}

/// Six messages a conversation, or as many as there are.
fn load_each(messages: usize) -> usize {
    messages.clamp(1, 6)
}

/// From the start of the process until it takes requests, with everything compiled and trained.
async fn start(server: &mut Server, starts: usize) -> anyhow::Result<Duration> {
    let mut times = Vec::with_capacity(starts);
    for _ in 0..starts.max(1) {
        server.stop().await?;
        let began = Instant::now();
        server.restart().await?;
        times.push(began.elapsed());
    }
    times.sort_unstable();
    Ok(times[times.len() / 2])
}

#[allow(clippy::cast_precision_loss, reason = "figures for people")]
async fn idle(server: &Server, time: Duration) -> anyhow::Result<Idle> {
    let before = Usage::of(server)?;
    tokio::time::sleep(time).await;
    let after = Usage::of(server)?;
    Ok(Idle {
        wakeups_per_second: (after.wakeups - before.wakeups) as f64 / time.as_secs_f64(),
        cpu_share: (after.cpu - before.cpu).as_secs_f64() / time.as_secs_f64(),
    })
}

/// The load, and the most memory that was seen meanwhile.
async fn under_load(server: &Server, load: Load, platform: &Arc<Platform>) -> anyhow::Result<(Measured, Usage)> {
    let mut most = Usage::of(server)?;
    let hook = server.hook("whatsapp");
    let mut running = std::pin::pin!(customers::run(load, &hook, platform));
    loop {
        tokio::select! {
            measured = &mut running => return Ok((measured?, most)),
            () = tokio::time::sleep(GLANCE) => {
                let now = Usage::of(server)?;
                if now.resident > most.resident {
                    most = now;
                }
            }
        }
    }
}
