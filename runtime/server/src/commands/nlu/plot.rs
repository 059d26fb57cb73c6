//! The confusion matrix as a drawing: rows are what is meant, columns what it is taken for.

use std::fmt::Write as _;

use sportello_domain::evaluation::{Evaluation, OUTSIDE};

/// Pixels of a cell.
const CELL: usize = 14;
/// Pixels for the names.
const MARGIN: usize = 220;

/// As SVG, for a browser; pointing at a cell tells its numbers.
pub(super) fn draw(evaluation: &Evaluation) -> String {
    let mut names: Vec<&str> = evaluation.intents.iter().map(|intent| intent.intent.as_str()).collect();
    if !names.contains(&OUTSIDE) {
        names.push(OUTSIDE);
    }
    let size = MARGIN + CELL * names.len();
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {size} {size}\" width=\"{size}\" height=\"{size}\" \
         font-family=\"sans-serif\" font-size=\"10\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
    );
    for (place, name) in names.iter().enumerate() {
        let (at, name) = (MARGIN + CELL * place + CELL - 4, escaped(name));
        let edge = MARGIN - 4;
        let _ = writeln!(svg, "<text x=\"{edge}\" y=\"{at}\" text-anchor=\"end\">{name}</text>");
        let _ = writeln!(svg, "<text transform=\"translate({at} {edge}) rotate(-90)\">{name}</text>");
    }
    let place = |name: &str| names.iter().position(|known| *known == name);
    for intent in &evaluation.intents {
        if let Some(at) = place(&intent.intent) {
            cell(
                &mut svg,
                (at, at),
                intent.recall,
                "#2a7",
                &format!("{}: {:.1} %", intent.intent, 100.0 * intent.recall),
            );
        }
    }
    for pair in &evaluation.confusions {
        let of = evaluation.intents.iter().find(|intent| intent.intent == pair.expected);
        if let (Some(row), Some(column), Some(of)) = (place(&pair.expected), place(&pair.answer), of) {
            #[allow(clippy::cast_precision_loss, reason = "examples are fewer than 2^52")]
            let share = pair.count as f64 / of.examples.max(1) as f64;
            let told = format!("{} taken for {}: {} of {}", pair.expected, pair.answer, pair.count, of.examples);
            // Few are to be seen too.
            cell(&mut svg, (row, column), (share * 2.0).clamp(0.15, 1.0), "#c33", &told);
        }
    }
    svg.push_str("</svg>\n");
    svg
}

fn cell(svg: &mut String, (row, column): (usize, usize), strength: f64, colour: &str, told: &str) {
    let (x, y, told) = (MARGIN + CELL * column, MARGIN + CELL * row, escaped(told));
    let _ = writeln!(
        svg,
        "<rect x=\"{x}\" y=\"{y}\" width=\"{CELL}\" height=\"{CELL}\" fill=\"{colour}\" \
         fill-opacity=\"{strength:.2}\"><title>{told}</title></rect>"
    );
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use sportello_domain::evaluation::Answered;

    #[test]
    fn every_intent_has_a_row_and_every_confusion_a_cell() {
        let answered = |expected: &str, answer: &str| Answered {
            text: String::new(),
            language: String::new(),
            expected: expected.to_owned(),
            answer: answer.to_owned(),
            confidence: 0.5,
        };
        let all = [answered("a<b", "a<b"), answered("a<b", OUTSIDE), answered("c", "a<b")];
        let svg = draw(&Evaluation::of(&all, vec![]));
        assert_eq!(svg.matches("<text").count(), 6, "three rows and three columns: {svg}");
        assert!(svg.contains("a&lt;b taken for (out of scope): 1 of 2"), "{svg}");
        assert!(svg.contains("c taken for a&lt;b: 1 of 1") && !svg.contains("a<b"), "{svg}");
    }
}
