//! What the program says when an operator makes a mistake: what is wrong, where, and what to do.

use sportello_harness::{Ran, Setup, Town};
use sportello_scenarios::{now, scene};

/// The demo's configuration with one piece of its text replaced, and the line on which that stands.
async fn mistaken(from: &str, to: &str) -> anyhow::Result<(Setup, usize)> {
    let setup = Town::start(now()).await?.setup()?;
    let text = toml::to_string(setup.config())?;
    anyhow::ensure!(text.contains(from), "the configuration has no `{from}`:\n{text}");
    let text = text.replacen(from, to, 1);
    let line = text.lines().position(|line| line.contains(to)).map_or(0, |index| index + 1);
    Ok((setup.file("sportello.toml", text)?, line))
}

fn failed(ran: &Ran, saying: &[&str]) {
    assert!(!ran.status.success(), "it ended well: {ran:#?}");
    for words in saying {
        assert!(ran.errors.contains(words), "it does not say `{words}`:\n{}", ran.errors);
    }
    assert!(!ran.errors.contains("panicked"), "{}", ran.errors);
}

#[tokio::test]
async fn check_names_the_line_and_the_nearest_word() -> anyhow::Result<()> {
    for (from, to, words) in [
        ("listen = ", "lisen = ", "unknown key `lisen` in `server`; did you mean `listen`?"),
        ("[nlu]", "[nul]", "unknown key `nul`; did you mean `nlu`?"),
        ("plugin = \"parcel-tracking\"", "plugin = \"parcel-trackin\"", "did you mean `parcel-tracking`?"),
        ("fallback = \"welcome\"", "fallback = \"welcom\"", "did you mean `welcome`?"),
        ("\"opening-hours\", \"prices\", \"stamps\"", "\"opening-ours\"", "did you mean `opening-hours`?"),
        ("zone = \"Europe/Zurich\"", "zone = \"Europe/Zurrich\"", "Europe/Zurrich"),
        ("env:WA_ACCESS_TOKEN", "test-access-token", "env:NAME"),
    ] {
        let (setup, line) = mistaken(from, to).await?;
        let ran = setup.run(&["check"]).await?;
        failed(&ran, &[words, &format!("sportello.toml:{line}: ")]);
        assert!(!ran.errors.contains("test-access-token"), "it repeats a secret: {}", ran.errors);
    }
    Ok(())
}

#[tokio::test]
async fn check_is_content_with_the_demo_and_the_server_starts_with_nothing_less() -> anyhow::Result<()> {
    let setup = Town::start(now()).await?.setup()?;
    setup.write()?;
    let ran = setup.run(&["check"]).await?;
    assert!(ran.status.success() && ran.output.contains("sportello.toml: fine"), "{ran:#?}");

    let (setup, line) = mistaken("listen = ", "lisen = ").await?;
    let ran = setup.run(&["serve"]).await?;
    failed(&ran, &[&format!("sportello.toml:{line}: unknown key `lisen`")]);
    let (setup, _) = mistaken("env:WA_APP_SECRET", "env:NOT_THERE").await?;
    failed(&setup.run(&["serve"]).await?, &["NOT_THERE", "app-secret"]);
    Ok(())
}

#[tokio::test]
async fn commands_say_what_they_need() -> anyhow::Result<()> {
    let setup = Setup::new()?.file("text.wasm", "no component")?.file("bad.json", "{")?;
    failed(&setup.run(&["check"]).await?, &["sportello.toml"]);
    failed(&setup.run(&["serve", "--config", "nowhere.toml"]).await?, &["nowhere.toml"]);
    failed(&setup.run(&["token", "list"]).await?, &["sportello.toml", "--config"]);
    failed(&setup.run(&["nonsense"]).await?, &["nonsense"]);
    setup.write()?;
    failed(
        &setup.run(&["token", "create", "--name", "x", "--scopes", "conversation:read"]).await?,
        &["`conversation:read`", "conversations:read"],
    );
    failed(&setup.run(&["conversation", "show", "12"]).await?, &["12"]);
    failed(&setup.run(&["token", "list"]).await?, &["sportello.db", "start the server once"]);
    failed(&setup.run(&["plugin", "inspect", "nowhere.wasm"]).await?, &["nowhere.wasm"]);
    failed(&setup.run(&["plugin", "inspect", "text.wasm"]).await?, &["text.wasm", "no WebAssembly component"]);
    Ok(())
}

#[tokio::test]
async fn plugins_can_be_looked_at_and_tried_by_hand() -> anyhow::Result<()> {
    let setup = Setup::new()?.with_guests()?.file("bad.json", "{")?;
    let cache = setup.folder().join("home").to_string_lossy().into_owned();
    let setup = setup.env("HOME", &cache);
    let inspected = setup.run(&["plugin", "inspect", "plugins/whatsapp.wasm"]).await?;
    assert!(inspected.status.success(), "{inspected:#?}");
    for words in ["\"channel\"", "app-secret", "sportello:plugin"] {
        assert!(inspected.output.contains(words), "it does not show `{words}`: {}", inspected.output);
    }
    let called = setup.run(&["plugin", "call", "plugins/whatsapp.wasm", "describe"]).await?;
    assert!(called.status.success() && called.output.contains("\"whatsapp\""), "{called:#?}");

    failed(&setup.run(&["plugin", "call", "plugins/whatsapp.wasm", "descibe"]).await?, &["descibe"]);
    failed(
        &setup.run(&["plugin", "call", "plugins/whatsapp.wasm", "receive", "--input", "bad.json"]).await?,
        &["bad.json", "JSON"],
    );
    Ok(())
}

/// The database belongs to one process; commands ask the server that runs, and where none does they read it themselves.
#[tokio::test]
async fn commands_work_with_and_without_the_server() {
    scene(async |stage| {
        for running in [true, false] {
            let unknown = "019a0000-0000-7000-8000-000000000001";
            let ran = stage.server.setup().run(&["conversation", "show", unknown]).await?;
            failed(&ran, &["there is no conversation", unknown]);
            let listed = stage.server.command(&["token", "list"]).await?;
            assert!(listed.contains("harness") && listed.contains("conversations:read"), "{listed}");
            if running {
                stage.server.stop().await?;
            }
        }
        assert_eq!(stage.server.command(&["quarantine", "run"]).await?.trim(), "nothing is in quarantine");
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn a_second_server_on_the_same_data_is_refused() {
    scene(async |stage| {
        failed(&stage.server.setup().run(&["serve"]).await?, &["sportello.db"]);
        let unknown = stage.api().call("GET", "/api/v1/queue?quue=x", None).await?;
        assert!(unknown.status == 400 && unknown.text().contains("quue"), "{}", unknown.text());
        Ok(())
    })
    .await;
}

#[tokio::test]
async fn tokens_allow_what_they_say_until_they_are_taken_back() {
    scene(async |stage| {
        let reader = stage.server.api(&["conversations:read"]).await?;
        assert_eq!(reader.call("GET", "/api/v1/queue", None).await?.status, 200);
        let refused = reader.call("GET", "/api/v1/dead-letters", None).await?;
        assert!(refused.status == 403 && refused.text().contains("operations:read"), "{}", refused.text());

        let listed = stage.server.command(&["token", "list"]).await?;
        let of_reader = listed.lines().find(|line| line.ends_with("harness  conversations:read"));
        let id = of_reader.and_then(|line| line.split_whitespace().next()).unwrap_or_default().to_owned();
        stage.server.command(&["token", "revoke", &id]).await?;
        let refused = reader.call("GET", "/api/v1/queue", None).await?;
        assert!(refused.status == 401 && refused.text().contains("token create"), "{}", refused.text());
        Ok(())
    })
    .await;
}
