//! Access tokens of the API.

use async_trait::async_trait;
use sportello_domain::ids::TokenId;
use sportello_engine::ports::store::{Stored, TokenRecord, Tokens};

use crate::{
    columns::Fields,
    dialect::Row,
    error::{Done, Failure},
    script::{Answers, Script},
    store::SqliteStore,
    writer::{Command, Unit},
};

#[async_trait]
impl Tokens for SqliteStore {
    async fn create_token(&self, token: TokenRecord, secret_digest: [u8; 32]) -> Stored<()> {
        self.write(Create { token, secret_digest }).await
    }

    async fn token(&self, secret_digest: [u8; 32]) -> Stored<Option<TokenRecord>> {
        self.read("look up a token", async |pool| {
            let mut script = Script::of("SELECT id, name, scopes, created_at FROM token WHERE digest = ?");
            script.bind(&secret_digest[..]);
            script.ask(pool).await?.take().first().map(read).transpose()
        })
        .await
    }

    async fn tokens(&self) -> Stored<Vec<TokenRecord>> {
        self.read("list tokens", async |pool| {
            let script = Script::of("SELECT id, name, scopes, created_at FROM token ORDER BY id");
            script.ask(pool).await?.take().rows.iter().map(read).collect()
        })
        .await
    }

    async fn revoke_token(&self, id: TokenId) -> Stored<()> {
        self.write(Revoke(id)).await
    }
}

fn read(row: &Row) -> Done<TokenRecord> {
    let mut fields = Fields::of(row);
    Ok(TokenRecord { id: fields.id()?, name: fields.text()?, scopes: fields.json()?, created_at: fields.number()? })
}

struct Create {
    token: TokenRecord,
    secret_digest: [u8; 32],
}

#[async_trait]
impl Command for Create {
    type Output = ();
    const NAME: &'static str = "create a token";

    fn opening(&self) -> Script {
        let mut script = Script::of("INSERT INTO token (id, digest, name, scopes, created_at) VALUES (?, ?, ?, ?, ?)");
        script
            .bind(self.token.id)
            .bind(&self.secret_digest[..])
            .bind(&self.token.name)
            .json(&self.token.scopes)
            .bind(self.token.created_at);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        match opening {
            Ok(_) => Ok(()),
            Err(failure) if failure.is_constraint() => {
                Err(Failure::conflict("there is such a token already: draw another one"))
            }
            Err(failure) => Err(failure),
        }
    }
}

struct Revoke(TokenId);

#[async_trait]
impl Command for Revoke {
    type Output = ();
    const NAME: &'static str = "revoke a token";

    fn opening(&self) -> Script {
        let mut script = Script::of("DELETE FROM token WHERE id = ?");
        script.bind(self.0);
        script
    }

    async fn run(&self, _: &mut Unit<'_>, opening: Done<Answers>) -> Done<()> {
        match opening?.take().changes {
            0 => Err(Failure::missing("token", self.0)),
            _ => Ok(()),
        }
    }
}
