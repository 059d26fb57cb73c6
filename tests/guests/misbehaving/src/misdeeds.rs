//! One function a misdeed. Each works against the optimiser, which would else do away with it.

use std::hint::black_box;
use std::sync::atomic::{AtomicU32, Ordering};

use sportello_sdk::http::{Request, Url};
use sportello_sdk::skill::Turn;
use sportello_sdk::vault::{Digest, hmac_by};
use sportello_sdk::{Pause, log};

use crate::Settings;

pub(crate) fn spin() -> String {
    let mut count = 0_u64;
    loop {
        count = black_box(count.wrapping_add(1));
    }
}

pub(crate) fn hoard() -> String {
    let mut hoard = Vec::new();
    loop {
        hoard.push(black_box(vec![1_u8; 100_000]));
    }
}

#[allow(clippy::panic, reason = "the misdeed")]
pub(crate) fn trap() -> String {
    panic!("this plugin panics on command")
}

/// Needs its result after the call, so that it cannot become a loop.
#[allow(unconditional_recursion, reason = "the misdeed")]
pub(crate) fn dig(depth: u64) -> u64 {
    let room = black_box([depth; 16]);
    black_box(dig(black_box(depth + 1))) + room[3]
}

pub(crate) fn chatter() -> String {
    loop {
        log(black_box("there is always something more to say"));
    }
}

pub(crate) fn pester() -> String {
    loop {
        let _ = black_box(hmac_by(Digest::Sha256, "none", b"again"));
    }
}

pub(crate) fn stray(turn: &Turn<Settings>) -> Result<String, Pause> {
    let answer = turn.fetch(Request::get(Url::new("https://not-granted.example/").path("secrets")))?;
    Ok(match answer {
        Ok(response) => format!("it answered {}", response.status),
        Err(error) => format!("it was kept from me: {error:?}"),
    })
}

pub(crate) fn exit() -> String {
    std::process::exit(3)
}

pub(crate) fn dial() -> String {
    match std::net::TcpStream::connect("127.0.0.1:80") {
        Ok(_) => "connected".to_owned(),
        Err(error) => format!("not connected: {error}"),
    }
}

/// Asks the vault once, too.
pub(crate) fn remember() -> String {
    static BEFORE: AtomicU32 = AtomicU32::new(0);
    let _ = black_box(hmac_by(Digest::Sha256, "none", b"again"));
    BEFORE.fetch_add(1, Ordering::Relaxed).to_string()
}
