//! What platforms call: `/hooks/{channel}` and whatever stands below it.

mod receive;
mod response;
mod webhook;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    routes.route(&receive::OPERATION, receive::handle).route(&receive::BELOW, receive::handle)
}
