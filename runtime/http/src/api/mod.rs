//! `/api/v1`: what agents, operators and their tools use.

mod artefacts;
mod contacts;
mod conversations;
mod dead_letters;
pub(crate) mod guard;
mod held;
pub(crate) mod input;
mod nlu;
pub(crate) mod openapi;
mod plugins;
mod quarantine;
mod queue;
mod revisions;
pub(crate) mod token;
mod tokens;

use crate::routes::Routes;

pub(crate) fn routes(routes: Routes) -> Routes {
    let routes = queue::routes(contacts::routes(conversations::routes(routes)));
    let routes = held::routes(quarantine::routes(dead_letters::routes(routes)));
    let routes = revisions::routes(artefacts::routes(plugins::routes(routes)));
    tokens::routes(nlu::routes(routes))
}
