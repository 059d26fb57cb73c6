//! The program as it is measured: the demo's configuration, and nothing in it that would say more than was asked.

use sportello_harness::{Question, Setup, secrets};

/// What the bot says when it hands a conversation over.
const HANDED_OVER: &str = "A person takes over.";

/// One channel and the answers, on the platform at this address.
pub(crate) fn on_whatsapp(platform: &str) -> anyhow::Result<Setup> {
    Ok(answers(Setup::demo()?)?
        .without("channels.telegram")
        .without("channels.web-chat")
        .set("channels.whatsapp.settings.api-base", platform)?
        // The platform's own pace is not what is measured.
        .set("channels.whatsapp.settings.messages-per-second", 1_000_000)?
        // The ceiling marks nothing as read either.
        .set("channels.whatsapp.read-marks", false)?
        .set("channels.whatsapp.grants.hosts", vec![platform.to_owned()])?
        .env("WA_APP_SECRET", secrets::APP_SECRET)
        .env("WA_ACCESS_TOKEN", secrets::ACCESS_TOKEN)
        .env("WA_VERIFY_TOKEN", secrets::VERIFY_TOKEN))
}

/// All plugins serve call after call.
pub(crate) fn warm(setup: Setup) -> anyhow::Result<Setup> {
    let plugins = ["channels.whatsapp", "skills.faq", "skills.hand-over"];
    plugins.iter().try_fold(setup, |setup, plugin| setup.set(&format!("{plugin}.grants.warm"), true))
}

/// The web chat and the answers.
pub(crate) fn on_the_web() -> anyhow::Result<Setup> {
    Ok(answers(Setup::demo()?)?
        .without("channels.telegram")
        .without("channels.whatsapp")
        .env("WEB_CHAT_KEY", secrets::WEB_CHAT_KEY))
}

/// One answer a message, the same at any hour.
fn answers(demo: Setup) -> anyhow::Result<Setup> {
    demo.without("routing.greeting")
        .without("queues.default")
        .set("skills.hand-over.settings.texts.open.en", HANDED_OVER)
}

/// Asks for a person.
pub(crate) fn wants_a_person() -> Question {
    Question { text: "I want to talk to a human".to_owned(), answer: HANDED_OVER.to_owned() }
}
