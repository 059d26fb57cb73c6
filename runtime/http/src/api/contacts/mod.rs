//! `/api/v1/contacts`: the people who write, and forgetting one of them.

mod erase;
mod find;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.route(&find::OPERATION, find::handle).route(&erase::OPERATION, erase::handle)
}
