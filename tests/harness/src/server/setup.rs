//! A configuration and the files beside it, written into a temporary folder.

use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use anyhow::Context as _;
use tempfile::TempDir;
use toml::{Table, Value};

use super::Server;

/// A command that has ended.
#[derive(Debug, Clone)]
pub struct Ran {
    /// How it ended.
    pub status: ExitStatus,
    /// What it wrote to standard output.
    pub output: String,
    /// What it wrote to standard error.
    pub errors: String,
}

/// What a server is to be started with. Everything that it writes stays in its folder, which goes when it does.
#[derive(Debug)]
pub struct Setup {
    folder: TempDir,
    config: Table,
    environment: Vec<(String, String)>,
    program: Option<PathBuf>,
}

impl Setup {
    /// A server on a free port with an empty database and the built plugins, but no channel, skill or language.
    pub fn new() -> anyhow::Result<Self> {
        let setup = Self { folder: TempDir::new()?, config: Table::new(), environment: Vec::new(), program: None };
        setup.housed()
    }

    /// The demo's configuration, corpus and answers.
    ///
    /// Its addresses of platforms are those of the demo: [`crate::Town::setup`] points them to emulators. The demo's page,
    /// with the chat window, is at `/`.
    pub fn demo() -> anyhow::Result<Self> {
        let folder = TempDir::new()?;
        let demo = root().join("demo");
        let web = root().join("target/dist/web");
        copy(&demo, folder.path()).with_context(|| format!("copying {}", demo.display()))?;
        copy(&web, &folder.path().join("page"))
            .with_context(|| format!("copying {}: `cargo xtask dist` builds it", web.display()))?;
        let config = std::fs::read_to_string(demo.join("sportello.toml"))?.parse().context("demo/sportello.toml")?;
        let setup = Self { folder, config, environment: Vec::new(), program: None };
        setup.without("server.public-url").set("server.pages", "page")?.housed()
    }

    /// Listens on a free port, keeps its data in its folder and takes the built plugins, whatever was said before.
    fn housed(self) -> anyhow::Result<Self> {
        let plugins = root().join("target/dist/plugins");
        // Shared by all servers of all tests, so that each plugin is compiled once.
        let cache = root().join("target/test-cache");
        self.set("server.listen", "127.0.0.1:0")?
            .set("store.url", "sqlite://sportello.db")?
            .set("plugins.folder", plugins.to_string_lossy().into_owned())?
            .set("plugins.cache", cache.to_string_lossy().into_owned())
    }

    /// Sets a key, such as `channels.whatsapp.settings.api-base`; tables on the way are made.
    pub fn set(mut self, key: &str, value: impl Into<Value>) -> anyhow::Result<Self> {
        let (tables, name) = key.rsplit_once('.').map_or((None, key), |(tables, name)| (Some(tables), name));
        let mut table = &mut self.config;
        for part in tables.into_iter().flat_map(|tables| tables.split('.')) {
            let entry = table.entry(part).or_insert_with(|| Value::Table(Table::new()));
            table = entry.as_table_mut().with_context(|| format!("`{part}` in `{key}` is not a table"))?;
        }
        table.insert(name.to_owned(), value.into());
        Ok(self)
    }

    /// Merges TOML into the configuration: tables into tables, everything else in place of what was there.
    pub fn merge(mut self, text: &str) -> anyhow::Result<Self> {
        self.amend(text)?;
        Ok(self)
    }

    /// [`Setup::merge`] in place.
    pub(super) fn amend(&mut self, text: &str) -> anyhow::Result<()> {
        merge(&mut self.config, text.parse()?);
        Ok(())
    }

    /// Puts the plugins of `tests/guests` beside the real ones.
    pub fn with_guests(self) -> anyhow::Result<Self> {
        let folder = self.folder.path().join("plugins");
        std::fs::create_dir_all(&folder)?;
        for from in ["target/dist/plugins", "target/guests"] {
            let from =
                root().join(from).canonicalize().with_context(|| format!("{from}: `cargo xtask plugins` builds it"))?;
            for plugin in std::fs::read_dir(from)? {
                let plugin = plugin?;
                std::os::unix::fs::symlink(plugin.path(), folder.join(plugin.file_name()))?;
            }
        }
        self.set("plugins.folder", "plugins")
    }

    /// Takes a key away, such as `channels.telegram`.
    pub fn without(mut self, key: &str) -> Self {
        let mut parts: Vec<&str> = key.split('.').collect();
        let name = parts.pop();
        let mut table = Some(&mut self.config);
        for part in parts {
            table = table.and_then(|table| table.get_mut(part)?.as_table_mut());
        }
        if let (Some(table), Some(name)) = (table, name) {
            table.remove(name);
        }
        self
    }

    /// An environment variable of the program.
    #[must_use]
    pub fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Another binary than the built one.
    #[must_use]
    pub fn program(mut self, program: impl Into<PathBuf>) -> Self {
        self.program = Some(program.into());
        self
    }

    /// A file beside the configuration, by its relative path.
    pub fn file(self, path: &str, content: impl AsRef<[u8]>) -> anyhow::Result<Self> {
        let path = self.folder.path().join(path);
        std::fs::create_dir_all(path.parent().context("a file needs a folder")?)?;
        std::fs::write(&path, content).with_context(|| format!("writing {}", path.display()))?;
        Ok(self)
    }

    /// The configuration as it stands.
    pub fn config(&self) -> &Table {
        &self.config
    }

    /// Where everything is.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the configuration is, once it has been written.
    pub fn config_file(&self) -> PathBuf {
        self.folder.path().join("sportello.toml")
    }

    /// Writes the configuration; [`Setup::start`] does so by itself.
    pub fn write(&self) -> anyhow::Result<()> {
        let text = toml::to_string(&self.config)?;
        std::fs::write(self.config_file(), text).with_context(|| format!("writing {}", self.config_file().display()))
    }

    /// Runs a command of the program in its folder, with the arguments as they are given, and waits for its end.
    pub async fn run(&self, arguments: &[&str]) -> anyhow::Result<Ran> {
        let mut command = tokio::process::Command::from(self.command());
        command.args(arguments).stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.with_context(|| format!("running `sportello {}`", arguments.join(" ")))?;
        Ok(Ran {
            status: output.status,
            output: String::from_utf8_lossy(&output.stdout).into_owned(),
            errors: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }

    /// Begins a command of the program that goes on until this is dropped; its standard output can be read meanwhile.
    pub fn begin(&self, arguments: &[&str]) -> anyhow::Result<tokio::process::Child> {
        let mut command = tokio::process::Command::from(self.command());
        command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).kill_on_drop(true);
        command.spawn().with_context(|| format!("beginning `sportello {}`", arguments.join(" ")))
    }

    /// Starts the program and waits until it is ready.
    ///
    /// # Errors
    /// It is not built, or ends before it is ready: the error shows its log.
    pub async fn start(self) -> anyhow::Result<Server> {
        self.write()?;
        Server::start(self).await
    }

    /// The binary with its environment: the one that was named, else `SPORTELLO_BIN`, else what is in `target/dist`.
    pub(super) fn command(&self) -> Command {
        let named = self.program.clone().or_else(|| std::env::var_os("SPORTELLO_BIN").map(PathBuf::from));
        let mut command = Command::new(named.unwrap_or_else(|| root().join("target/dist/sportello")));
        command.current_dir(self.folder());
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }
}

/// The root of the repository.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn merge(into: &mut Table, from: Table) {
    for (name, value) in from {
        match (into.get_mut(&name), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            (_, value) => drop(into.insert(name, value)),
        }
    }
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::Setup;

    #[test]
    fn keys_are_set_merged_and_taken_away() {
        let setup = Setup::new()
            .unwrap()
            .set("channels.whatsapp.settings.api-version", "v21.0")
            .unwrap()
            .merge("[channels.whatsapp.settings]\napi-base = \"http://x\"\n[channels.telegram]\nplugin = \"telegram\"")
            .unwrap()
            .without("channels.telegram");
        let channels = setup.config()["channels"].as_table().unwrap();
        assert_eq!(channels.len(), 1);
        assert_eq!(channels["whatsapp"]["settings"].as_table().unwrap().len(), 2);
    }

    #[test]
    fn a_key_below_something_that_is_no_table_is_an_error() {
        assert!(Setup::new().unwrap().set("store.url.x", "y").unwrap_err().to_string().contains("`url`"));
    }
}
