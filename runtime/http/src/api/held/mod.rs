//! `/api/v1/held`: what waits for an operator since a backup was put back.

mod discard;
mod list;
mod release;

use serde::Deserialize;
use sportello_domain::ids::ConversationId;

use crate::operation::{Parameter, Place, Shape};
use crate::routes::Routes;

const CONVERSATION: Parameter = Parameter {
    name: "conversation",
    place: Place::Query,
    description: "Only what is held in this conversation; all where nothing is said.",
    shape: Shape::Id,
};

/// Which of it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Choice {
    conversation: Option<ConversationId>,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&list::OPERATION, list::handle)
        .route(&release::OPERATION, release::handle)
        .route(&discard::OPERATION, discard::handle)
}
