//! `/api/v1/dead-letters`: what did not arrive.

mod list;
mod resend;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.route(&list::OPERATION, list::handle).route(&resend::OPERATION, resend::handle)
}
