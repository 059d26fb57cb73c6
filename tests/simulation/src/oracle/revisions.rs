//! What was decided about revisions is what every node serves by, and none is left halfway through its checks.

use sportello_domain::revision::{RevisionId, RevisionState};
use sportello_engine::catalog::Catalog;
use sportello_engine::ports::store::Revisions;

use crate::world::World;

/// What is not as it was decided yet, in words.
pub(super) async fn unsettled(world: &World) -> Vec<String> {
    let mut stuck = vec![];
    let records = world.store.revisions().await.unwrap_or_default();
    for record in records.iter().filter(|record| is_halfway(&record.state)) {
        stuck.push(format!("{} is {}", record.revision.id, record.state));
    }
    let rollouts = world.store.rollouts().await.unwrap_or_default();
    let catalogs: Vec<_> =
        (world.state().nodes.iter()).map(|node| node.engine.as_ref().map(|engine| engine.catalog())).collect();
    for (node, catalog) in catalogs.into_iter().enumerate() {
        let Some(catalog) = catalog else {
            stuck.push(format!("node {node} does not run"));
            continue;
        };
        for rollout in &rollouts {
            let tried = rollout.candidate.as_ref().map(|candidate| &candidate.revision);
            let shown = catalog.trials.get(&rollout.name).map(|trial| &trial.candidate.revision);
            if serving(&catalog, &rollout.name) != rollout.active.as_ref() || shown != tried {
                stuck.push(format!("node {node} does not serve `{}` as it was decided", rollout.name));
            }
        }
    }
    stuck
}

fn is_halfway(state: &RevisionState) -> bool {
    use RevisionState::{Compiled, Linked, SelfTested, Uploaded};
    matches!(state, Uploaded | Compiled | Linked | SelfTested)
}

fn serving<'a>(catalog: &'a Catalog, name: &str) -> Option<&'a RevisionId> {
    catalog.revisions().find(|revision| revision.name == name).map(|revision| &revision.id)
}
