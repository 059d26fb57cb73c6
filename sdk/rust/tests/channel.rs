//! A channel through its export: what becomes of requests, refusals, and settings that do not fit.
#![allow(clippy::expect_used, clippy::panic, reason = "a test fails so")]

use serde::Deserialize;
use serde_json::json;
use sportello_sdk::bindings::channel::exports::sportello::plugin::channel::{Guest, ReceiveStep, SendStep};
use sportello_sdk::channel::{
    Act, Adapter, Author, Capabilities, Channel, Chore, Context, Delivery, Description, Health, Receipt, Reception,
    Refusal, Webhook,
};
use sportello_sdk::http::{Request, Url};
use sportello_sdk::signature::{Encoding, check_hmac, hex};
use sportello_sdk::types::{Exchange, Failure, Media, MediaKind, Thread, Visibility};
use sportello_sdk::vault::{Digest, hmac_by};
use sportello_sdk::{Stop, testing};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Settings {
    api_base: String,
}

/// Believes what is signed, and sends nothing but read marks.
struct Plain;

impl Channel for Plain {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "plain".to_owned(),
            version: "1.0.0".to_owned(),
            summary: "A channel of a test.".to_owned(),
            settings_schema: "{}".to_owned(),
            secrets: vec!["key".to_owned()],
            hosts: vec![],
            redelivery: None,
            poll_every: None,
        }
    }

    fn carries(_: &Settings) -> Capabilities {
        Capabilities::text_only(100)
    }

    fn receive(_: &Context<Settings>, webhook: Webhook) -> Result<Reception, Stop<Refusal>> {
        let signature = webhook.header("x-signature").unwrap_or_default();
        check_hmac(Digest::Sha1, "key", &webhook.body, signature, Encoding::Hex)?;
        Ok(Reception::events(vec![]))
    }

    fn send(context: &Context<Settings>, delivery: Delivery) -> Result<Receipt, Stop<Failure>> {
        let url = Url::new(&context.settings.api_base).segment(&delivery.thread.address);
        context.fetch(Request::post(url))?.map_err(|_| Failure::Retry(None))?;
        Ok(Receipt::done())
    }

    fn tend(context: &Context<Settings>, _: Chore) -> Result<Health, Stop<Failure>> {
        Ok(Health { account: None, notes: vec![], again_at: Some(context.now) })
    }
}

type Exported = Adapter<Plain>;

fn context() -> sportello_sdk::types::Context {
    testing::context(&json!({"api-base": "https://api.example"}))
}

fn unfit() -> sportello_sdk::types::Context {
    testing::context(&json!({}))
}

fn webhook(signature: &str) -> Webhook {
    let headers = vec![("X-Signature".to_owned(), signature.to_owned())];
    Webhook { method: "POST".to_owned(), url: "https://bot.example/hooks/plain".to_owned(), headers, body: vec![1, 2] }
}

fn delivery() -> Delivery {
    let thread = Thread { address: "a/b".to_owned(), visibility: Visibility::Private, parent: None, memo: None };
    Delivery { id: "1".to_owned(), account: None, thread, author: Author::Bot, act: Act::Seen("m".to_owned()) }
}

#[test]
fn a_signed_webhook_is_taken_and_another_refused() {
    testing::secrets(&[("key", "k")]);
    let signature = hex(&hmac_by(Digest::Sha1, "key", &[1, 2]).expect("a secret"));
    let taken = Exported::receive(context(), webhook(&signature), vec![]).expect("taken");
    assert!(matches!(taken, ReceiveStep::Done(reception) if reception.response.status == 200));
    let refused = Exported::receive(context(), webhook("00"), vec![]);
    assert!(matches!(refused, Err(Refusal::Unauthorised(_))));
}

#[test]
fn a_delivery_is_performed_and_then_done() {
    let Ok(SendStep::Perform(requests)) = Exported::send(context(), delivery(), vec![]) else { panic!("a request") };
    assert_eq!(requests[0].url, "https://api.example/a%2Fb");
    let response = sportello_sdk::types::HttpResponse::status(200);
    let exchange = Exchange { request: requests[0].clone(), outcome: Ok(response) };
    assert!(matches!(Exported::send(context(), delivery(), vec![exchange]), Ok(SendStep::Done(_))));
}

#[test]
fn settings_that_do_not_fit_reject_a_delivery() {
    let Err(Failure::Rejected(reason)) = Exported::send(unfit(), delivery(), vec![]) else { panic!("not rejected") };
    assert!(reason.contains("`api-base`"), "{reason}");
}

#[test]
#[should_panic(expected = "`api-base`")]
fn settings_that_do_not_fit_trap_while_receiving_so_that_nothing_is_lost() {
    let _ = Exported::receive(unfit(), webhook("00"), vec![]);
}

#[test]
#[should_panic(expected = "the secret `key` is not configured")]
fn a_missing_secret_traps_while_receiving_so_that_nothing_is_lost() {
    testing::secrets(&[]);
    let _ = Exported::receive(context(), webhook("00"), vec![]);
}

#[test]
fn what_a_channel_does_not_do_is_said() {
    let Err(Failure::Rejected(reason)) = Exported::poll(context(), None, vec![]) else { panic!("not rejected") };
    assert_eq!(reason, "the channel plain is not polled: it calls the webhook");
    let media = Media::at(MediaKind::Image, "https://a.example/i.jpg");
    assert!(matches!(Exported::resolve_media(context(), media, vec![]), Err(Failure::Rejected(_))));
}
