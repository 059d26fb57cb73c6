//! What messages are made of.

use serde::{Deserialize, Serialize};

use super::{Bytes, Json, Locale};

/// The sort of a media file, as customers tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[allow(missing_docs, reason = "the names say it")]
pub enum MediaKind {
    Image,
    Audio,
    Voice,
    Video,
    Document,
    Sticker,
}

/// A file kept by the host.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Stored {
    /// Goes into a body as a piece.
    pub id: String,
    /// Public and short-lived.
    pub url: String,
}

/// Where a media file is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MediaSource {
    /// The platform's own id.
    Platform(String),
    /// A public address.
    Url(String),
    /// A file kept by the host.
    Stored(Stored),
    /// It came with the message.
    Inline(Bytes),
}

/// A file in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Media {
    pub kind: MediaKind,
    pub source: MediaSource,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caption: Option<String>,
    /// Bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration: Option<u32>,
}

/// A place.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct Location {
    /// Degrees, WGS 84.
    pub latitude: f64,
    /// Degrees, WGS 84.
    pub longitude: f64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
}

/// A business card.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
#[allow(missing_docs, reason = "the names say it")]
pub struct ContactCard {
    pub name: String,
    #[serde(default)]
    pub phones: Vec<String>,
    #[serde(default)]
    pub emails: Vec<String>,
}

/// What choosing an option does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChoiceKind {
    /// Comes back as a selection.
    Answer,
    /// Opens this address.
    Link(String),
    /// Asks the customer to share where they are.
    AskLocation,
    /// Asks the customer to share their phone number.
    AskPhone,
}

/// One option of a question.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Choice {
    /// Comes back in the selection; at most 200 bytes.
    pub id: String,
    /// What the customer reads.
    pub title: String,
    /// A second line, where the platform shows one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What it does.
    pub kind: ChoiceKind,
}

/// A question with ready answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Choices {
    /// The question.
    pub prompt: String,
    /// The answers.
    pub options: Vec<Choice>,
}

/// What the customer chose.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Selection {
    /// The id of the option.
    pub id: String,
    /// What the customer read on it.
    pub title: String,
    /// What a form brought.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<Json>,
}

/// A value of a placeholder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Parameter {
    /// Words.
    Text(String),
    /// A file.
    Media(Media),
}

/// A message form that the platform has approved beforehand.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Template {
    /// The platform's name of it.
    pub name: String,
    /// Its language.
    pub language: Locale,
    /// Placeholder values, by component (`header`, `body`, `button:0`) and position.
    #[serde(default)]
    pub parameters: Vec<(String, Vec<Parameter>)>,
}

/// What the vocabulary has no word for, as the platform says it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Native {
    /// The platform's name of it.
    pub kind: String,
    /// For people.
    pub summary: String,
    /// As the platform sent or wants it.
    pub data: Json,
}

/// A part of a message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// `*bold*`, `_italic_` and bare links are the only markup.
    Text(String),
    /// A file.
    Media(Media),
    /// A place.
    Location(Location),
    /// Business cards.
    Contacts(Vec<ContactCard>),
    /// A question with ready answers.
    Choices(Choices),
    /// The answer to one.
    Selection(Selection),
    /// A form approved beforehand.
    Template(Template),
    /// Anything else.
    Native(Native),
}

impl Content {
    /// The words that a person would read, for language understanding, search and transcripts.
    #[must_use]
    pub fn words(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Media(media) => media.caption.as_deref(),
            Self::Location(place) => place.name.as_deref(),
            Self::Choices(choices) => Some(&choices.prompt),
            Self::Selection(selection) => Some(&selection.title),
            Self::Native(native) => Some(&native.summary),
            Self::Contacts(_) | Self::Template(_) => None,
        }
    }
}
