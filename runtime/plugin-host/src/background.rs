//! A thread of its own for what takes seconds of a processor: whoever waits for an answer goes before it.

use std::{io, thread};

use tokio::{runtime::Handle, sync::oneshot};

/// Drives this on a thread that everybody else goes before, until it is done or nobody waits for it any more.
///
/// # Errors
/// There is no thread to be had, or it ended without an answer.
pub(crate) async fn in_background<T>(work: impl Future<Output = T> + Send + 'static) -> io::Result<T>
where
    T: Send + 'static,
{
    let (mut tell, told) = oneshot::channel();
    let runtime = Handle::current();
    let drive = async move {
        tokio::select! {
            // Whoever waited may have gone meanwhile.
            done = work => drop(tell.send(done)),
            () = tell.closed() => {}
        }
    };
    let behind_others = move || {
        step_back();
        runtime.block_on(drive);
    };
    thread::Builder::new().name("plugin-background".to_owned()).spawn(behind_others)?;
    told.await.map_err(|_| io::Error::other("its thread ended without an answer"))
}

/// Here a priority is of a thread and not of the whole process. It is a courtesy: refused, the work is done all the same.
#[cfg(target_os = "linux")]
fn step_back() {
    let _ = rustix::process::nice(10);
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

#[cfg(test)]
mod tests {
    use super::*;

    /// The priority of the thread that asks (proc_pid_stat(5), field 19, after a name in brackets).
    #[cfg(target_os = "linux")]
    fn niceness() -> i32 {
        let stat = std::fs::read_to_string("/proc/thread-self/stat").unwrap();
        let (_, fields) = stat.rsplit_once(") ").unwrap();
        fields.split(' ').nth(16).unwrap().parse().unwrap()
    }

    #[cfg(target_os = "linux")]
    #[tokio::test]
    async fn it_stands_back_and_nobody_else_does() {
        let before = niceness();
        let inside = in_background(async { niceness() }).await.unwrap();
        assert!(inside > before, "{inside} and {before}");
        assert_eq!(niceness(), before);
    }

    #[tokio::test]
    async fn it_ends_when_nobody_waits_any_more() {
        let (work, mut worked) = oneshot::channel::<()>();
        let waiting = tokio::spawn(in_background(async move {
            let _held = work;
            std::future::pending::<()>().await;
        }));
        tokio::task::yield_now().await;
        waiting.abort();
        assert!((&mut worked).await.is_err(), "it was dropped");
    }
}
