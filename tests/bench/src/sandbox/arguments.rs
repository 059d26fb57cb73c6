//! What the plugins are called with: their own cases, for each of the three families of types that the contract has here.

use anyhow::Context as _;
use serde_json::Value;
use sportello_domain::contract;

/// The secret under which the webhook of the case was signed.
pub(super) const APP_SECRET: (&str, &str) = ("app-secret", "the app's secret");
/// What is analyzed.
pub(super) const TEXT: &str = "Where is my parcel 990012345612345678?";

/// The arguments of one case of a plugin.
pub(super) struct Case(Value);

/// The cases that are called.
pub(super) struct Cases {
    pub(super) receive: Case,
    pub(super) send: Case,
    pub(super) handle: Case,
}

impl Cases {
    /// # Errors
    /// The program was not started in the root of the repository, or a case is gone.
    pub(super) fn read() -> anyhow::Result<Self> {
        Ok(Self {
            receive: Case::read("plugins/whatsapp/cases/a-text-becomes-a-message.json")?,
            send: Case::read("plugins/whatsapp/cases/a-text-is-sent-once.json")?,
            handle: Case::read("plugins/faq/cases/answer.json")?,
        })
    }
}

impl Case {
    fn read(path: &str) -> anyhow::Result<Self> {
        let text = std::fs::read_to_string(path).with_context(|| format!("reading {path}"))?;
        let mut case: Value = serde_json::from_str(&text)?;
        Ok(Self(case["arguments"].take()))
    }

    /// A text at a place such as `/delivery/id`; nothing where there is none.
    pub(super) fn text(&self, place: &str) -> String {
        self.find(place).unwrap_or_default()
    }

    pub(super) fn find(&self, place: &str) -> Option<String> {
        self.0.pointer(place)?.as_str().map(str::to_owned)
    }

    pub(super) fn number(&self, place: &str) -> u64 {
        self.0.pointer(place).and_then(Value::as_u64).unwrap_or_default()
    }

    /// JSON at a place, as text.
    pub(super) fn json(&self, place: &str) -> String {
        self.0.pointer(place).map(Value::to_string).unwrap_or_default()
    }

    pub(super) fn headers(&self, place: &str) -> Vec<(String, String)> {
        let headers = self.0.pointer(place).cloned().unwrap_or_default();
        serde_json::from_value(headers).unwrap_or_default()
    }

    /// As the host's own types, in the encoding of the contract.
    pub(super) fn context(&self) -> contract::Context {
        contract::Context {
            settings: self.json("/context/settings"),
            hook: self.text("/context/hook"),
            now: self.number("/context/now"),
            seed: self.number("/context/seed"),
        }
    }

    pub(super) fn part<T: serde::de::DeserializeOwned>(&self, name: &str) -> anyhow::Result<T> {
        serde_json::from_value(self.0[name].clone()).with_context(|| format!("`{name}` of a case"))
    }
}

/// Functions that make the arguments out of types that a generator made of the contract: the same words for all of them.
macro_rules! made_of {
    (types: $($types:ident)::+, channel: $($channel:ident)::+, skill: $($skill:ident)::+, $turn:ident, $understanding:ident) => {
        fn context(case: &Case) -> $($types)::+::Context {
            $($types)::+::Context {
                settings: case.json("/context/settings"),
                hook: case.text("/context/hook"),
                now: case.number("/context/now"),
                seed: case.number("/context/seed"),
            }
        }

        fn webhook(case: &Case) -> $($channel)::+::Webhook {
            $($channel)::+::Webhook {
                method: case.text("/request/method"),
                url: case.text("/request/url"),
                headers: case.headers("/request/headers"),
                body: case.text("/request/body").into_bytes(),
            }
        }

        fn delivery(case: &Case) -> $($channel)::+::Delivery {
            use $($channel)::+::{Act, Author, Delivery, Say};
            use $($types)::+::{Content, Thread, Visibility};
            Delivery {
                id: case.text("/delivery/id"),
                account: case.find("/delivery/account"),
                thread: Thread {
                    address: case.text("/delivery/thread/address"),
                    visibility: Visibility::Private,
                    parent: None,
                    memo: case.find("/delivery/thread/memo"),
                },
                author: Author::Bot,
                act: Act::Say(Say {
                    subject: None,
                    contents: vec![Content::Text(case.text("/delivery/act/say/contents/0/text"))],
                    reply_to: None,
                }),
            }
        }

        fn turn(case: &Case) -> $($skill)::+::$turn {
            use $($skill)::+::{Customer, Opening, Purpose, Trigger, $turn};
            use $($types)::+::{Content, Message, Sender, Visibility};
            let (id, name) = (case.text("/turn/customer/id"), case.find("/turn/customer/name"));
            let sender =
                Sender { id: id.clone(), name: name.clone(), locale: None, phone: None, email: None, aliases: vec![] };
            let contents = vec![Content::Text(case.text("/turn/trigger/message/contents/0/text"))];
            $turn {
                id: case.text("/turn/id"),
                now: case.number("/turn/now"),
                seed: case.number("/turn/seed"),
                trigger: Trigger::Message(Message { sender, subject: None, contents, reply_to: None }),
                purpose: Purpose::Intent,
                conversation: case.text("/turn/conversation"),
                channel: case.text("/turn/channel"),
                visibility: Visibility::Private,
                locale: case.text("/turn/locale"),
                customer: Customer { id, name, locale: None, verified: false, attributes: vec![] },
                history: vec![],
                understanding: Some($understanding::Analysis {
                    language: case.text("/turn/understanding/language"),
                    language_confidence: 0.97,
                    intents: vec![$understanding::Intent {
                        name: case.text("/turn/understanding/intents/0/name"),
                        confidence: 0.9,
                    }],
                    out_of_scope: 0.1,
                    entities: vec![],
                    sentiment: 0.0,
                }),
                opening: Opening { open: true, changes_at: None, utc_offset: 60 },
                memory: None,
                exchanges: vec![],
            }
        }
    };
}
pub(super) use made_of;
