//! Loads what the classifier learns from: a folder with one TOML file per language.
//!
//! ```toml
//! out-of-scope = ["What's the weather like?"]
//!
//! [intents]
//! track-parcel = ["Where is my parcel?", "…"]
//!
//! [lists.branch]            # values to be found as entities, with other words for them
//! "Zürich Sihlpost" = ["Sihlpost"]
//! ```

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use sportello_domain::contract::{Corpus, Example, ListValue, ValueList};

use crate::config::{Config, Located, Problems, Section, hint, read_document};

/// A corpus, and where each of its examples stands.
#[derive(Debug, Default)]
pub(crate) struct LoadedCorpus {
    pub(crate) corpus: Corpus,
    /// By index of the example.
    places: Vec<(PathBuf, usize)>,
}

/// Values of lists by name, each with its synonyms.
type Lists = BTreeMap<String, BTreeMap<String, BTreeSet<String>>>;

impl LoadedCorpus {
    /// The corpus of a configuration; intents of skills that it does not know are problems.
    pub(crate) fn of(config: &Config, problems: &Problems) -> Self {
        let Some(nlu) = &config.nlu else { return Self::default() };
        let loaded = Self::read(&nlu.corpus, problems);
        let known = loaded.intents();
        for intent in config.skills.iter().flat_map(|skill| &skill.intents) {
            if !known.contains(intent.value.as_str()) && !known.is_empty() {
                let hint = hint(&intent.value, known.iter().copied());
                problems.add(intent.line, format!("the corpus has no intent `{}`{hint}", intent.value));
            }
        }
        drop(known);
        loaded
    }

    /// That of a folder.
    pub(crate) fn in_folder(folder: &Path, problems: &Problems) -> Self {
        Self::read(&Located { value: folder.to_owned(), line: 1 }, problems)
    }

    /// Reads every `LANGUAGE.toml` of a folder, in the order of their names.
    fn read(folder: &Located<PathBuf>, problems: &Problems) -> Self {
        let mut loaded = Self::default();
        let mut lists = Lists::new();
        let files = files(&folder.value);
        if files.is_empty() {
            let message = format!("`nlu.corpus`: there is no file such as {}", folder.value.join("en.toml").display());
            problems.add(folder.line, message);
        }
        for (language, file) in files {
            let found = Problems::of(&file);
            loaded.read_file(&language, &file, &mut lists, &found);
            problems.absorb(found);
        }
        loaded.corpus.lists = lists.into_iter().map(value_list).collect();
        loaded
    }

    /// The names of its intents.
    fn intents(&self) -> BTreeSet<&str> {
        self.corpus.examples.iter().map(|example| example.intent.as_str()).collect()
    }

    /// Where an example stands.
    pub(crate) fn place(&self, example: u32) -> Option<&(PathBuf, usize)> {
        self.places.get(usize::try_from(example).ok()?)
    }

    fn read_file(&mut self, language: &str, file: &Path, lists: &mut Lists, problems: &Problems) {
        let node = read_document(file, problems);
        let document = Section::document(&node, problems);
        let out_of_scope = document.texts("out-of-scope").unwrap_or_default();
        self.corpus.out_of_scope.extend(out_of_scope.into_iter().map(|text| text.value));
        for (intent, examples) in document.section("intents").map(|intents| intents.open_texts()).unwrap_or_default() {
            if examples.is_empty() {
                problems.add(intent.line, format!("the intent `{}` has no examples", intent.value));
            }
            for Located { value: text, line } in examples {
                let (intent, language) = (intent.value.clone(), language.to_owned());
                self.corpus.examples.push(Example { text, intent, language });
                self.places.push((file.to_owned(), line));
            }
        }
        for (name, section) in document.named("lists") {
            let list = lists.entry(name.value).or_default();
            for (value, synonyms) in section.open_texts() {
                list.entry(value.value).or_default().extend(synonyms.into_iter().map(|synonym| synonym.value));
            }
        }
        document.close();
    }
}

fn value_list((name, values): (String, BTreeMap<String, BTreeSet<String>>)) -> ValueList {
    let values = values.into_iter();
    let value =
        |(value, synonyms): (String, BTreeSet<_>)| ListValue { value, synonyms: synonyms.into_iter().collect() };
    ValueList { name, values: values.map(value).collect() }
}

/// The files with the languages that they are called after.
fn files(folder: &Path) -> BTreeMap<String, PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return BTreeMap::new() };
    let files = entries.filter_map(|entry| {
        let path = entry.ok()?.path();
        let language = path.file_name()?.to_str()?.strip_suffix(".toml")?.to_owned();
        Some((language, path))
    });
    files.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(files: &[(&str, &str)]) -> (LoadedCorpus, String) {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let problems = Problems::of(Path::new("sportello.toml"));
        let loaded = LoadedCorpus::read(&Located { value: folder.path().to_owned(), line: 7 }, &problems);
        (loaded, problems.to_string().replace(&format!("{}/", folder.path().display()), ""))
    }

    #[test]
    fn each_file_is_a_language_and_lists_are_joined() {
        let (loaded, problems) = read(&[
            (
                "de.toml",
                "out-of-scope = [\"Wetter?\"]\n[intents]\ntrack = [\"Wo ist es?\"]\n[lists.branch]\nZH = [\"Zürich\"]",
            ),
            ("fr.toml", "[intents]\ntrack = [\"Où est-il ?\",\n \"Suivi\"]\n[lists.branch]\nZH = [\"Zurich\"]"),
            ("notes.txt", "not a corpus"),
        ]);
        assert_eq!(problems, "");
        let texts: Vec<_> = loaded.corpus.examples.iter().map(|example| (&*example.language, &*example.text)).collect();
        assert_eq!(texts, [("de", "Wo ist es?"), ("fr", "Où est-il ?"), ("fr", "Suivi")]);
        assert_eq!(loaded.corpus.out_of_scope, ["Wetter?"]);
        assert_eq!(loaded.corpus.lists[0].values[0].synonyms, ["Zurich", "Zürich"]);
        assert_eq!(loaded.intents(), BTreeSet::from(["track"]));
        assert_eq!(loaded.place(2).unwrap().1, 3);
    }

    #[test]
    fn problems_name_the_file_of_the_corpus() {
        let (_, problems) = read(&[("de.toml", "[intents]\ntrack = []\nlost = 1\n[intent]\n")]);
        let lines: Vec<_> = problems.lines().collect();
        assert_eq!(lines.len(), 3, "{problems}");
        assert!(lines[0].starts_with("de.toml:2: the intent `track` has no examples"), "{problems}");
        assert!(lines[1].starts_with("de.toml:3: "), "{problems}");
        assert!(lines[2].starts_with("de.toml:4: unknown key `intent`; did you mean `intents`?"), "{problems}");
    }

    #[test]
    fn a_folder_without_languages_is_a_problem_of_the_configuration() {
        let (_, problems) = read(&[]);
        assert!(problems.starts_with("sportello.toml:7: `nlu.corpus`"), "{problems}");
    }
}
