//! Figures as a table for people, as JSON for scripts, and as a picture.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::Context as _;
use serde_json::Value;

use crate::server::root;

const FOLDER: &str = "target/bench";

/// A table with a column of names and columns of figures.
#[allow(clippy::print_stdout, reason = "what people came for")]
pub fn table(head: &[&str], rows: &[Vec<String>]) {
    let width = |column: usize| {
        rows.iter().map(|row| row[column].chars().count()).chain([head[column].chars().count()]).max().unwrap_or(0)
    };
    let line = |cells: Vec<&str>| {
        let cells = cells.iter().enumerate().map(|(column, cell)| match column {
            0 => format!("{cell:<width$}", width = width(0)),
            _ => format!("{cell:>width$}", width = width(column)),
        });
        println!("{}", cells.collect::<Vec<_>>().join("  "));
    };
    line(head.to_vec());
    for row in rows {
        line(row.iter().map(String::as_str).collect());
    }
}

/// Writes a file of figures into `target/bench`, or where `SPORTELLO_FIGURES` says.
pub fn write(name: &str, text: &str) -> anyhow::Result<()> {
    let folder = std::env::var_os("SPORTELLO_FIGURES").map_or_else(|| root().join(FOLDER), PathBuf::from);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    std::fs::write(&path, text).with_context(|| format!("writing {}", path.display()))
}

/// Writes figures as JSON.
pub fn json(name: &str, figures: &Value) -> anyhow::Result<()> {
    write(&format!("{name}.json"), &serde_json::to_string_pretty(figures)?)
}

/// Bars, one a row, as SVG.
pub fn bars(title: &str, unit: &str, rows: &[(String, f64)]) -> String {
    let most = rows.iter().map(|(_, value)| *value).fold(f64::MIN_POSITIVE, f64::max);
    let height = 60 + rows.len() * 34;
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 {height}\" font-family=\"sans-serif\" font-size=\"14\">\
         <style>text{{fill:#222}}rect{{fill:#3b6ea5}}@media(prefers-color-scheme:dark){{text{{fill:#ddd}}}}</style>\
         <text x=\"10\" y=\"26\" font-size=\"17\">{title}</text>"
    );
    for (row, (name, value)) in rows.iter().enumerate() {
        let (y, width) = (48 + row * 34, 300.0 * value / most);
        let _ = write!(
            svg,
            "<text x=\"10\" y=\"{}\">{name}</text><rect x=\"190\" y=\"{y}\" width=\"{width:.0}\" height=\"22\" rx=\"3\"/>\
             <text x=\"{:.0}\" y=\"{}\">{value:.0} {unit}</text>",
            y + 16,
            200.0 + width,
            y + 16
        );
    }
    svg + "</svg>\n"
}
