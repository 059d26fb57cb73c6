//! `/api/v1/conversations`: what was said, and what agents do.

mod answer;
mod hand_back;
mod list;
mod messages;
mod resolve;
mod show;
mod take;
mod turns;

use serde::Deserialize;
use sportello_domain::ids::ConversationId;
use sportello_engine::ports::store::Overview;

use crate::app::App;
use crate::problem::Problem;
use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&list::OPERATION, list::handle)
        .route(&show::OPERATION, show::handle)
        .route(&messages::OPERATION, messages::handle)
        .route(&turns::OPERATION, turns::handle)
        .route(&take::OPERATION, take::handle)
        .route(&answer::OPERATION, answer::handle)
        .route(&hand_back::OPERATION, hand_back::handle)
        .route(&resolve::OPERATION, resolve::handle)
}

/// Who does it.
#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct ByAgent {
    agent: String,
}

async fn found(app: &App, id: ConversationId) -> Result<Overview, Problem> {
    app.engine.store().conversation(id).await?.ok_or_else(|| Problem::not_found("conversation", id))
}
