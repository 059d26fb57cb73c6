//! `sportello plugin logs`: what a plugin wrote lately on the server that is asked, and goes on to write.

use std::process::ExitCode;
use std::time::Duration;

use serde_json::Value;

use super::Counter;
use super::decide::text;
use crate::print;
use crate::transcript::written_time;

/// How often it is asked for more.
const ASK: Duration = Duration::from_millis(500);

pub(super) async fn run(mut counter: Counter, name: &str, follow: bool) -> anyhow::Result<ExitCode> {
    let path = format!("/api/v1/plugins/{name}/logs");
    let mut lines = counter.get(&path).await?;
    let mut after = 0;
    loop {
        for line in lines["lines"].as_array().into_iter().flatten() {
            print::out(&if counter.json { line.to_string() } else { written(line) })?;
            after = line["number"].as_u64().unwrap_or(after);
        }
        if !follow {
            return Ok(ExitCode::SUCCESS);
        }
        tokio::time::sleep(ASK).await;
        lines = counter.get(&format!("{path}?after={after}")).await?;
    }
}

fn written(line: &Value) -> String {
    let at = written_time(line["at"].as_u64().unwrap_or_default());
    let conversation = match text(line, "conversation") {
        "" => String::new(),
        conversation => format!(" {conversation}"),
    };
    format!("{at} {} {}{conversation}: {}", text(line, "revision"), text(line, "function"), text(line, "text"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_line_says_when_who_and_for_whom() {
        let mut line =
            json!({"number": 1, "at": 1_795_305_600_000_u64, "revision": "faq@1", "function": "handle", "text": "hm"});
        assert_eq!(written(&line), "2026-11-22 00:00:00Z faq@1 handle: hm");
        line["conversation"] = "0199".into();
        assert_eq!(written(&line), "2026-11-22 00:00:00Z faq@1 handle 0199: hm");
    }
}
