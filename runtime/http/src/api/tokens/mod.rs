//! `/api/v1/tokens`: who may use this API.

mod create;
mod list;
mod revoke;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&list::OPERATION, list::handle)
        .route(&create::OPERATION, create::handle)
        .route(&revoke::OPERATION, revoke::handle)
}
