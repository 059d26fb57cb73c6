//! Where builds are made ready to be called, and let go of.

use async_trait::async_trait;
use sportello_domain::revision::{Asks, Revision, RevisionId};
use sportello_engine::ports::store::Told;
use sportello_engine::ports::{Compiled, Ready, Unfit, Workshop};

use super::Clerk;
use crate::builds::{Build, CONTRACT};
use crate::catalog::{index, part};
use crate::plan::{Export, Point};
use crate::world::Fault;

#[async_trait]
impl Workshop for Clerk {
    async fn compile(&self, component: &[u8]) -> Result<Compiled, Unfit> {
        self.seat.alive().await;
        let Revision { kind, digest, .. } = read(component)?.revision();
        Ok(Compiled { kind, digest, contract: CONTRACT.to_owned() })
    }

    async fn make_ready(&self, revision: &Revision, component: &[u8], _: Option<&[u8]>) -> Result<Ready, Unfit> {
        if let Some(Fault::Traps | Fault::Busy) = self.seat.reach(Point::Plugin(Export::Link), None).await {
            return Err(Unfit::Here("a fault of the simulation".to_owned()));
        }
        let build = read(component)?;
        let channels = &self.seat.world.plan.setup.channels;
        let part = part(&build, revision, channels[index(&build.name).unwrap_or(0) % channels.len()]);
        let told = Told { memory_version: build.memory_version(), asks: Asks::default(), wants: Asks::default() };
        self.ready().insert(revision.id.clone(), build);
        Ok(Ready { part, told })
    }

    async fn self_test(&self, _component: &[u8]) -> Result<usize, Unfit> {
        self.seat.alive().await;
        Ok(1)
    }

    fn let_go(&self, revision: &RevisionId) {
        self.ready().remove(revision);
    }
}

fn read(component: &[u8]) -> Result<Build, Unfit> {
    Build::read(component).ok_or_else(|| Unfit::Revision("it is no component".to_owned()))
}
