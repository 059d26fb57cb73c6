//! A PostgreSQL of one's own, in a temporary folder on a free port, that ends with the process that began it.
//!
//! It is for tests: what it acknowledges survives its own end, however it ends, but not that of the machine.

use std::ffi::OsStr;
use std::fs::Permissions;
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt as _, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Waits until nobody holds its standard input any more, and then ends the server, whichever process that is by then.
const KEEPER: &str = r#"
"$1" -D "$2/data" -k "$2" -p "$3" -c listen_addresses=127.0.0.1 -c max_connections=200 -c fsync=off >"$2/log" 2>&1 &
read -r _
kill -QUIT "$(head -n 1 "$2/data/postmaster.pid")"
wait
rm -rf "$2"
"#;

/// How long a server may take to begin.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running server.
#[derive(Debug)]
pub struct Cluster {
    /// It ends the server when its standard input is closed.
    keeper: Child,
    folder: PathBuf,
    programs: PathBuf,
    user: Option<User>,
    port: u16,
    databases: AtomicU32,
}

/// Who runs it where we are root, which PostgreSQL refuses to be.
#[derive(Clone, Copy, Debug)]
struct User {
    id: u32,
    group: u32,
}

impl Cluster {
    /// Starts a server.
    ///
    /// # Errors
    /// PostgreSQL is not installed, or does not start: the error shows its log.
    pub fn start() -> anyhow::Result<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("sportello-postgres-").tempdir()?.keep();
        let user = User::needed()?;
        give(user, &folder)?;
        // Free when we looked; whoever takes it before the server does makes the test fail, not lie.
        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let data = folder.join("data");
        let made = run(as_user(user, programs.join("initdb")).arg("-D").arg(&data).args([
            "--username=postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]))?;
        anyhow::ensure!(made.status.success(), "initdb: {}", String::from_utf8_lossy(&made.stderr));
        let keeper = as_user(user, "sh")
            .args([OsStr::new("-c"), OsStr::new(KEEPER), OsStr::new("sh")])
            .arg(programs.join("postgres"))
            .arg(&folder)
            .arg(port.to_string())
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .context("starting postgres")?;
        let cluster = Self { keeper, folder, programs, user, port, databases: AtomicU32::new(0) };
        cluster.wait()?;
        Ok(cluster)
    }

    /// The one of this process, which ends with it.
    ///
    /// # Errors
    /// As [`Cluster::start`].
    pub fn shared() -> anyhow::Result<&'static Self> {
        static SHARED: OnceLock<Result<Cluster, String>> = OnceLock::new();
        let shared = SHARED.get_or_init(|| Self::start().map_err(|error| format!("{error:#}")));
        shared.as_ref().map_err(|error| anyhow::anyhow!("{error}"))
    }

    /// Makes an empty database, and gives its address.
    ///
    /// # Errors
    /// The server refuses.
    pub fn database(&self) -> anyhow::Result<String> {
        self.create_database("pg_default")
    }

    /// Makes an empty database whose tables lie in this folder, and gives its address. The log of what is written stays where the
    /// server is.
    ///
    /// # Errors
    /// As [`Cluster::database`]; the server cannot reach the folder.
    pub fn database_in(&self, folder: &Path) -> anyhow::Result<String> {
        const SPACE: &str = "elsewhere";
        let tables = folder.join("tables");
        std::fs::create_dir(&tables)?;
        give(self.user, &tables)?;
        self.command(&format!("CREATE TABLESPACE {SPACE} LOCATION '{}'", tables.display()))?;
        self.create_database(SPACE)
    }

    fn create_database(&self, space: &str) -> anyhow::Result<String> {
        let name = format!("sportello{}", self.databases.fetch_add(1, Ordering::Relaxed));
        self.command(&format!("CREATE DATABASE {name} TABLESPACE {space}"))?;
        Ok(format!("postgres://postgres@127.0.0.1:{}/{name}", self.port))
    }

    /// Has the server speak TLS as well, with this certificate and its key, both in PEM.
    ///
    /// # Errors
    /// It refuses them.
    pub fn speak_tls(&self, certificate: &str, key: &str) -> anyhow::Result<()> {
        for (setting, file, content) in
            [("ssl_cert_file", "server.crt", certificate), ("ssl_key_file", "server.key", key)]
        {
            let path = self.folder.join(file);
            std::fs::write(&path, content)?;
            // PostgreSQL takes no key that others may read.
            std::fs::set_permissions(&path, Permissions::from_mode(0o600))?;
            give(self.user, &path)?;
            self.command(&format!("ALTER SYSTEM SET {setting} = '{}'", path.display()))?;
        }
        self.command("ALTER SYSTEM SET ssl = on")?;
        self.restart()
    }

    fn command(&self, statement: &str) -> anyhow::Result<()> {
        let done = run(self.client("psql").args(["--quiet", "--command", statement]))?;
        anyhow::ensure!(done.status.success(), "{statement}: {}", String::from_utf8_lossy(&done.stderr));
        Ok(())
    }

    /// Ends the server as a crash would, and starts it again on the same data and port.
    ///
    /// # Errors
    /// It does not start again.
    pub fn restart(&self) -> anyhow::Result<()> {
        let mut restart = as_user(self.user, self.programs.join("pg_ctl"));
        restart.arg("-D").arg(self.folder.join("data")).args(["-m", "immediate", "-w", "restart", "-l"]);
        let status = restart.arg(self.folder.join("log")).stdout(Stdio::null()).stderr(Stdio::null()).status()?;
        anyhow::ensure!(status.success(), "the server did not start again: {}", self.log());
        self.wait()
    }

    fn wait(&self) -> anyhow::Result<()> {
        let begun = Instant::now();
        while !run(self.client("pg_isready").arg("--quiet"))?.status.success() {
            anyhow::ensure!(begun.elapsed() < PATIENCE, "postgres does not start: {}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn client(&self, program: &str) -> Command {
        let mut command = Command::new(self.programs.join(program));
        command.args(["--host=127.0.0.1", "--username=postgres", &format!("--port={}", self.port)]);
        command
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        // It has nothing to tell.
        let _ = self.keeper.wait();
    }
}

impl User {
    fn needed() -> anyhow::Result<Option<Self>> {
        if !rustix::process::geteuid().is_root() {
            return Ok(None);
        }
        let id = |of: &str| -> anyhow::Result<u32> {
            let told = run(Command::new("id").args([of, "postgres"]))?;
            String::from_utf8_lossy(&told.stdout)
                .trim()
                .parse()
                .with_context(|| format!("there is no user `postgres`: {MISSING}"))
        };
        Ok(Some(Self { id: id("-u")?, group: id("-g")? }))
    }
}

/// What is there may be used by whoever runs the server.
fn give(user: Option<User>, path: &Path) -> anyhow::Result<()> {
    let Some(User { id, group }) = user else { return Ok(()) };
    chown(path, Some(id), Some(group)).with_context(|| format!("giving {} to postgres", path.display()))
}

fn as_user(user: Option<User>, program: impl AsRef<OsStr>) -> Command {
    let Some(User { id, group }) = user else { return Command::new(program) };
    let mut command = Command::new("setpriv");
    command.args([format!("--reuid={id}"), format!("--regid={group}"), "--clear-groups".to_owned(), "--".to_owned()]);
    command.arg(program).current_dir("/");
    command
}

const MISSING: &str = "install the package `postgresql` (Debian and Ubuntu: `sudo apt-get install postgresql`)";

fn programs() -> anyhow::Result<PathBuf> {
    let told = Command::new("pg_config").arg("--bindir").output();
    let told = told.with_context(|| format!("PostgreSQL is missing: {MISSING}"))?;
    let folder = Path::new(String::from_utf8_lossy(&told.stdout).trim()).to_owned();
    anyhow::ensure!(folder.join("postgres").is_file(), "the server of PostgreSQL is missing: {MISSING}");
    Ok(folder)
}

fn run(command: &mut Command) -> anyhow::Result<Output> {
    command.stdin(Stdio::null()).output().with_context(|| format!("running {command:?}"))
}
