//! `/api/v1/quarantine`: what arrived and could not be read or placed.

mod discard;
mod list;
mod run;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&list::OPERATION, list::handle)
        .route(&run::OPERATION, run::handle)
        .route(&discard::OPERATION, discard::handle)
}
