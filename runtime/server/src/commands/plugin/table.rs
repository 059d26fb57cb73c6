//! Tables for terminals: columns as wide as they have to be, and no more.

/// Rows below a heading; columns that are empty in all rows are left out.
pub(in crate::commands) fn table(heading: &[&str], rows: &[Vec<String>]) -> String {
    let cell = |row: &Vec<String>, column: usize| row.get(column).cloned().unwrap_or_default();
    let used: Vec<usize> =
        (0..heading.len()).filter(|column| rows.iter().any(|row| !cell(row, *column).is_empty())).collect();
    let head: Vec<String> = heading.iter().map(|&title| title.to_owned()).collect();
    let widths: Vec<usize> = used
        .iter()
        .map(|column| {
            std::iter::once(&head).chain(rows).map(|row| cell(row, *column).chars().count()).max().unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let cells = used.iter().zip(&widths).map(|(column, width)| format!("{:width$}", cell(row, *column)));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    std::iter::once(&head).chain(rows).map(line).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_are_as_wide_as_their_widest_cell_and_empty_ones_are_left_out() {
        let rows = [vec!["faq".to_owned(), String::new(), "aktiv".to_owned()], vec!["über-uns".to_owned()]];
        assert_eq!(table(&["NAME", "NONE", "STATE"], &rows), "NAME      STATE\nfaq       aktiv\nüber-uns");
    }
}
