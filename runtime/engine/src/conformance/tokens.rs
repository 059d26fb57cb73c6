//! Access tokens of the API.
#![cfg(any(test, feature = "testing"))]

use sportello_domain::ids::TokenId;

use super::world::{NOW, World, digest};
use crate::ports::store::{StoreError, TokenRecord};

fn token(id: u128) -> TokenRecord {
    TokenRecord {
        id: TokenId::new(NOW, id),
        name: format!("script {id}"),
        scopes: vec!["conversations:read".into(), "operations:read".into()],
        created_at: NOW,
    }
}

pub async fn a_token_is_found_by_its_digest_until_it_is_revoked(world: &World<'_>) {
    world.store.create_token(token(1), digest("one")).await.unwrap();
    world.store.create_token(token(2), digest("two")).await.unwrap();
    assert_eq!(world.store.token(digest("one")).await.unwrap(), Some(token(1)));
    assert_eq!(world.store.token(digest("three")).await.unwrap(), None);
    assert_eq!(world.store.tokens().await.unwrap(), [token(1), token(2)]);
    world.store.revoke_token(TokenId::new(NOW, 1)).await.unwrap();
    assert_eq!(world.store.token(digest("one")).await.unwrap(), None);
    let gone = world.store.revoke_token(TokenId::new(NOW, 1)).await;
    assert!(matches!(gone, Err(StoreError::NotFound { .. })), "{gone:?}");
}

pub async fn a_token_is_made_once(world: &World<'_>) {
    world.store.create_token(token(1), digest("one")).await.unwrap();
    for (id, secret) in [(1, "two"), (2, "one")] {
        let taken = world.store.create_token(token(id), digest(secret)).await;
        assert!(matches!(taken, Err(StoreError::Conflict(_))), "{taken:?}");
    }
    assert_eq!(world.store.tokens().await.unwrap(), [token(1)]);
}
