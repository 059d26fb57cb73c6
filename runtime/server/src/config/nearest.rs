//! The name that somebody probably meant.

/// Of these names, the one that is nearest, if one is near; as an addition to a message.
pub(crate) fn hint<'a>(name: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    let mut names: Vec<&str> = names.into_iter().collect();
    names.sort_unstable();
    let far = (name.chars().count() / 3).max(2);
    let nearest = names.iter().map(|known| (strsim::damerau_levenshtein(name, known), known)).min();
    match nearest {
        Some((distance, known)) if distance <= far => format!("; did you mean `{known}`?"),
        Some(_) => format!("; there are {}", list(&names)),
        None => String::new(),
    }
}

/// The names, the first ones if there are many.
fn list(names: &[&str]) -> String {
    const SHOWN: usize = 12;
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name}`")).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_is_suggested_and_else_all_are_listed() {
        assert_eq!(hint("lisen", ["listen", "pages"]), "; did you mean `listen`?");
        assert_eq!(hint("colour", ["listen", "pages"]), "; there are `listen`, `pages`");
        assert_eq!(hint("colour", []), "");
    }
}
