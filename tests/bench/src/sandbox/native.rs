//! The plugins' own code, compiled into this program: the calls that their components export, without a component.

use anyhow::Context as _;
use plugin_faq::Faq;
use plugin_intents::plugin::Intents;
use plugin_intents::{Model, Settings};
use plugin_whatsapp::WhatsApp;
use sportello_sdk::bindings::channel::exports::sportello::plugin::channel::Guest as Channel;
use sportello_sdk::bindings::skill::exports::sportello::plugin::skill::Guest as Skill;
use sportello_sdk::channel::Adapter as ChannelAdapter;
use sportello_sdk::nlu::{Circumstances, Corpus, Example, Nlu};
use sportello_sdk::skill::Adapter as SkillAdapter;
use sportello_sdk::{channel, skill, types, understanding};

use super::arguments::{APP_SECRET, Case, Cases, TEXT, made_of};
use super::calls::{Contender, Function, Language, Way, timed};

made_of!(types: types, channel: channel, skill: skill, Facts, understanding);

/// The same corpus and seed give the same model.
const SEED: u64 = 1;

/// The plugins, with a model of the demo's English and German corpus.
pub(super) struct Native<'a> {
    cases: &'a Cases,
    bytes: Vec<u8>,
    model: Model,
}

impl<'a> Native<'a> {
    pub(super) fn new(cases: &'a Cases) -> anyhow::Result<Self> {
        sportello_sdk::testing::secrets(&[APP_SECRET]);
        let settings = || serde_json::from_str::<Settings>("{}");
        let corpus = Corpus { examples: examples()?, out_of_scope: vec![], lists: vec![] };
        let bytes = Intents::train(settings()?, corpus, SEED)
            .map_err(|problems| anyhow::anyhow!("the demo's corpus: {problems:?}"))?;
        let model = Intents::load(settings()?, bytes.clone()).map_err(anyhow::Error::msg)?;
        Ok(Self { cases, bytes, model })
    }

    /// What training wrote.
    pub(super) fn model(&self) -> &[u8] {
        &self.bytes
    }

    pub(super) fn contenders(&self) -> Vec<Contender<'_>> {
        let Self { cases, model, .. } = self;
        let contender = |function, calls| Contender { function, way: Way::Native, calls };
        vec![
            contender(
                Function::Receive,
                Box::new(|count| {
                    let arguments = many(count, || (context(&cases.receive), webhook(&cases.receive)));
                    timed(arguments, |(context, webhook)| {
                        Ok(<ChannelAdapter<WhatsApp> as Channel>::receive(context, webhook, vec![]))
                    })
                }),
            ),
            contender(
                Function::Analyze,
                Box::new(|count| {
                    timed(many(count, || (TEXT.to_owned(), circumstances())), |(text, circumstances)| {
                        Ok(Intents::analyze(model, &text, &circumstances))
                    })
                }),
            ),
            contender(
                Function::Handle(Language::Rust),
                Box::new(|count| {
                    let arguments = many(count, || (cases.handle.json("/settings"), turn(&cases.handle)));
                    timed(arguments, |(settings, turn)| Ok(<SkillAdapter<Faq> as Skill>::handle(settings, turn)))
                }),
            ),
            contender(
                Function::Send,
                Box::new(|count| {
                    let arguments = many(count, || (context(&cases.send), delivery(&cases.send)));
                    timed(arguments, |(context, delivery)| {
                        Ok(<ChannelAdapter<WhatsApp> as Channel>::send(context, delivery, vec![]))
                    })
                }),
            ),
        ]
    }
}

fn many<A>(count: usize, one: impl Fn() -> A) -> Vec<A> {
    std::iter::repeat_with(one).take(count).collect()
}

fn circumstances() -> Circumstances {
    Circumstances { language: None, expected: vec![], now: 0 }
}

/// The demo's examples in two of its languages.
fn examples() -> anyhow::Result<Vec<Example>> {
    let mut examples = vec![];
    for language in ["de", "en"] {
        let corpus: toml::Table = std::fs::read_to_string(format!("demo/corpus/{language}.toml"))?.parse()?;
        let intents = corpus["intents"].as_table().context("a corpus has intents")?;
        for (intent, texts) in intents {
            let texts = texts.as_array().context("an intent has examples")?;
            examples.extend(texts.iter().filter_map(|text| {
                let text = text.as_str()?.to_owned();
                Some(Example { text, intent: intent.clone(), language: language.to_owned() })
            }));
        }
    }
    Ok(examples)
}
