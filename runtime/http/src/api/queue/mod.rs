//! `/api/v1/queue`: who waits for a person.

mod list;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.route(&list::OPERATION, list::handle)
}
