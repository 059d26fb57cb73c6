//! Bytes that revisions are made of.

use sportello_domain::{Instant, revision::Revision};

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
    pub(super) time: Instant,
}

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep what a revision is made of";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let keep = Statement::of(
            "INSERT INTO artefact (digest, bytes, kept_at) VALUES ($1, $2, $3) \
             ON CONFLICT (digest) DO UPDATE SET kept_at = excluded.kept_at",
        );
        unit.run(keep.bind(&self.digest[..]).bind(&self.bytes[..]).bind(self.time)).await.map(|_| ())
    }
}

/// Those that no revision is made of.
pub(super) struct Forget {
    pub(super) before: Instant,
}

impl Operation for Forget {
    type Output = u64;
    const NAME: &'static str = "forget what no revision is made of";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<u64> {
        let old = unit.run(Statement::of("SELECT digest FROM artefact WHERE kept_at < $1").bind(self.before)).await?;
        let old: Vec<[u8; 32]> = old.all().map(|mut row| row.digest()).collect::<Done<_>>()?;
        let revisions = unit.run(Statement::of("SELECT revision FROM revision")).await?;
        let revisions: Vec<Revision> = revisions.all().map(|mut row| row.json()).collect::<Done<_>>()?;
        let mut forgotten = 0;
        for digest in old.iter().filter(|digest| !revisions.iter().any(|revision| revision.is_made_of(digest))) {
            // Handed in again meanwhile it stays.
            let forget = Statement::of("DELETE FROM artefact WHERE digest = $1 AND kept_at < $2");
            forgotten += unit.run(forget.bind(&digest[..]).bind(self.before)).await?.changes;
        }
        Ok(forgotten)
    }
}
