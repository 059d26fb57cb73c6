//! `/api/v1/artefacts`: bytes that revisions are made of.

mod keep;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes.route(&keep::OPERATION, keep::handle)
}
