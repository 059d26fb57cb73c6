//! The running program: started, asked, stopped, killed and started again on the same data.

use std::fs::File;
use std::path::PathBuf;
use std::process::{Child, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rustix::process::{Pid, Signal, kill_process};

use super::{Ran, Setup};
use crate::{Api, Client, Reply};

/// Compiling every plugin for the first time on a busy machine takes a while.
const START: Duration = Duration::from_secs(180);
/// Longer than a turn may last.
const STOP: Duration = Duration::from_secs(90);
const GLANCE: Duration = Duration::from_millis(10);

/// The running program. It is killed, and its data removed, when this is dropped.
#[derive(Debug)]
pub struct Server {
    setup: Setup,
    child: Option<Child>,
    address: String,
    client: Client,
}

impl Server {
    pub(super) async fn start(setup: Setup) -> anyhow::Result<Self> {
        let mut server = Self { setup, child: None, address: String::new(), client: Client::default() };
        server.launch().await?;
        Ok(server)
    }

    /// An address of the server, for a path such as `/healthz`.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The webhook of a channel.
    pub fn hook(&self, channel: &str) -> String {
        self.url(&format!("/hooks/{channel}"))
    }

    /// A client for whatever needs no token.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// GET of a path.
    pub async fn get(&self, path: &str) -> anyhow::Result<Reply> {
        self.client.get(&self.url(path)).await
    }

    /// A new token with these scopes.
    pub async fn token(&self, scopes: &[&str]) -> anyhow::Result<String> {
        let output = self.command(&["token", "create", "--name", "harness", "--scopes", &scopes.join(",")]).await?;
        let token = output.split_whitespace().last().context("`sportello token create` printed nothing")?;
        Ok(token.to_owned())
    }

    /// The API, with a new token of these scopes.
    pub async fn api(&self, scopes: &[&str]) -> anyhow::Result<Api> {
        Ok(Api::new(self.url(""), self.token(scopes).await?))
    }

    /// Runs another command of the program on this server's configuration, and gives back what it printed.
    ///
    /// # Errors
    /// It did not succeed: the error shows what it printed to standard error.
    pub async fn command(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let config = self.setup.config_file();
        let config = config.to_str().context("a path that is text")?;
        let Ran { status, output, errors } = self.setup.run(&[arguments, &["--config", config]].concat()).await?;
        anyhow::ensure!(status.success(), "`sportello {}` ended with {status}: {errors}", arguments.join(" "));
        Ok(output)
    }

    /// The end of a process that loses power: no signal that it could handle.
    pub fn kill(&mut self) -> anyhow::Result<()> {
        if let Some(mut child) = self.child.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// Stops it wherever it is, as a machine that is suspended does.
    pub fn pause(&self) -> anyhow::Result<()> {
        self.signal(Signal::STOP)
    }

    /// Lets it go on after [`Server::pause`].
    pub fn go_on(&self) -> anyhow::Result<()> {
        self.signal(Signal::CONT)
    }

    /// Tells it to look at its configuration again.
    pub fn hang_up(&self) -> anyhow::Result<()> {
        self.signal(Signal::HUP)
    }

    fn signal(&self, signal: Signal) -> anyhow::Result<()> {
        let child = self.child.as_ref().context("the program does not run")?;
        let id = Pid::from_raw(i32::try_from(child.id())?).context("a process has a number")?;
        Ok(kill_process(id, signal)?)
    }

    /// Asks it to end what it is doing and then itself, and waits until it has.
    ///
    /// # Errors
    /// It did not end in time (it is killed then), or not with success.
    pub async fn stop(&mut self) -> anyhow::Result<()> {
        if self.child.is_none() {
            return Ok(());
        }
        self.signal(Signal::TERM)?;
        let Some(child) = self.child.as_mut() else { return Ok(()) };
        match wait(child, STOP).await? {
            Some(status) => {
                self.child = None;
                anyhow::ensure!(status.success(), "the program ended with {status}:\n{}", self.logs());
                Ok(())
            }
            None => {
                self.kill()?;
                anyhow::bail!("the program did not end within {STOP:?} of SIGTERM:\n{}", self.logs())
            }
        }
    }

    /// Starts it again after [`Server::kill`] or [`Server::stop`], on the same data. The address changes.
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        self.kill()?;
        self.launch().await
    }

    /// [`Server::restart`] with TOML merged into the configuration.
    pub async fn restart_with(&mut self, change: &str) -> anyhow::Result<()> {
        self.setup.amend(change)?;
        self.setup.write()?;
        self.restart().await
    }

    /// Whether it is running.
    pub fn is_running(&mut self) -> bool {
        self.child.as_mut().is_some_and(|child| matches!(child.try_wait(), Ok(None)))
    }

    /// Everything that it wrote to standard output and error, over restarts.
    pub fn logs(&self) -> String {
        std::fs::read(self.log_file()).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default()
    }

    /// The number of its process, while it runs.
    pub fn process_id(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Its configuration and its folder.
    pub fn setup(&self) -> &Setup {
        &self.setup
    }

    async fn launch(&mut self) -> anyhow::Result<()> {
        let announcement = self.setup.folder().join("address");
        if announcement.exists() {
            std::fs::remove_file(&announcement)?;
        }
        let log = File::options().create(true).append(true).open(self.log_file())?;
        let mut command = self.setup.command();
        command.arg("serve").arg("--config").arg(self.setup.config_file()).arg("--address-file").arg(&announcement);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let child = command.spawn().with_context(|| {
            format!("starting {}: `cargo xtask dist` builds it", command.get_program().to_string_lossy())
        })?;
        let child = self.child.insert(child);
        let begin = Instant::now();
        loop {
            match std::fs::read_to_string(&announcement) {
                Ok(address) if !address.trim().is_empty() => {
                    address.trim().clone_into(&mut self.address);
                    return Ok(());
                }
                _ => {}
            }
            if let Some(status) = child.try_wait()? {
                anyhow::bail!("the program ended with {status} before it was ready:\n{}", self.logs());
            }
            if begin.elapsed() > START {
                anyhow::bail!("the program was not ready within {START:?}:\n{}", self.logs());
            }
            tokio::time::sleep(GLANCE).await;
        }
    }

    fn log_file(&self) -> PathBuf {
        self.setup.folder().join("sportello.log")
    }
}

async fn wait(child: &mut Child, limit: Duration) -> anyhow::Result<Option<ExitStatus>> {
    let begin = Instant::now();
    while begin.elapsed() < limit {
        if let Some(status) = child.try_wait()? {
            return Ok(Some(status));
        }
        tokio::time::sleep(GLANCE).await;
    }
    Ok(None)
}

impl Drop for Server {
    #[expect(clippy::print_stderr, reason = "the runner shows it below the test that failed")]
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            // It may have ended by itself; there is nothing else to be done about it here.
            let _ = child.kill();
            let _ = child.wait();
        }
        if std::thread::panicking() {
            let logs = self.logs();
            let lines: Vec<&str> = logs.lines().collect();
            eprintln!("--- end of the program's log\n{}\n---", lines[lines.len().saturating_sub(80)..].join("\n"));
        }
    }
}
