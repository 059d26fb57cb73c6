//! Takes turns calling the same functions in all ways there are, and compares.

use std::fmt::Debug;
use std::time::Duration;

use serde_json::{Value, json};

use super::arguments::Cases;
use super::{bare, hosted, native};
use crate::clock::processor_time;

/// What is called: the functions on the path of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Function {
    Receive,
    Analyze,
    Handle(Language),
    Send,
}

/// In what a plugin is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Language {
    Rust,
    JavaScript,
    Python,
}

/// How it is called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Compiled into this program.
    Native,
    /// In wasmtime as it comes, in a new instance.
    BareFresh,
    /// In wasmtime as it comes, in an instance that was called before.
    BareWarm,
    /// In the host, in a new instance.
    HostFresh,
    /// In the host, in an instance that was called before.
    HostWarm,
}

/// One function called one way: so many times, with the time that took and what came back in the end.
pub(super) struct Contender<'a> {
    pub(super) function: Function,
    pub(super) way: Way,
    pub(super) calls: Box<dyn FnMut(usize) -> anyhow::Result<(Duration, String)> + 'a>,
}

/// A function with the time of one call, each way that it was called.
pub(super) struct Measured {
    function: Function,
    ways: Vec<(Way, Duration)>,
}

impl Function {
    const ALL: [Self; 6] = [
        Self::Receive,
        Self::Analyze,
        Self::Handle(Language::Rust),
        Self::Handle(Language::JavaScript),
        Self::Handle(Language::Python),
        Self::Send,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Receive => "channel.receive",
            Self::Analyze => "nlu.analyze",
            Self::Handle(Language::Rust) => "skill.handle",
            Self::Handle(Language::JavaScript) => "skill.handle, JavaScript",
            Self::Handle(Language::Python) => "skill.handle, Python",
            Self::Send => "channel.send",
        }
    }

    /// Interpreters are slower by two orders of magnitude, and so are called less often.
    fn share_of(self, calls: usize) -> usize {
        match self {
            Self::Handle(Language::JavaScript | Language::Python) => calls.div_ceil(50),
            Self::Receive | Self::Analyze | Self::Handle(Language::Rust) | Self::Send => calls,
        }
    }

    /// Words that every right answer has.
    fn answer(self) -> &'static str {
        match self {
            Self::Receive => "Where is my parcel?",
            Self::Analyze => "track-parcel",
            Self::Handle(_) => "Zwölf Monate kosten",
            Self::Send => "/v23.0/1055/messages",
        }
    }
}

/// Measures all functions all ways.
pub(super) fn measure(rounds: usize, calls: usize) -> anyhow::Result<Vec<Measured>> {
    let cases = Cases::read()?;
    let native = native::Native::new(&cases)?;
    let bare = bare::Bare::new(&cases, native.model())?;
    let hosted = hosted::Hosted::new(&cases, native.model())?;
    let mut contenders = native.contenders();
    contenders.extend(bare.contenders()?);
    contenders.extend(hosted.contenders()?);
    let mut times: Vec<Vec<Duration>> = contenders.iter().map(|_| Vec::with_capacity(rounds)).collect();
    for round in 0..=rounds {
        for (contender, times) in contenders.iter_mut().zip(&mut times) {
            let Contender { function, way, .. } = *contender;
            let calls = function.share_of(calls);
            let (took, answer) = (contender.calls)(calls)?;
            anyhow::ensure!(answer.contains(function.answer()), "{} {way:?} answers {answer}", function.name());
            // The first round warms up.
            if round > 0 {
                times.push(took / u32::try_from(calls)?);
            }
        }
    }
    let of = |function| {
        let ways = contenders.iter().zip(&mut times).filter(|(contender, _)| contender.function == function);
        Measured { function, ways: ways.map(|(contender, times)| (contender.way, middle(times))).collect() }
    };
    let all = Function::ALL.map(of).into_iter();
    Ok(all.filter(|measured| !measured.ways.is_empty()).collect())
}

fn middle(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}

/// Makes one call for each of the arguments. What came back is dropped within the time, as it is where calls are made.
pub(super) fn timed<A, T: Debug>(
    arguments: Vec<A>,
    mut call: impl FnMut(A) -> anyhow::Result<T>,
) -> anyhow::Result<(Duration, String)> {
    let mut last = None;
    let began = processor_time()?;
    for argument in arguments {
        last = Some(call(argument)?);
    }
    let took = processor_time()? - began;
    Ok((took, format!("{last:?}")))
}

impl Measured {
    pub(super) const HEAD: [&str; 8] = [
        "µs a call",
        "native",
        "bare, fresh",
        "bare, warm",
        "host, fresh",
        "host, warm",
        "fresh, of bare",
        "warm, of bare",
    ];

    fn of(&self, way: Way) -> Option<f64> {
        let found = self.ways.iter().find(|(known, _)| *known == way);
        found.map(|(_, time)| time.as_secs_f64() * 1e6)
    }

    fn fresh_of_bare(&self) -> Option<f64> {
        Some(self.of(Way::HostFresh)? / self.of(Way::BareFresh)?)
    }

    fn warm_of_bare(&self) -> Option<f64> {
        Some(self.of(Way::HostWarm)? / self.of(Way::BareWarm)?)
    }

    pub(super) fn row(&self) -> Vec<String> {
        let time = |way| self.of(way).map_or_else(String::new, |time| format!("{time:.1}"));
        let ratio = |ratio: Option<f64>| ratio.map_or_else(String::new, |ratio| format!("{ratio:.2}"));
        vec![
            self.function.name().to_owned(),
            time(Way::Native),
            time(Way::BareFresh),
            time(Way::BareWarm),
            time(Way::HostFresh),
            time(Way::HostWarm),
            ratio(self.fresh_of_bare()),
            ratio(self.warm_of_bare()),
        ]
    }

    pub(super) fn figures(&self) -> Value {
        json!({
            "function": self.function.name(),
            "native-us": self.of(Way::Native),
            "bare-fresh-us": self.of(Way::BareFresh),
            "bare-warm-us": self.of(Way::BareWarm),
            "host-fresh-us": self.of(Way::HostFresh),
            "host-warm-us": self.of(Way::HostWarm),
            "host-fresh-of-bare": self.fresh_of_bare(),
            "host-warm-of-bare": self.warm_of_bare(),
        })
    }

    pub(super) fn bars(&self) -> Vec<(String, f64)> {
        let name = |way: &Way| match way {
            Way::Native => "native",
            Way::BareFresh => "bare",
            Way::BareWarm => "bare, warm",
            Way::HostFresh => "host",
            Way::HostWarm => "host, warm",
        };
        let bar = |(way, time): &(Way, Duration)| {
            (format!("{} {}", self.function.name(), name(way)), time.as_secs_f64() * 1e6)
        };
        self.ways.iter().map(bar).collect()
    }
}
