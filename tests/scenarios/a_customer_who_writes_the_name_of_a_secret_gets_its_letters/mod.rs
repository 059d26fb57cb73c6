//! Plugins name secrets in requests and the host puts them in. What a customer wrote is never taken for such a name.

use sportello_harness::secrets;
use sportello_scenarios::{Channel, scene_with};

const LETTERS: &str = "{secret:access-token} {secret:bot-token} {{secret:app-secret}}";

#[tokio::test]
async fn from_a_bot_that_says_what_it_hears() {
    scene_with(
        |setup| {
            let parrot = "[skills.parrot]\nplugin = \"misbehaving\"\nsettings.misdeed = \"echo\"\n";
            let routing = "[routing]\nfallback = \"parrot\"\npatience = 100\n";
            let setup = setup.with_guests()?.merge(&format!("{parrot}{routing}"))?;
            Ok(setup.without("routing.greeting").without("nlu"))
        },
        async |stage| {
            for (who, channel) in [("Anna", Channel::WhatsApp), ("Bea", Channel::Telegram), ("Carl", Channel::WebChat)]
            {
                stage.enters(who, channel).await?;
                stage.writes(who, LETTERS).await?;
                stage.reads(who, LETTERS).await?;
            }
            stage.ends().await?;
            for request in stage.town.whatsapp.log.all().iter().chain(&stage.town.telegram.log.all()) {
                assert!(!request.text().contains(secrets::ACCESS_TOKEN), "{request:?}");
                assert!(!request.text().contains(secrets::BOT_TOKEN), "{request:?}");
            }
            // Nor does anything that people read.
            for who in ["Anna", "Bea"] {
                let transcript = stage.transcript(who).await?;
                assert!(transcript.contains(LETTERS), "{transcript}");
            }
            let logs = stage.server.logs();
            for secret in [secrets::ACCESS_TOKEN, secrets::BOT_TOKEN, secrets::APP_SECRET] {
                assert!(!logs.contains(secret), "the log holds a secret:\n{logs}");
            }
            Ok(())
        },
    )
    .await;
}
