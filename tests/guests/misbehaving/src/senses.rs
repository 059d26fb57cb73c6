//! What a plugin can see of the world: time that stands still, the vault, and nothing else.

use std::{
    collections::hash_map::RandomState,
    hash::BuildHasher,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

use sportello_sdk::vault::{Digest, hmac_by, matches};

/// One line for each sense.
pub(crate) fn report() -> String {
    let began = Instant::now();
    std::thread::sleep(Duration::from_secs(3600));
    let slept = began.elapsed().as_millis();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |now| now.as_millis());
    let chance = RandomState::new().hash_one(1);
    let variables = std::env::vars().count();
    let arguments = std::env::args().count();
    let files = match std::fs::read_dir("/") {
        Ok(_) => "files",
        Err(_) => "no files",
    };
    let input = std::io::read_to_string(std::io::stdin()).map_or(0, |input| input.len());
    let signature = hmac_by(Digest::Sha256, "key", b"what do ya want for nothing?");
    format!(
        "now {now}\nslept {slept}\nchance {chance}\nvariables {variables}\narguments {arguments}\n{files}\ninput \
         {input}\nsignature {signature:?}\nmatches {}",
        matches("key", b"Jefe")
    )
}
