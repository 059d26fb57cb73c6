//! `/api/v1/revisions`: one revision, and what is decided about it.

mod canary;
mod diff;
mod grant;
mod promote;
mod replay;
mod show;
mod view;

pub(super) use view::View;

use serde::Deserialize;

use crate::routes::Routes;

/// Why somebody decides so, for the record.
#[derive(Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct Why {
    #[serde(default)]
    pub(super) why: String,
}

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&show::OPERATION, show::handle)
        .route(&diff::OPERATION, diff::handle)
        .route(&replay::OPERATION, replay::handle)
        .route(&canary::OPERATION, canary::handle)
        .route(&promote::OPERATION, promote::handle)
        .route(&grant::OPERATION, grant::handle)
}
