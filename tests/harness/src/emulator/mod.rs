//! A platform on the loopback interface: it records every request, answers as the real one would, and fails on command.

mod answer;
mod faults;
mod listener;
mod log;

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::Context as _;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

pub use answer::Answer;
pub use faults::{Cut, Fault, Faults, Gate, Plan};
pub use log::{Log, Recorded};

/// How a platform behaves when nothing is wrong.
pub trait Platform: Send + Sync + 'static {
    /// Does what the request asks for, and answers it.
    fn act(&self, request: &Recorded) -> Answer;
}

/// A running platform. It ends when it is dropped.
pub struct Emulator<P> {
    /// The platform's own state: what it was asked to do, what it has to offer.
    pub platform: Arc<P>,
    /// Every request, also those that failed on command.
    pub log: Arc<Log>,
    /// What is to go wrong.
    pub faults: Arc<Faults>,
    address: SocketAddr,
    serving: Mutex<Option<JoinHandle<()>>>,
}

impl<P: Platform> Emulator<P> {
    /// Starts it on a free port.
    pub async fn start(platform: P) -> anyhow::Result<Self> {
        Self::start_at(platform, SocketAddr::from(([127, 0, 0, 1], 0))).await
    }

    /// Starts it on this address.
    pub async fn start_at(platform: P, address: SocketAddr) -> anyhow::Result<Self> {
        let listener = bind(address).await?;
        let emulator = Self {
            platform: Arc::new(platform),
            log: Arc::default(),
            faults: Arc::default(),
            address: listener.local_addr()?,
            serving: Mutex::default(),
        };
        emulator.serve(listener);
        Ok(emulator)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Its base address, without a slash at the end: what goes into `api-base` and into `grants.hosts`.
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Refuses connections from now on, and breaks those that are open.
    pub fn go_down(&self) {
        if let Some(serving) = self.slot().take() {
            serving.abort();
        }
    }

    /// Serves again, on the same address.
    pub async fn come_back(&self) -> anyhow::Result<()> {
        self.go_down();
        // The port is free once the task that was told to end has dropped its listener.
        let mut tries = 0;
        let listener = loop {
            match bind(self.address).await {
                Ok(listener) => break listener,
                Err(error) if tries == 100 => return Err(error),
                Err(_) => tries += 1,
            }
            tokio::time::sleep(std::time::Duration::from_millis(10)).await;
        };
        self.serve(listener);
        Ok(())
    }

    fn serve(&self, listener: TcpListener) {
        let desk = listener::Desk {
            platform: Arc::clone(&self.platform) as Arc<dyn Platform>,
            log: Arc::clone(&self.log),
            faults: Arc::clone(&self.faults),
        };
        *self.slot() = Some(tokio::spawn(listener::accept(listener, desk)));
    }

    fn slot(&self) -> std::sync::MutexGuard<'_, Option<JoinHandle<()>>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("listening on {address}"))
}

impl<P> Drop for Emulator<P> {
    fn drop(&mut self) {
        if let Some(serving) = self.serving.get_mut().unwrap_or_else(PoisonError::into_inner).take() {
            serving.abort();
        }
    }
}
