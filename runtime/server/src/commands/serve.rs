//! `sportello serve`: everything, until it is told to end.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Context as _;
use sportello_engine::ports::store::Recovery;
use sportello_engine::{Engine, EngineError, PluginLog, Ports, Registry};
use sportello_http::{App, HttpConfig};
use sportello_store::SqlStore;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};

use super::reload::Reload;
use super::{environment, report};
use crate::config::{Config, Place, Problems};
use crate::wiring::{
    Prepared, SystemClock, SystemEntropy, engine_settings, fetch, life_terms, open_store, prepare, raise_open_files,
};
use crate::{admin, telemetry};

/// Serves until SIGTERM or Ctrl-C. Fails where the configuration has problems, and where the store fails for good.
pub(super) async fn run(file: &Path, address_file: Option<&Path>) -> anyhow::Result<ExitCode> {
    // Its plugins may still have to be fetched: what is missing then is told at the second reading.
    let shared = enter_shared(file).await?;
    let problems = Problems::of(file);
    let config = Config::read(file, &problems);
    if !problems.are_tolerable() {
        report(file, &problems)?;
        return Ok(ExitCode::FAILURE);
    }
    let log = Arc::new(PluginLog::default());
    let _telemetry = telemetry::start(&config.telemetry, &environment, Arc::clone(&log))?;
    let metrics = telemetry::record_metrics()?;
    let store = match shared {
        Some(store) => store,
        None => open_store(&config.store).await.context("opening the store")?,
    };
    let store = Arc::new(store);
    let socket = admin::bind(config.store.socket())?;
    let listen = config.server.listen;
    let listener = TcpListener::bind(listen).await.with_context(|| format!("listening on {listen}"))?;
    let address = listener.local_addr()?;
    let public_url = config.server.public_url.clone().unwrap_or_else(|| format!("http://{address}"));

    let prepared = prepare(&config, environment, &public_url, &problems).await?;
    let registry = match &prepared {
        Some(prepared) => register(&config, prepared, &store, &problems).await?,
        None => None,
    };
    let (Some(Prepared { host, carrier, .. }), Some(registry)) = (prepared, registry) else {
        report(file, &problems)?;
        return Ok(ExitCode::FAILURE);
    };
    let reload = Reload::of(file, Arc::clone(&host), Arc::clone(&registry))?;
    for problem in problems.sorted() {
        tracing::warn!(file = %problem.file.display(), line = problem.line, "{}", problem.message);
    }
    let ports = Ports {
        store: Arc::clone(&store) as _,
        plugins: host,
        carrier,
        clock: Arc::new(SystemClock),
        entropy: Arc::new(SystemEntropy),
    };
    let (engine, recovery) = Engine::start(ports, registry.pointer(), engine_settings(&config.limits)).await?;
    let engine = Arc::new(engine);
    let following = tokio::spawn(Arc::clone(&registry).run(engine.stopping()));
    let face = face(&config, public_url.clone());
    let app = App::new(Arc::clone(&engine), Arc::clone(&registry), log, face, move || metrics.render());
    let serving = tokio::spawn(sportello_http::serve(listener, app.clone()));
    let serving_admin = tokio::spawn(sportello_http::serve_admin(socket, app.clone()));
    let Recovery { unknown, frozen, lanes } = recovery;
    tracing::info!(%address, public_url, unknown, frozen, lanes, "ready");
    if let Some(file) = address_file {
        announce(file, &address.to_string())?;
    }

    let failed = tokio::select! {
        signal = told_to_end() => {
            tracing::info!(signal = signal?, "ending: what is under way is ended first");
            false
        }
        error = store.failure() => {
            tracing::error!(%error, "the store has failed for good: ending");
            true
        }
        never = reload.run() => match never {},
    };
    app.close();
    serving.await?;
    serving_admin.await?;
    engine.stop().await;
    following.await?;
    drop((app, engine, registry));
    // The next start would remove it too.
    let _ = std::fs::remove_file(config.store.socket());
    if let Some(store) = Arc::into_inner(store) {
        store.close().await;
    }
    tracing::info!("ended");
    Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// Brings what is configured to serve, where that is news, and everything that serves to where it can be called. None: the
/// problems say why.
async fn register(
    config: &Config,
    prepared: &Prepared,
    store: &Arc<SqlStore>,
    problems: &Problems,
) -> anyhow::Result<Option<Arc<Registry>>> {
    let Prepared { host, workbench, base, wanted, .. } = prepared;
    let names = config.uses().map(|(name, _)| name.to_owned()).collect();
    let ports = (Arc::clone(store) as _, Arc::clone(workbench) as _, Arc::clone(host) as _);
    let time = (Arc::new(SystemClock) as _, Arc::new(SystemEntropy) as _);
    let registry = Arc::new(Registry::new(ports, time, base.clone(), names, life_terms(&config.limits)));
    for wanted in wanted {
        let name = wanted.revision.name.clone();
        match registry.configure(wanted.clone()).await {
            Err(EngineError::Unfit(unfit)) => {
                problems.add(config.line_of(&name), format!("`{name}` cannot serve: {unfit}"));
            }
            done => done.with_context(|| format!("bringing `{name}` to serve"))?,
        }
    }
    if !problems.are_tolerable() {
        return Ok(None);
    }
    registry.begin().await.context("making ready what serves")?;
    Ok(Some(registry))
}

/// Opens a store that other nodes use too, and gets from them the plugins that this one lacks; none where it is a file.
async fn enter_shared(file: &Path) -> anyhow::Result<Option<SqlStore>> {
    let config = Config::read(file, &Problems::of(file));
    if let Place::File(_) = config.store.place {
        return Ok(None);
    }
    let store = open_store(&config.store).await.context("opening the store")?;
    fetch(&store, &config).await.context("fetching plugins from the store")?;
    let folder = config.store.folder();
    std::fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    Ok(Some(store))
}

/// The name of the signal.
async fn told_to_end() -> anyhow::Result<&'static str> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(tokio::select! {
        _ = terminate.recv() => "SIGTERM",
        _ = interrupt.recv() => "SIGINT",
    })
}

/// Whoever waits for the file never sees half an address.
fn announce(file: &Path, address: &str) -> anyhow::Result<()> {
    let unfinished = file.with_extension("unfinished");
    std::fs::write(&unfinished, format!("{address}\n"))
        .and_then(|()| std::fs::rename(&unfinished, file))
        .with_context(|| format!("writing {}", file.display()))
}

fn face(config: &Config, public_url: String) -> HttpConfig {
    let mut face = HttpConfig::new(public_url);
    face.connections = raise_open_files();
    // The rest is for those who have something to say.
    face.streams = face.connections - face.connections / 16;
    face.webhook_body = config.limits.webhook_body.unwrap_or(face.webhook_body);
    face.pages = config.server.pages.as_ref().map(|pages| pages.value.clone());
    face.web = web_files();
    face
}

/// The built files for browsers lie beside the program, as `web`.
fn web_files() -> Option<PathBuf> {
    let web = std::env::current_exe().ok()?.parent()?.join("web");
    web.is_dir().then_some(web)
}
