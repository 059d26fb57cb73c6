//! What an action says of itself: where it is, what it asks for, what it answers.

use crate::api::token::Scope;
use crate::problem::Kind;

/// An action: its route, its guard and its entry in the OpenAPI document are made of this.
#[derive(Debug)]
pub(crate) struct Operation {
    /// Unique; in camel case, for generated clients.
    pub(crate) id: &'static str,
    pub(crate) verb: Verb,
    /// As axum and OpenAPI both write it; a last segment `{*rest}` takes whatever follows.
    pub(crate) path: &'static str,
    /// What it is about.
    pub(crate) tag: Tag,
    /// For people, in one line.
    pub(crate) summary: &'static str,
    /// What a token has to allow; none: anybody may.
    pub(crate) scope: Option<Scope>,
    pub(crate) parameters: &'static [Parameter],
    pub(crate) body: Body,
    /// Answers of success.
    pub(crate) answers: &'static [Answer],
    /// What may be wrong, apart from what may be wrong everywhere.
    pub(crate) problems: &'static [Kind],
}

/// The method of an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Get,
    Post,
    Delete,
    /// Whatever a platform likes to send.
    Any,
}

/// What an action is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tag {
    Conversations,
    Operations,
    Plugins,
    Nlu,
    Tokens,
    Webhooks,
    Server,
}

impl Tag {
    pub(crate) const ALL: [Self; 7] =
        [Self::Conversations, Self::Operations, Self::Plugins, Self::Nlu, Self::Tokens, Self::Webhooks, Self::Server];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Conversations => "conversations",
            Self::Operations => "operations",
            Self::Plugins => "plugins",
            Self::Nlu => "nlu",
            Self::Tokens => "tokens",
            Self::Webhooks => "webhooks",
            Self::Server => "server",
        }
    }

    pub(crate) fn description(self) -> &'static str {
        match self {
            Self::Conversations => "What customers and the bot said, and what agents do.",
            Self::Operations => "What went wrong, and how to set it right.",
            Self::Plugins => "What serves, what is tried, and what came before.",
            Self::Nlu => {
                "What was not understood, what people say that it means, and what the classifier learns of it."
            }
            Self::Tokens => "Who may use this API.",
            Self::Webhooks => "What platforms call.",
            Self::Server => "How the server is.",
        }
    }
}

/// A parameter.
#[derive(Debug)]
pub(crate) struct Parameter {
    pub(crate) name: &'static str,
    pub(crate) place: Place,
    pub(crate) description: &'static str,
    pub(crate) shape: Shape,
}

/// Where a parameter stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Always required.
    Path,
    /// Never required.
    Query,
    /// Never required.
    Header,
}

/// What a parameter may be.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    Text,
    Flag,
    Id,
    /// A number from 1 to [`crate::api::input::MOST`].
    Limit,
    /// A number from 0.
    Number,
    OneOf(&'static [&'static str]),
}

/// The body of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Body {
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// Whatever a platform likes to send.
    Raw,
}

/// An answer of success.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) description: &'static str,
    pub(crate) content: Content,
}

/// The body of an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Content {
    Nothing,
    /// JSON of this schema.
    Json(&'static str),
    /// Text of this media type.
    Text(&'static str),
}

/// The id of a path.
pub(crate) const ID: Parameter = Parameter { name: "id", place: Place::Path, description: "Its id.", shape: Shape::Id };

/// The name of a path.
pub(crate) const NAME: Parameter =
    Parameter { name: "id", place: Place::Path, description: "The name in the configuration.", shape: Shape::Text };

/// The revision of a path.
pub(crate) const REVISION: Parameter = Parameter {
    name: "id",
    place: Place::Path,
    description: "A revision, such as `faq@3f2a9c1b7d04`.",
    shape: Shape::Text,
};

/// How many at most.
pub(crate) const LIMIT: Parameter = Parameter {
    name: "limit",
    place: Place::Query,
    description: "How many at most; 100 where nothing is said.",
    shape: Shape::Limit,
};
