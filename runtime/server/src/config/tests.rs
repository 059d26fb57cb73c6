//! Configurations as operators write them, right and wrong.

use sportello_domain::routing::{Automation, IntentRule};

use super::*;

const GOOD: &str = r#"
[server]
listen = "127.0.0.1:0"
public-url = "https://bot.example.com/"

[store]
url = "sqlite://data/sportello.db"

[plugins]
folder = "."

[channels.whatsapp]
plugin   = "whatsapp"
settings = { phone-number-id = "1065", retries = 3 }
secrets  = { app-secret = "env:WA_APP_SECRET", verify-token = "file:token.txt" }
grants   = { hosts = ["https://graph.facebook.com"], warm = true }
unknown  = "resend"

[nlu]
plugin = "intents"
corpus = "corpus"

[skills.parcel-tracking]
plugin  = "parcel-tracking"
intents = ["track-parcel"]

[routing]
fallback = "parcel-tracking"
threshold = 0.6
languages = ["de", "fr"]

[queues.default]
zone = "Europe/Zurich"
hours = { mon-fri = ["07:30-12:00", "13:00-18:00"], sat = "08:00-12:00" }
holidays = [2026-12-25]

[limits]
request-time = "20s"
response-body = "2MiB"
"#;

/// A folder with the plugins that [`GOOD`] names.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for plugin in ["whatsapp", "intents", "parcel-tracking"] {
        std::fs::write(folder.path().join(format!("{plugin}.wasm")), "").unwrap();
    }
    std::fs::write(folder.path().join("token.txt"), "verify-me\r\n").unwrap();
    folder
}

fn read(text: &str) -> (Config, Vec<String>, tempfile::TempDir) {
    let folder = folder();
    let file = folder.path().join("sportello.toml");
    std::fs::write(&file, text).unwrap();
    let problems = Problems::of(&file);
    let config = Config::read(&file, &problems);
    let prefix = format!("{}:", file.display());
    let found = problems.sorted().iter().map(|problem| problem.to_string().replace(&prefix, "")).collect();
    (config, found, folder)
}

/// The problems of [`GOOD`] with one line replaced.
fn with(line: &str, other: &str) -> Vec<String> {
    assert!(GOOD.contains(line), "{line}");
    read(&GOOD.replace(line, other)).1
}

#[test]
fn a_good_configuration_has_no_problems_and_its_paths_are_relative_to_the_file() {
    let (config, problems, folder) = read(GOOD);
    assert_eq!(problems, Vec::<String>::new());
    assert_eq!(config.store.place, Place::File(folder.path().join("data/sportello.db")));
    assert_eq!(config.store.socket(), folder.path().join("data/sportello.db.sock"));
    assert_eq!(config.plugins.cache, folder.path().join("data/cache"));
    assert_eq!(config.server.public_url.as_deref(), Some("https://bot.example.com"));
    assert_eq!(config.channels[0].plugin.settings().to_string(), r#"{"phone-number-id":"1065","retries":3}"#);
    assert!(config.channels[0].plugin.grants().warm && !config.skills[0].plugin.grants().warm);
    assert_eq!(config.limits.response_body, Some(2 << 20));
    let policy = config.routing.policy(IntentSection::rules(&config.skills, &config.intents));
    assert_eq!((policy.threshold, policy.default_language.as_str()), (0.6, "de"));
    assert_eq!(policy.intents["track-parcel"], IntentRule::by("parcel-tracking"));
    assert!(!config.queues[0].hours.at(1_798_185_600_000).open, "Christmas of 2026 at nine");
}

#[test]
fn an_unknown_key_suggests_the_nearest_one() {
    assert_eq!(with("listen = ", "lisen = "), ["3: unknown key `lisen` in `server`; did you mean `listen`?"]);
    assert_eq!(with("[limits]", "[limit]"), ["37: unknown key `limit`; did you mean `limits`?"]);
    let settings = with("settings =", "setings =");
    assert_eq!(settings, ["14: unknown key `setings` in `channels.whatsapp`; did you mean `settings`?"]);
}

#[test]
fn every_problem_is_told_with_its_line() {
    let text = GOOD
        .replace("127.0.0.1:0", "localhost")
        .replace("https://graph.facebook.com", "graph.facebook.com")
        .replace("Europe/Zurich", "Europe/Zurrich")
        .replace("\"08:00-12:00\"", "\"8-12\"")
        .replace("fallback = \"parcel-tracking\"", "fallback = \"parcel-trackin\"")
        .replace("\"20s\"", "20");
    let (_, problems, _) = read(&text);
    let lines: Vec<&str> = problems.iter().map(|problem| problem.split(':').next().unwrap()).collect();
    assert_eq!(lines, ["3", "16", "28", "33", "34", "38"], "{problems:#?}");
    assert!(problems[2].contains("did you mean `parcel-tracking`?"), "{}", problems[2]);
}

#[test]
fn an_intent_says_how_far_the_bot_goes() {
    let more =
        "\n[intents.track-parcel]\nautomation = \"suggest\"\nthreshold = 0.8\n[intents.claims]\nautomation = \"off\"\n";
    let (config, problems, _) = read(&format!("{GOOD}{more}"));
    assert_eq!(problems, Vec::<String>::new());
    let rules = IntentSection::rules(&config.skills, &config.intents);
    let suggests =
        IntentRule { automation: Automation::Suggest, threshold: Some(0.8), ..IntentRule::by("parcel-tracking") };
    assert_eq!(rules["track-parcel"], suggests);
    assert_eq!(rules["claims"], IntentRule { automation: Automation::Off, ..IntentRule::default() });

    let nobody = format!("{GOOD}\n[intents.claims]\nautomation = \"suggest\"\n");
    let (_, problems, _) = read(&nobody);
    assert!(problems[0].contains("no skill has the intent `claims`"), "{problems:?}");
}

#[test]
fn the_documented_example_is_read_to_its_last_key() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sportello.example.toml");
    let problems = Problems::of(&file);
    let config = Config::read(&file, &problems);
    // Whether plugins are built is another matter.
    let found: Vec<_> = problems.sorted().into_iter().filter(|found| !found.message.contains("no plugin")).collect();
    assert_eq!(found, []);
    assert_eq!((config.channels.len(), config.skills.len(), config.queues.len()), (3, 4, 2));
}

#[test]
fn every_key_of_the_documented_example_that_is_commented_out_is_known_too() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../sportello.example.toml");
    let text = std::fs::read_to_string(&file).unwrap();
    let is_default = |line: &str| line.strip_prefix("# ").and_then(|rest| rest.split_once(" = ")).is_some();
    let defaults = text.lines().filter(|line| is_default(line)).count();
    assert!(defaults > 10, "{defaults}");
    let all: Vec<&str> = text.lines().map(|line| if is_default(line) { &line[2..] } else { line }).collect();
    let problems = Problems::of(&file);
    let node = document::parse(&all.join("\n"), &file, &problems);
    Config::of(&node, &file, &problems);
    let is_of_interest = |message: &str| message.contains("unknown key") || message.contains("has to be");
    let found: Vec<_> = problems.sorted().into_iter().filter(|found| is_of_interest(&found.message)).collect();
    assert_eq!(found, []);
}

#[test]
fn what_is_not_toml_is_told_with_its_line() {
    let (_, problems, _) = read("[server]\nlisten = \n");
    assert!(problems[0].starts_with("2: not valid TOML"), "{problems:?}");
}

#[test]
fn a_file_that_is_not_there_is_a_problem() {
    let problems = Problems::of(Path::new("nowhere.toml"));
    Config::read(Path::new("nowhere.toml"), &problems);
    assert!(problems.to_string().starts_with("nowhere.toml:1: cannot be read"), "{problems}");
}

#[test]
fn a_missing_plugin_suggests_the_nearest_file() {
    let problems = with("plugin   = \"whatsapp\"", "plugin = \"whatsap\"");
    assert!(problems[0].starts_with("13: there is no plugin `whatsap`"), "{problems:?}");
    assert!(problems[0].ends_with("did you mean `whatsapp`?"), "{problems:?}");
}

#[test]
fn a_value_does_not_stand_where_a_secret_does() {
    let problems = with("env:WA_APP_SECRET", "hunter2");
    assert!(problems[0].starts_with("15: ") && problems[0].contains("env:NAME"), "{problems:?}");
    assert!(!problems[0].contains("hunter2"), "{problems:?}");
}

#[test]
fn secrets_come_from_the_environment_and_from_files() {
    let (config, _, folder) = read(GOOD);
    let plugin = &config.channels[0].plugin;
    let problems = Problems::of(folder.path());
    let secrets = plugin.resolve(&|name| (name == "WA_APP_SECRET").then(|| "s3cr3t".to_owned()), &problems);
    assert!(problems.sorted().is_empty(), "{problems}");
    assert_eq!(secrets.reveal("app-secret"), Some(&b"s3cr3t"[..]));
    assert_eq!(secrets.reveal("verify-token"), Some(&b"verify-me"[..]), "without the line break");

    plugin.resolve(&|_| None, &problems);
    let found: Vec<Problem> = problems.sorted();
    assert!(found[0].message.contains("`app-secret`") && found[0].message.contains("WA_APP_SECRET"), "{found:?}");
    assert_eq!(found[0].line, 15);
}

#[test]
fn names_and_intents_are_used_once() {
    let twice =
        GOOD.replace("[routing]", "[skills.whatsapp]\nplugin = \"whatsapp\"\nintents = [\"track-parcel\"]\n[routing]");
    let (_, problems, _) = read(&twice);
    assert!(problems.iter().any(|problem| problem.contains("the name `whatsapp` is taken")), "{problems:?}");
    assert!(problems.iter().any(|problem| problem.contains("belongs to the skill `parcel-tracking`")), "{problems:?}");
}

#[test]
fn keys_are_kept_for_thirty_days_at_least() {
    let problems = with("request-time = \"20s\"", "keep-keys = \"29d\"");
    assert!(problems[0].starts_with("38: ") && problems[0].contains("30 days"), "{problems:?}");
}
