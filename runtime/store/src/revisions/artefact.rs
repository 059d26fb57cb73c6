//! Bytes that revisions are made of.

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
};

pub(super) struct Find(pub(super) [u8; 32]);

impl Operation for Find {
    type Output = Option<Vec<u8>>;
    const NAME: &'static str = "fetch what a revision is made of";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let find = Statement::of("SELECT bytes FROM artefact WHERE digest = $1").bind(&self.0[..]);
        unit.run(find).await?.first().map(|mut row| row.bytes()).transpose()
    }
}

pub(super) struct Keep {
    pub(super) digest: [u8; 32],
    pub(super) bytes: Vec<u8>,
}

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep what a revision is made of";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let keep = Statement::of("INSERT INTO artefact (digest, bytes) VALUES ($1, $2) ON CONFLICT DO NOTHING");
        unit.run(keep.bind(&self.digest[..]).bind(&self.bytes[..])).await.map(|_| ())
    }
}
