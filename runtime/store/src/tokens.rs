//! Access tokens of the API.

use async_trait::async_trait;
use sportello_domain::ids::TokenId;
use sportello_engine::ports::store::{Stored, TokenRecord, Tokens};

use crate::{
    error::{Done, Failure},
    operation::{Operation, Unit},
    sql::{Fields, Statement},
    store::SqlStore,
};

#[async_trait]
impl Tokens for SqlStore {
    async fn create_token(&self, token: TokenRecord, secret_digest: [u8; 32]) -> Stored<()> {
        self.write(Create { token, secret_digest }).await
    }

    async fn token(&self, secret_digest: [u8; 32]) -> Stored<Option<TokenRecord>> {
        self.read(Find(secret_digest)).await
    }

    async fn tokens(&self) -> Stored<Vec<TokenRecord>> {
        self.read(List).await
    }

    async fn revoke_token(&self, id: TokenId) -> Stored<()> {
        self.write(Revoke(id)).await
    }
}

fn read(mut fields: Fields) -> Done<TokenRecord> {
    Ok(TokenRecord { id: fields.id()?, name: fields.text()?, scopes: fields.json()?, created_at: fields.number()? })
}

struct Find([u8; 32]);

impl Operation for Find {
    type Output = Option<TokenRecord>;
    const NAME: &'static str = "look up a token";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Option<TokenRecord>> {
        let find = Statement::of("SELECT id, name, scopes, created_at FROM token WHERE digest = $1").bind(&self.0[..]);
        unit.run(find).await?.first().map(read).transpose()
    }
}

struct List;

impl Operation for List {
    type Output = Vec<TokenRecord>;
    const NAME: &'static str = "list tokens";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<Vec<TokenRecord>> {
        let list = Statement::of("SELECT id, name, scopes, created_at FROM token ORDER BY id");
        unit.run(list).await?.all().map(read).collect()
    }
}

struct Create {
    token: TokenRecord,
    secret_digest: [u8; 32],
}

impl Operation for Create {
    type Output = ();
    const NAME: &'static str = "create a token";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        let create =
            Statement::of("INSERT INTO token (id, digest, name, scopes, created_at) VALUES ($1, $2, $3, $4, $5)")
                .bind(self.token.id)
                .bind(&self.secret_digest[..])
                .bind(&self.token.name)
                .json(&self.token.scopes)
                .bind(self.token.created_at);
        match unit.run(create).await {
            Ok(_) => Ok(()),
            Err(Failure::Taken(_)) => Err(Failure::conflict("there is such a token already: draw another one")),
            Err(failure) => Err(failure),
        }
    }
}

struct Revoke(TokenId);

impl Operation for Revoke {
    type Output = ();
    const NAME: &'static str = "revoke a token";

    async fn run(&self, unit: &mut Unit<'_>) -> Done<()> {
        match unit.run(Statement::of("DELETE FROM token WHERE id = $1").bind(self.0)).await?.changes {
            0 => Err(Failure::missing("token", self.0)),
            _ => Ok(()),
        }
    }
}
