//! What messages are made of.

use sportello_domain::contract;

use super::{record, variant};
use crate::bindings::types;

variant!(types::MediaKind = contract::MediaKind { Image, Audio, Voice, Video, Document, Sticker });
record!(types::Stored = contract::Stored { id, url });
variant!(types::MediaSource = contract::MediaSource { Platform(id), Url(url), Stored(file), Inline(bytes) });
record!(types::Media = contract::Media { kind, source, mime_type, file_name, caption, size, duration });
record!(types::Location = contract::Location { latitude, longitude, name, address });
record!(types::ContactCard = contract::ContactCard { name, phones, emails });
variant!(types::ChoiceKind = contract::ChoiceKind { Answer, Link(url), AskLocation, AskPhone });
record!(types::Choice = contract::Choice { id, title, description, kind });
record!(types::Choices = contract::Choices { prompt, options });
record!(types::Selection = contract::Selection { id, title, data });
variant!(types::Parameter = contract::Parameter { Text(text), Media(media) });
record!(types::Template = contract::Template { name, language, parameters });
record!(types::Native = contract::Native { kind, summary, data });
variant!(types::Content = contract::Content {
    Text(text),
    Media(media),
    Location(place),
    Contacts(cards),
    Choices(choices),
    Selection(selection),
    Template(template),
    Native(native),
});
