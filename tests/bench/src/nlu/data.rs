//! Labelled texts: folders of `train.tsv` and `test.tsv`, and the demo's corpus with the messages of another writer.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use serde::Deserialize;
use sportello_domain::contract::{Corpus, Example};

/// Folders that are measured where they exist and none is named.
const KNOWN: [&str; 2] = ["../shared/nlu/banking77", "../shared/nlu/clinc150"];
const DEMO: &str = "demo";
const DEMO_LANGUAGES: [&str; 4] = ["de", "en", "fr", "it"];
const HELD_OUT: [&str; 5] = ["de", "fr", "it", "en", "gsw"];
/// What held-out messages without an intent are labelled with.
const NO_INTENT: &str = "out-of-scope";
/// The training file whose intents have ten examples each.
pub(super) const FEW: &str = "train_10shot.tsv";
pub(super) const ALL: &str = "train.tsv";

/// A corpus, and the texts that a model of it is asked about.
pub(super) struct Data {
    pub(super) name: String,
    pub(super) corpus: Corpus,
    pub(super) tests: Vec<Tests>,
}

/// Texts that no training sees.
pub(super) struct Tests {
    pub(super) name: String,
    /// Text and intent.
    pub(super) labelled: Vec<(String, String)>,
    /// Texts that mean no intent.
    pub(super) strangers: Vec<String>,
}

/// The folders that are measured.
pub(super) fn folders(named: &[PathBuf]) -> Vec<PathBuf> {
    if named.is_empty() {
        return KNOWN.iter().map(PathBuf::from).filter(|folder| folder.is_dir()).collect();
    }
    named.to_vec()
}

impl Data {
    /// All that is measured.
    ///
    /// # Errors
    /// A file cannot be read.
    pub(super) fn of(named: &[PathBuf], language: &str) -> anyhow::Result<Vec<Self>> {
        let mut all = vec![];
        for folder in folders(named) {
            for training in trainings(&folder)? {
                all.push(Self::folder(&folder, &training, language)?);
            }
        }
        if named.is_empty() {
            all.push(Self::demo()?);
        }
        Ok(all)
    }

    fn folder(folder: &Path, training: &str, language: &str) -> anyhow::Result<Self> {
        let name = folder.file_name().map_or_else(|| folder.to_string_lossy(), |name| name.to_string_lossy());
        let variant = training.trim_start_matches("train").trim_end_matches(".tsv").replace('_', " ");
        let tests = Tests {
            name: String::new(),
            labelled: labelled(&folder.join("test.tsv"))?,
            strangers: strangers(folder, "oos_test.tsv")?,
        };
        Ok(Self { name: format!("{name}{variant}"), corpus: corpus(folder, training, language)?, tests: vec![tests] })
    }

    /// The post office, and what others wrote to it.
    fn demo() -> anyhow::Result<Self> {
        let mut corpus = Corpus::default();
        for language in DEMO_LANGUAGES {
            let path = format!("{DEMO}/corpus/{language}.toml");
            let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
            let texts: DemoCorpus = toml::from_str(&text).with_context(|| format!("reading {path}"))?;
            corpus.out_of_scope.extend(texts.out_of_scope);
            for (intent, texts) in texts.intents {
                let example = |text| Example { text, intent: intent.clone(), language: language.to_owned() };
                corpus.examples.extend(texts.into_iter().map(example));
            }
        }
        let tests = HELD_OUT.iter().map(|language| {
            let path = PathBuf::from(format!("{DEMO}/held-out/{language}.tsv"));
            let (strange, labelled): (Vec<_>, _) =
                labelled(&path)?.into_iter().partition(|(_, intent)| intent == NO_INTENT);
            let strangers = strange.into_iter().map(|(text, _)| text).collect();
            Ok(Tests { name: (*language).to_owned(), labelled, strangers })
        });
        Ok(Self { name: DEMO.to_owned(), tests: tests.collect::<anyhow::Result<_>>()?, corpus })
    }
}

/// A file of the demo's corpus.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case")]
struct DemoCorpus {
    #[serde(default)]
    out_of_scope: Vec<String>,
    intents: std::collections::BTreeMap<String, Vec<String>>,
}

/// A training file of a folder with the texts out of scope beside it.
///
/// # Errors
/// A file cannot be read.
pub(super) fn corpus(folder: &Path, training: &str, language: &str) -> anyhow::Result<Corpus> {
    let example = |(text, intent)| Example { text, intent, language: language.to_owned() };
    let examples = labelled(&folder.join(training))?.into_iter().map(example).collect();
    Ok(Corpus { examples, out_of_scope: strangers(folder, "oos_train.tsv")?, lists: vec![] })
}

/// The folder's training files, the whole one first.
fn trainings(folder: &Path) -> anyhow::Result<Vec<String>> {
    let mut names = vec![];
    for entry in std::fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        if name == ALL || (name.starts_with("train_") && name.ends_with(".tsv")) {
            names.push(name);
        }
    }
    names.sort();
    Ok(names)
}

/// Lines of a text, a tab and its intent.
///
/// # Errors
/// The file cannot be read.
pub(super) fn labelled(path: &Path) -> anyhow::Result<Vec<(String, String)>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let pair = |line: &str| {
        let mut cells = line.split('\t');
        Some((cells.next()?.to_owned(), cells.next()?.trim().to_owned()))
    };
    Ok(text.lines().filter_map(pair).collect())
}

/// Texts out of scope, whatever their label; none where there is no such file.
fn strangers(folder: &Path, name: &str) -> anyhow::Result<Vec<String>> {
    let path = folder.join(name);
    if !path.exists() {
        return Ok(vec![]);
    }
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {}", path.display()))?;
    Ok(text.lines().filter_map(|line| line.split('\t').next()).map(str::to_owned).collect())
}
