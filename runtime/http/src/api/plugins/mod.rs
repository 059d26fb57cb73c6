//! `/api/v1/plugins`: what serves, what is tried, and what came before.

mod list;
mod logs;
mod push;
mod roll_back;
mod show;

pub(super) use push::digest;

use crate::routes::Routes;

pub(super) fn routes(routes: Routes) -> Routes {
    routes
        .route(&list::OPERATION, list::handle)
        .route(&show::OPERATION, show::handle)
        .route(&logs::OPERATION, logs::handle)
        .route(&push::OPERATION, push::handle)
        .route(&roll_back::OPERATION, roll_back::handle)
}
