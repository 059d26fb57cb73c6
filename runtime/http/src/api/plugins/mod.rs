//! `/api/v1/plugins`: what is loaded.

mod list;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.route(&list::OPERATION, list::handle)
}
