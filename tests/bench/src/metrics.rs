//! What the program says of itself at `/metrics`, in the text format of Prometheus.

use anyhow::Context as _;
use sportello_harness::Server;

/// One reading.
pub(crate) struct Metrics(String);

impl Metrics {
    /// Asks a program that runs.
    pub(crate) async fn of(server: &Server) -> anyhow::Result<Self> {
        Ok(Self(server.get("/metrics").await?.success()?.text()))
    }

    /// The value of a figure without labels.
    ///
    /// # Errors
    /// There is none of this name.
    pub(crate) fn value(&self, name: &str) -> anyhow::Result<f64> {
        let all = self.all(name);
        let (_, value) = all.first().with_context(|| format!("the program does not tell `{name}`"))?;
        Ok(*value)
    }

    /// All series of this name, with their labels as they are written.
    pub(crate) fn all(&self, name: &str) -> Vec<(&str, f64)> {
        let series = |line: &'_ str| {
            let rest = line.strip_prefix(name)?;
            let (labels, value) = rest.rsplit_once(' ')?;
            let is_whole = labels.is_empty() || labels.starts_with('{');
            is_whole.then(|| value.parse().ok())?.map(|value| (labels.len(), value))
        };
        self.0
            .lines()
            .filter_map(|line| series(line).map(|(length, value)| (&line[name.len()..name.len() + length], value)))
            .collect()
    }
}

/// The value of a label in `{a="1",b="2"}`.
pub(crate) fn label<'a>(labels: &'a str, name: &str) -> Option<&'a str> {
    let mut pairs = labels.trim_matches(['{', '}']).split(',').filter_map(|pair| pair.split_once('='));
    pairs.find(|(known, _)| *known == name).map(|(_, value)| value.trim_matches('"'))
}

#[cfg(test)]
mod tests {
    use super::{Metrics, label};

    #[test]
    fn series_are_told_apart_by_name_and_label() {
        let text = "# TYPE calls counter\ncalls{plugin=\"faq\",function=\"handle\"} 7\ncalls_total 9\ncalls 3\n";
        let metrics = Metrics(text.to_owned());
        assert_eq!(metrics.all("calls"), [("{plugin=\"faq\",function=\"handle\"}", 7.0), ("", 3.0)]);
        assert_eq!(metrics.value("calls_total").unwrap(), 9.0);
        assert!(metrics.value("call").is_err());
        assert_eq!(label(metrics.all("calls")[0].0, "function"), Some("handle"));
    }
}
