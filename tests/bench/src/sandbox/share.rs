//! How much of the processor time of a message goes into plugins, told by the program itself under a load.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use crate::load::{Crowd, Load, Pace, Platform, customers, program, step};
use crate::metrics::{Metrics, label};
use crate::process::Usage;

/// Conversations at the same time.
const AT_ONCE: usize = 128;
/// Messages of one conversation.
const EACH: usize = 6;

/// Of one message.
pub(super) struct Share {
    /// All that the program did for it.
    message: Duration,
    functions: Vec<Function>,
}

/// An export of a plugin.
struct Function {
    name: String,
    /// A message makes so many calls of it.
    calls: f64,
    /// Of a call, its instance made and thrown away included.
    call: Duration,
}

/// Sends a load through the program and reads what it says of its plugins.
#[allow(clippy::cast_precision_loss, reason = "figures for people")]
pub(super) async fn measure(messages: usize) -> anyhow::Result<Share> {
    let platform = Arc::new(Platform::start().await?);
    let mut server = program::on_whatsapp(&platform.url())?.start().await?;
    step(&format!("{messages} messages through the program"));
    let (before, counted) = (Usage::of(&server)?, calls(&Metrics::of(&server).await?));
    let load = Load {
        conversations: messages.div_ceil(EACH),
        each: EACH,
        at_once: AT_ONCE,
        pace: Pace::AsAnswered,
        crowd: Crowd::default(),
        person_every: 0,
    };
    let measured = customers::run(load, &server.hook("whatsapp"), &platform).await?;
    let (after, metrics) = (Usage::of(&server)?, Metrics::of(&server).await?);
    server.stop().await?;
    anyhow::ensure!(measured.is_clean(), "messages were lost, repeated or answered out of order");
    let answered = measured.answered().max(1) as f64;
    let functions = calls(&metrics).into_iter().filter_map(|(name, count)| {
        let earlier = counted.iter().find(|(known, _)| *known == name).map_or(0.0, |(_, count)| *count);
        let made = count - earlier;
        let call = mean(&metrics, &name)?;
        (made > 0.0).then(|| Function { calls: made / answered, call, name: name.join(" ") })
    });
    Ok(Share { functions: functions.collect(), message: (after.cpu - before.cpu).div_f64(answered) })
}

/// By plugin and function.
type Name = [String; 2];

fn calls(metrics: &Metrics) -> Vec<(Name, f64)> {
    let mut calls: Vec<(Name, f64)> = vec![];
    for (labels, count) in metrics.all("sportello_plugin_calls_total") {
        let Some(name) = name(labels) else { continue };
        match calls.iter_mut().find(|(known, _)| *known == name) {
            Some((_, all)) => *all += count,
            None => calls.push((name, count)),
        }
    }
    calls
}

fn name(labels: &str) -> Option<Name> {
    Some([label(labels, "plugin")?.to_owned(), label(labels, "function")?.to_owned()])
}

/// Of the calls whose time was taken.
fn mean(metrics: &Metrics, function: &Name) -> Option<Duration> {
    let of = |figure: &str| {
        let mut all = metrics.all(figure).into_iter();
        all.find(|(labels, _)| name(labels).as_ref() == Some(function)).map(|(_, value)| value)
    };
    let (sum, count) = (of("sportello_plugin_cpu_seconds_sum")?, of("sportello_plugin_cpu_seconds_count")?);
    (count > 0.0).then(|| Duration::from_secs_f64(sum / count))
}

impl Function {
    fn of_message(&self) -> Duration {
        self.call.mul_f64(self.calls)
    }
}

impl Share {
    pub(super) const HEAD: [&str; 4] = ["of a message", "calls", "µs a call", "% of its processor time"];

    fn percent(&self, part: Duration) -> f64 {
        part.as_secs_f64() / self.message.as_secs_f64() * 100.0
    }

    fn plugins(&self) -> Duration {
        self.functions.iter().map(Function::of_message).sum()
    }

    pub(super) fn rows(&self) -> Vec<Vec<String>> {
        let micros = |time: Duration| format!("{:.1}", time.as_secs_f64() * 1e6);
        let row = |function: &Function| {
            let percent = self.percent(function.of_message());
            vec![
                function.name.clone(),
                format!("{:.2}", function.calls),
                micros(function.call),
                format!("{percent:.1}"),
            ]
        };
        let whole =
            |name: &str, time| vec![name.to_owned(), String::new(), micros(time), format!("{:.1}", self.percent(time))];
        let all = [whole("all plugins", self.plugins()), whole("the whole message", self.message)];
        self.functions.iter().map(row).chain(all).collect()
    }

    pub(super) fn figures(&self) -> Value {
        let function = |function: &Function| json!({ "name": function.name, "calls": function.calls, "us-a-call": function.call.as_secs_f64() * 1e6 });
        json!({
            "message-us": self.message.as_secs_f64() * 1e6,
            "plugins-us": self.plugins().as_secs_f64() * 1e6,
            "plugins-percent": self.percent(self.plugins()),
            "functions": self.functions.iter().map(function).collect::<Vec<_>>(),
        })
    }
}
