//! What a call costs: `cargo run --release -p sportello-plugin-host --example calls -- COMPONENT [COUNT]`.
//!
//! Makes COUNT calls of `describe`, each in a fresh instance, one after the other, and prints how long they took. For a
//! language understanding plugin also `analyze`, in a warm instance, with a small model.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use sportello_domain::{
    contract::{Circumstances, Corpus, Example},
    revision::{Grants, PluginKind, Revision, RevisionId},
    secrets::Secrets,
};
use sportello_engine::ports::{Call, Plugins};
use sportello_plugin_host::{Compiler, HostConfig, PluginHost};

#[tokio::main]
#[allow(clippy::print_stdout, reason = "its output is what it is for")]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().context("name a component")?;
    let count = arguments.next().map_or(Ok(10_000), |count| count.parse())?;
    let component = std::fs::read(&path).with_context(|| path.clone())?;
    let cache = tempfile::tempdir()?;
    let host = PluginHost::new(HostConfig::new(cache.path().join("compiled"), Compiler::InProcess))?;

    let began = Instant::now();
    let found = host.inspect(&component).await?;
    println!("{path}: {} {}, compiled in {:.1} s", found.kind, found.contract, began.elapsed().as_secs_f64());

    let revision = Revision::new(
        "measured",
        "measured",
        found.kind,
        &found.digest,
        &found.contract,
        "{}".to_owned(),
        Grants::default(),
    );
    let began = Instant::now();
    host.load(&revision, &component, Secrets::default()).await?;
    println!("loaded from the cache in {:?}", began.elapsed());

    let mut times = Vec::with_capacity(count);
    for _ in 0..count {
        let began = Instant::now();
        describe(&host, found.kind, &revision.id).await?;
        times.push(began.elapsed());
    }
    println!("fresh instance, describe: {}", summary(&mut times));

    if found.kind == PluginKind::Nlu {
        times.clear();
        let model = host.train(&revision.id, &corpus(), 7).await?;
        host.load_model(&revision.id, model.map_err(|problems| anyhow::anyhow!("{problems:?}"))?).await?;
        let call = Call { revision: &revision.id, conversation: None, now: 0, seed: 7, recorded: &[] };
        for _ in 0..count {
            let began = Instant::now();
            host.analyze(call, "Wo ist mein Paket 990012345612345678?", &Circumstances::default()).await?;
            times.push(began.elapsed());
        }
        println!("warm instance, analyze: {}", summary(&mut times));
    }
    Ok(())
}

async fn describe(host: &PluginHost, kind: PluginKind, revision: &RevisionId) -> anyhow::Result<()> {
    match kind {
        PluginKind::Channel => drop(host.describe_channel(revision).await?),
        PluginKind::Nlu => drop(host.describe_nlu(revision).await?),
        PluginKind::Skill => drop(host.describe_skill(revision).await?),
    }
    Ok(())
}

fn corpus() -> Corpus {
    let texts = [
        ("Wo ist mein Paket?", "track-parcel"),
        ("Paket verfolgen", "track-parcel"),
        ("Wann kommt meine Sendung?", "track-parcel"),
        ("Wann haben Sie offen?", "opening-hours"),
        ("Öffnungszeiten der Filiale", "opening-hours"),
        ("Haben Sie am Samstag geöffnet?", "opening-hours"),
    ];
    let example = |(text, intent): (&str, &str)| Example {
        text: text.to_owned(),
        intent: intent.to_owned(),
        language: "de".to_owned(),
    };
    Corpus { examples: texts.into_iter().map(example).collect(), ..Corpus::default() }
}

fn summary(times: &mut [Duration]) -> String {
    times.sort_unstable();
    let mean = times.iter().sum::<Duration>() / u32::try_from(times.len()).unwrap_or(u32::MAX).max(1);
    let below = |percent: usize| times.get(times.len() * percent / 100).copied().unwrap_or_default();
    format!("{mean:?} in the mean, half below {:?}, 99 in 100 below {:?}, of {}", below(50), below(99), times.len())
}
