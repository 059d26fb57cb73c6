//! Looking at a plugin, calling it by hand, trying it on its cases. No configuration is needed.

use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use serde_json::Value;
use sportello_domain::secrets::Secrets;
use sportello_plugin_host::{Case, PluginHost, Verdict};

use crate::config::LimitsSection;
use crate::print;
use crate::wiring::host_config;

pub(super) async fn inspect(file: &Path) -> anyhow::Result<ExitCode> {
    let inspection = host()?.inspect(&component(file)?).await.with_context(|| file.display().to_string())?;
    print::out(&serde_json::to_string_pretty(&inspection)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn call(
    file: &Path,
    function: &str,
    input: Option<&Path>,
    secrets: Vec<(String, String)>,
) -> anyhow::Result<ExitCode> {
    let arguments = input.map(arguments).transpose()?.unwrap_or_default();
    let secrets: Secrets = secrets.into_iter().map(|(name, value)| (name, value.into_bytes())).collect();
    let answer = host()?.call_json(&component(file)?, function, arguments, secrets).await;
    let answer = answer.with_context(|| file.display().to_string())?;
    print::out(&serde_json::to_string_pretty(&answer)?)?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn test(file: &Path, folder: &Path) -> anyhow::Result<ExitCode> {
    let (host, component) = (host()?, component(file)?);
    let cases = cases(folder)?;
    anyhow::ensure!(!cases.is_empty(), "there are no cases: {} holds no file that ends in .json", folder.display());
    let mut failed = 0;
    for path in &cases {
        let name = path.file_stem().unwrap_or_default().to_string_lossy();
        let case = read_case(path)?;
        let verdict = match host.run_case(&component, &case).await {
            Ok(None) => None,
            Ok(Some(mismatch)) => Some(mismatch.to_string()),
            Err(error) => Some(error.to_string()),
        };
        failed += usize::from(verdict.is_some());
        tell(&name, verdict.as_deref())?;
    }
    conclude(cases.len(), failed)
}

/// On the cases that it carries.
pub(super) async fn self_test(file: &Path) -> anyhow::Result<ExitCode> {
    let results = host()?.self_test(&component(file)?).await.with_context(|| file.display().to_string())?;
    anyhow::ensure!(
        !results.is_empty(),
        "{} carries no cases: `sportello plugin pack` puts them into it, and `--cases` names a folder",
        file.display()
    );
    for result in &results {
        let reason = match &result.verdict {
            Verdict::Passed => None,
            Verdict::Mismatch(mismatch) => Some(mismatch.to_string()),
            Verdict::Failed(reason) => Some(reason.clone()),
        };
        tell(&result.name, reason.as_deref())?;
    }
    conclude(results.len(), results.iter().filter(|result| !result.passed()).count())
}

fn tell(name: &str, reason: Option<&str>) -> anyhow::Result<()> {
    let line = match reason {
        None => format!("ok      {name}"),
        Some(reason) => format!("FAILED  {name}: {reason}"),
    };
    Ok(print::out(&line)?)
}

fn conclude(cases: usize, failed: usize) -> anyhow::Result<ExitCode> {
    print::out(&format!("{cases} cases, {failed} failed"))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Compiled plugins are kept where the user's other caches are.
fn host() -> anyhow::Result<PluginHost> {
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")))
        .context("neither XDG_CACHE_HOME nor HOME says where compiled plugins may be kept")?;
    Ok(PluginHost::new(host_config(&cache.join("sportello"), &LimitsSection::default())?)?)
}

fn component(file: &Path) -> anyhow::Result<Vec<u8>> {
    std::fs::read(file).with_context(|| format!("reading {}", file.display()))
}

fn arguments(input: &Path) -> anyhow::Result<Value> {
    let mut text = String::new();
    if input == Path::new("-") {
        std::io::stdin().read_to_string(&mut text).context("reading standard input")?;
    } else {
        text = std::fs::read_to_string(input).with_context(|| format!("reading {}", input.display()))?;
    }
    serde_json::from_str(&text).with_context(|| format!("{} is not JSON", input.display()))
}

fn read_case(path: &Path) -> anyhow::Result<Case> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| format!("{} is not a case as wit/JSON.md describes it", path.display()))
}

/// By name.
fn cases(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut cases: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
        .collect();
    cases.sort();
    Ok(cases)
}
