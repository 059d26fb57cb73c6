//! Plugins, kept for nodes that lack their files.

use sportello_engine::ports::store::Stored;

use crate::{
    error::Done,
    operation::{Operation, Unit},
    sql::Statement,
    store::SqlStore,
};

impl SqlStore {
    /// The plugins that are kept, by name, each with the SHA-256 of its bytes.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn components(&self) -> Stored<Vec<(String, [u8; 32])>> {
        self.read(List).await
    }

    /// The bytes of a plugin.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn component(&self, name: &str) -> Stored<Option<Vec<u8>>> {
        self.read(Find(name.to_owned())).await
    }

    /// Keeps a plugin, in place of what had its name.
    ///
    /// # Errors
    /// Those of the store.
    pub async fn keep_component(&self, name: String, digest: [u8; 32], bytes: Vec<u8>) -> Stored<()> {
        self.write(Keep { name, digest, bytes }).await
    }
}

struct List;

impl Operation for List {
    type Output = Vec<(String, [u8; 32])>;
    const NAME: &'static str = "list plugins";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let list = unit.run(Statement::of("SELECT name, digest FROM component ORDER BY name")).await?;
        list.all().map(|mut row| Ok((row.text()?, row.digest()?))).collect()
    }
}

struct Find(String);

impl Operation for Find {
    type Output = Option<Vec<u8>>;
    const NAME: &'static str = "fetch a plugin";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Self::Output> {
        let find = Statement::of("SELECT bytes FROM component WHERE name = $1").bind(&self.0);
        unit.run(find).await?.first().map(|mut row| row.bytes()).transpose()
    }
}

struct Keep {
    name: String,
    digest: [u8; 32],
    bytes: Vec<u8>,
}

impl Operation for Keep {
    type Output = ();
    const NAME: &'static str = "keep a plugin";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let keep = Statement::of(
            "INSERT INTO component (name, digest, bytes) VALUES ($1, $2, $3) \
             ON CONFLICT (name) DO UPDATE SET digest = excluded.digest, bytes = excluded.bytes",
        );
        unit.run(keep.bind(&self.name).bind(&self.digest[..]).bind(&self.bytes[..])).await.map(|_| ())
    }
}
