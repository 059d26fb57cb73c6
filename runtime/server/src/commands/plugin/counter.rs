//! Where commands about revisions are handed in: the server of the configuration, or one elsewhere.

use anyhow::Context as _;
use hyper::Method;
use serde_json::{Value, json};

use crate::admin::Api;
use crate::cli::Target;
use crate::commands::{environment, store};
use crate::print;

/// A connection to the server, and how its answers are told.
pub(in crate::commands) struct Counter {
    api: Api,
    pub(in crate::commands) json: bool,
    pub(in crate::commands) why: String,
}

impl Counter {
    /// Connects.
    ///
    /// # Errors
    /// No server runs there, or a token is missing.
    pub(in crate::commands) async fn reach(target: Target) -> anyhow::Result<Self> {
        let Target { config, server, token, json, why } = target;
        let api = match server {
            Some(url) => {
                let token = token.or_else(|| environment("SPORTELLO_TOKEN"));
                let token =
                    token.context("a server elsewhere asks for a token: give --token, or set SPORTELLO_TOKEN")?;
                Api::elsewhere(&url, token).await?
            }
            None => Api::here(&store(&config)?).await?,
        };
        Ok(Self { api, json, why })
    }

    pub(in crate::commands) async fn get(&mut self, path: &str) -> anyhow::Result<Value> {
        self.api.ask(Method::GET, path, None).await
    }

    /// With the operator's reason.
    pub(in crate::commands) async fn post(&mut self, path: &str, mut body: Value) -> anyhow::Result<Value> {
        body["why"] = Value::from(self.why.clone());
        self.send(path, &body).await
    }

    /// As it is.
    pub(in crate::commands) async fn send(&mut self, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.api.ask(Method::POST, path, Some(body)).await
    }

    /// Uploads bytes; their digest.
    pub(in crate::commands) async fn upload(&mut self, bytes: Vec<u8>) -> anyhow::Result<Value> {
        let kept: Value = self.api.send(Method::POST, "/api/v1/artefacts", bytes).await?;
        Ok(kept["digest"].clone())
    }

    /// The whole id of a revision of which the beginning is given.
    pub(in crate::commands) async fn resolve(&mut self, beginning: &str) -> anyhow::Result<String> {
        let name = beginning.split('@').next().unwrap_or_default();
        let known = self.get(&format!("/api/v1/plugins/{name}")).await?;
        let ids = known["revisions"].as_array().into_iter().flatten().filter_map(|revision| revision["id"].as_str());
        let mut fitting = ids.filter(|id| beginning.contains('@') && id.starts_with(beginning));
        match (fitting.next(), fitting.next()) {
            (Some(id), None) => Ok(id.to_owned()),
            (Some(one), Some(other)) => anyhow::bail!("`{beginning}` may be {one} or {other}: write more of it"),
            (None, _) => anyhow::bail!("there is no revision `{beginning}`: `sportello plugin show {name}` lists them"),
        }
    }

    /// Prints an answer: as it is for scripts, else in these words.
    pub(in crate::commands) fn tell(&self, answer: &Value, words: impl FnOnce(&Value) -> String) -> anyhow::Result<()> {
        let text = if self.json { serde_json::to_string_pretty(answer)? } else { words(answer) };
        Ok(print::out(&text)?)
    }

    /// Tells how it goes, where people read.
    pub(in crate::commands) fn progress(&self, line: &str) -> anyhow::Result<()> {
        if !self.json {
            print::err(line)?;
        }
        Ok(())
    }
}

/// An empty body, which `why` is put into.
pub(in crate::commands) fn nothing() -> Value {
    json!({})
}
