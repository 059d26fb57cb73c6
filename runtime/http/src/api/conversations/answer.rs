//! An agent answers.

use axum::Json;
use axum::extract::State;
use http::{HeaderMap, StatusCode};
use serde::{Deserialize, Serialize};
use sportello_domain::contract::Content as Part;
use sportello_domain::ids::{ConversationId, MessageId};
use sportello_engine::ports::store::Answered;

use crate::api::input::{self, Id};
use crate::api::token::Scope;
use crate::app::App;
use crate::operation::{Answer, Body, Content, ID, Operation, Parameter, Place, Shape, Tag, Verb};
use crate::problem::{Kind, Problem};

pub(super) const OPERATION: Operation = Operation {
    id: "answerConversation",
    verb: Verb::Post,
    path: "/api/v1/conversations/{id}/answer",
    tag: Tag::Conversations,
    summary: "An agent who has the conversation answers; the answer is signed with the agent's name",
    scope: Some(Scope::ConversationsWrite),
    parameters: &[ID, KEY],
    body: Body::Json("Answer"),
    answers: &[
        Answer { status: 201, description: "It is on its way.", content: Content::Json("Answered") },
        Answer {
            status: 200,
            description: "The key was used before: this is the line of then, and nothing new is sent.",
            content: Content::Json("Answered"),
        },
    ],
    problems: &[Kind::NotFound, Kind::Conflict],
};

const KEY: Parameter = Parameter {
    name: "idempotency-key",
    place: Place::Header,
    description: "Drawn by the client: the same key again is the same answer. Instead of `key` in the body.",
    shape: Shape::Text,
};

/// Most bytes of a key.
const LONGEST_KEY: usize = 200;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Given {
    agent: String,
    key: Option<String>,
    owner_epoch: Option<u64>,
    text: Option<String>,
    contents: Option<Vec<Part>>,
}

#[derive(Serialize)]
pub(super) struct Line {
    message: MessageId,
    new: bool,
}

pub(super) async fn handle(
    State(app): State<App>,
    Id(id): Id<ConversationId>,
    headers: HeaderMap,
    input::Json(given): input::Json<Given>,
) -> Result<(StatusCode, Json<Line>), Problem> {
    let answer = sportello_engine::Answer {
        agent: input::name("agent", &given.agent)?,
        key: key(&headers, given.key)?.unwrap_or_else(|| format!("{:032x}", app.engine.bits())),
        owner_epoch: given.owner_epoch,
        contents: contents(given.text, given.contents)?,
    };
    let (status, message, new) = match app.engine.answer(id, answer).await? {
        Answered::New(line) => (StatusCode::CREATED, line, true),
        Answered::Known(line) => (StatusCode::OK, line, false),
    };
    Ok((status, Json(Line { message, new })))
}

/// Without a key each call is an answer of its own.
fn key(headers: &HeaderMap, in_body: Option<String>) -> Result<Option<String>, Problem> {
    let in_header = headers.get(KEY.name).map(|key| key.to_str().map(str::to_owned).unwrap_or_default());
    let key = match (in_header, in_body) {
        (Some(header), Some(body)) if header != body => {
            return Err(Problem::new(Kind::Malformed, "`Idempotency-Key` and `key` differ: send one of them"));
        }
        (header, body) => header.or(body),
    };
    match key {
        Some(key) if key.is_empty() || key.len() > LONGEST_KEY => {
            Err(Problem::new(Kind::Malformed, format!("the key has to be of 1 to {LONGEST_KEY} bytes of ASCII")))
        }
        key => Ok(key),
    }
}

fn contents(text: Option<String>, contents: Option<Vec<Part>>) -> Result<Vec<Part>, Problem> {
    match (text, contents) {
        (Some(text), None) if !text.trim().is_empty() => Ok(vec![Part::Text(text)]),
        (None, Some(contents)) if !contents.is_empty() => Ok(contents),
        _ => Err(Problem::new(Kind::Malformed, "say something: either `text` or `contents`, and not empty")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keyed(header: Option<&str>, body: Option<&str>) -> Result<Option<String>, Kind> {
        let pairs = header.map(|value| (http::HeaderName::from_static(KEY.name), value.parse().unwrap()));
        key(&pairs.into_iter().collect(), body.map(str::to_owned)).map_err(|problem| problem.kind)
    }

    #[test]
    fn the_key_is_of_the_header_or_of_the_body() {
        assert_eq!(keyed(Some("a"), None), Ok(Some("a".into())));
        assert_eq!(keyed(None, Some("b")), Ok(Some("b".into())));
        assert_eq!(keyed(Some("a"), Some("a")), Ok(Some("a".into())));
        assert_eq!(keyed(Some("a"), Some("b")), Err(Kind::Malformed));
        assert_eq!(keyed(Some(""), None), Err(Kind::Malformed));
        assert_eq!(keyed(None, None), Ok(None));
    }

    #[test]
    fn an_answer_says_something_in_one_way() {
        let part = Part::Text("Hello".into());
        assert_eq!(contents(Some("Hello".into()), None).unwrap(), vec![part.clone()]);
        assert_eq!(contents(None, Some(vec![part.clone()])).unwrap(), vec![part.clone()]);
        for (text, parts) in [(Some(" "), None), (None, Some(vec![])), (None, None), (Some("a"), Some(vec![part]))] {
            assert!(contents(text.map(str::to_owned), parts).is_err(), "{text:?}");
        }
    }
}
