//! Constructors for what messages are made of.

use crate::types::{Choice, ChoiceKind, Choices, Content, Location, Media, MediaKind, MediaSource, Native, Template};

impl Content {
    /// Plain text; `*bold*`, `_italic_` and bare links are the only markup.
    #[must_use]
    pub fn text(text: impl Into<String>) -> Self {
        Content::Text(text.into())
    }

    /// A question with ready answers: see [`answer`] and [`link`].
    #[must_use]
    pub fn choices(prompt: impl Into<String>, options: impl IntoIterator<Item = Choice>) -> Self {
        Content::Choices(Choices { prompt: prompt.into(), options: options.into_iter().collect() })
    }

    /// A place; degrees of WGS 84.
    #[must_use]
    pub fn location(latitude: f64, longitude: f64, name: Option<String>, address: Option<String>) -> Self {
        Content::Location(Location { latitude, longitude, name, address })
    }

    /// A template with the values of its body, in order.
    #[must_use]
    pub fn template(name: &str, language: &str, body: impl IntoIterator<Item = String>) -> Self {
        let values: Vec<_> = body.into_iter().map(crate::types::Parameter::Text).collect();
        let parameters = if values.is_empty() { vec![] } else { vec![("body".to_owned(), values)] };
        Content::Template(Template { name: name.to_owned(), language: language.to_owned(), parameters })
    }

    /// What the vocabulary has no word for.
    #[must_use]
    pub fn native(kind: &str, summary: impl Into<String>, data: &serde_json::Value) -> Self {
        Content::Native(Native { kind: kind.to_owned(), summary: summary.into(), data: data.to_string() })
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Content::text(text)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Content::Text(text)
    }
}

impl From<Media> for Content {
    fn from(media: Media) -> Self {
        Content::Media(media)
    }
}

impl Media {
    /// A file of which nothing but kind and source is known.
    #[must_use]
    pub fn new(kind: MediaKind, source: MediaSource) -> Self {
        Self { kind, source, mime_type: None, file_name: None, caption: None, size: None, duration: None }
    }

    /// A file at a public address.
    #[must_use]
    pub fn at(kind: MediaKind, url: impl Into<String>) -> Self {
        Self::new(kind, MediaSource::Url(url.into()))
    }
}

impl Choice {
    /// Adds a line that explains the choice.
    #[must_use]
    pub fn describe(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }
}

/// A ready answer: `id` comes back in the selection.
#[must_use]
pub fn answer(id: impl Into<String>, title: impl Into<String>) -> Choice {
    Choice { id: id.into(), title: title.into(), description: None, kind: ChoiceKind::Answer }
}

/// What the id of a choice begins with that stands for an intent.
pub(crate) const INTENT: &str = "intent:";

/// A ready answer that stands for an intent: the host routes it as if the customer had said so.
#[must_use]
pub fn intent(name: &str, title: impl Into<String>) -> Choice {
    answer(format!("{INTENT}{name}"), title)
}

/// A choice that opens a web page.
#[must_use]
pub fn link(title: impl Into<String>, url: impl Into<String>) -> Choice {
    Choice { id: String::new(), title: title.into(), description: None, kind: ChoiceKind::Link(url.into()) }
}
