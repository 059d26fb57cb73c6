//! A trained model: what it is made of, how it is written down, and what it says about a text.

use sportello_sdk::nlu::{Analysis, Circumstances, Intent};

use crate::bytes::{LoadError, Reader, Writer};
use crate::calibration::Calibration;
use crate::entities::{Lists, Scanner};
use crate::features::{Count, count};
use crate::language::Languages;
use crate::scope::{Evidence, Scope};
use crate::sentiment;
use crate::settings::Settings;
use crate::text::Text;
use crate::vectors::Vectoriser;
use crate::weights::Weights;

/// Intents named in an answer, at most.
const MOST_INTENTS: usize = 5;
/// Less likely ones are not named.
const LEAST_CONFIDENCE: f32 = 0.01;
/// Of a longer text only the beginning is read, in bytes: a few pages say what is meant, and time stays bounded.
const LONGEST: usize = 32_768;

/// Knows what texts mean.
#[derive(Debug, Clone)]
pub struct Model {
    settings: Settings,
    languages: Languages,
    lists: Lists,
    classifier: Classifier,
}

/// Tells intents apart.
#[derive(Debug, Clone)]
pub(crate) struct Classifier {
    pub(crate) intents: Vec<String>,
    /// Whether the last plane is that of texts out of scope.
    pub(crate) listens_for_strangers: bool,
    pub(crate) vectoriser: Vectoriser,
    pub(crate) weights: Weights,
    pub(crate) calibration: Calibration,
    pub(crate) scope: Scope,
}

impl Model {
    pub(crate) fn new(settings: Settings, languages: Languages, lists: Lists, classifier: Classifier) -> Self {
        Self { settings, languages, lists, classifier }
    }

    /// What a text means.
    #[must_use]
    pub fn analyze(&self, message: &str, circumstances: &Circumstances) -> Analysis {
        let message = beginning(message);
        let text = Text::read(message);
        let language = self.languages.detect(&text, circumstances.language.as_deref());
        let scanner = Scanner::new(&self.settings, &self.lists);
        let entities = scanner.scan(message, &text, language.tag, &circumstances.expected, circumstances.now);
        let (intents, out_of_scope) = self.classifier.classify(&count(&text, &entities));
        Analysis {
            language: language.tag.to_owned(),
            language_confidence: language.confidence,
            intents,
            out_of_scope,
            entities,
            sentiment: sentiment::of(message, &text),
        }
    }

    /// The model as bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut writer = Writer::new();
        self.languages.write(&mut writer);
        self.lists.write(&mut writer);
        self.classifier.write(&mut writer);
        writer.finish()
    }

    /// Reads what [`Model::to_bytes`] wrote.
    ///
    /// # Errors
    /// Why these bytes are no model of this plugin, and what to do.
    pub fn from_bytes(settings: Settings, bytes: &[u8]) -> Result<Self, LoadError> {
        let mut reader = Reader::open(bytes)?;
        let languages = Languages::read(&mut reader)?;
        let lists = Lists::read(&mut reader)?;
        let classifier = Classifier::read(&mut reader)?;
        reader.close()?;
        Ok(Self { settings, languages, lists, classifier })
    }
}

impl Classifier {
    /// Intents, best first, and the likelihood that none is meant.
    fn classify(&self, counts: &[Count]) -> (Vec<Intent>, f32) {
        let vector = self.vectoriser.vector(counts);
        if vector.indices.is_empty() {
            return (Vec::new(), 1.0);
        }
        let mut scores = self.weights.scores(&vector);
        let stranger = if self.listens_for_strangers { scores.pop() } else { None };
        let evidence = Evidence::new(&scores, stranger, vector.unknown, vector.indices.len());
        let likelihoods = self.calibration.likelihoods(&scores);
        let mut ranked: Vec<(usize, f32)> = likelihoods.into_iter().enumerate().collect();
        let better = |one: &(usize, f32), other: &(usize, f32)| other.1.total_cmp(&one.1).then(one.0.cmp(&other.0));
        if ranked.len() > MOST_INTENTS {
            ranked.select_nth_unstable_by(MOST_INTENTS, better);
            ranked.truncate(MOST_INTENTS);
        }
        ranked.sort_unstable_by(better);
        let named = ranked.into_iter().filter(|(_, confidence)| *confidence >= LEAST_CONFIDENCE);
        let intents = named.map(|(class, confidence)| Intent { name: self.intents[class].clone(), confidence });
        (intents.collect(), self.scope.likelihood(&evidence))
    }

    fn write(&self, writer: &mut Writer) {
        writer.texts(&self.intents);
        writer.number(u32::from(self.listens_for_strangers));
        self.vectoriser.write(writer);
        self.weights.write(writer);
        self.calibration.write(writer);
        self.scope.write(writer);
    }

    fn read(reader: &mut Reader<'_>) -> Result<Self, LoadError> {
        let intents = reader.texts()?;
        let listens_for_strangers = reader.number()? == 1;
        let vectoriser = Vectoriser::read(reader)?;
        let classes = intents.len() + usize::from(listens_for_strangers);
        if intents.is_empty() || classes > usize::from(u16::MAX) {
            return Err(LoadError::Damaged("a number of intents that cannot be"));
        }
        let weights = Weights::read(reader, classes, vectoriser.features())?;
        let calibration = Calibration::read(reader)?;
        let scope = Scope::read(reader)?;
        Ok(Self { intents, listens_for_strangers, vectoriser, weights, calibration, scope })
    }
}

/// As much of a text as is read, up to a whole character.
fn beginning(message: &str) -> &str {
    &message[..message.floor_char_boundary(LONGEST)]
}
