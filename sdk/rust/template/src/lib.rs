//! Tells customers where the nearest branch is: asks for the postcode where it is missing, and looks it up.

use serde::{Deserialize, Serialize};
use sportello_sdk::http::{Request, Url};
use sportello_sdk::skill::{Description, HandOver, Skill, Turn};
use sportello_sdk::types::{Failure, RequestError};
use sportello_sdk::{Stop, log};

/// What the operator configures.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Settings {
    /// Where the directory of branches lives.
    pub api_base: String,
}

/// What it keeps between two messages.
#[derive(Debug, Serialize, Deserialize)]
struct Memory {
    /// How often it has asked for the postcode.
    asked: u32,
}

/// What the directory answers.
#[derive(Debug, Deserialize)]
struct Branch {
    name: String,
    street: String,
}

/// The skill.
#[derive(Debug)]
pub struct BranchFinder;

impl Skill for BranchFinder {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "branch-finder".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Finds the branch nearest to a postcode.".to_owned(),
            settings_schema: include_str!("../settings.schema.json").to_owned(),
            secrets: vec!["directory-key".to_owned()],
            hosts: vec!["{setting:api-base}".to_owned()],
            intents: vec!["find-branch".to_owned()],
            locales: vec!["en".to_owned()],
            memory_version: 1,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        let Some(postcode) = turn.entity("postcode").map(|entity| entity.value.clone()) else { return ask(turn) };
        let url = Url::new(&turn.settings.api_base).segment("branches").query("postcode", &postcode);
        // The first time the call ends here; the host performs the request and calls again with the answer.
        match turn.fetch(Request::get(url).secret_header("x-api-key", "", "directory-key"))? {
            Ok(response) if response.status == 404 => turn.say(format!("There is no branch near {postcode}.")),
            Ok(response) if response.is_success() => {
                let branch: Branch = response.read_json().map_err(|error| Failure::Rejected(error.to_string()))?;
                turn.say(format!("The nearest branch is *{}*, {}.", branch.name, branch.street));
            }
            Ok(response) => return Err(Failure::Rejected(format!("the directory answers {}", response.status)).into()),
            Err(RequestError::NotGranted) => {
                return Err(Failure::Rejected("grant this skill the host of its api-base".to_owned()).into());
            }
            Err(error) => {
                log(format!("no answer of the directory: {error:?}"));
                return Err(Failure::Retry(None).into());
            }
        }
        turn.finish();
        Ok(())
    }
}

fn ask(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
    let asked = turn.recall::<Memory>()?.map_or(0, |memory| memory.asked);
    if asked >= 2 {
        turn.hand_over(HandOver::new("The customer wants the nearest branch and names no postcode."));
        return Ok(());
    }
    turn.say("What is your postcode?");
    turn.remember(&Memory { asked: asked + 1 })?;
    Ok(())
}

sportello_sdk::export_skill!(BranchFinder);

#[cfg(test)]
mod tests {
    use serde_json::json;
    use sportello_sdk::Outcome as Answer;
    use sportello_sdk::skill::{Effect, Facts, Memory, Outcome};
    use sportello_sdk::testing::skill::{entity, handle, says, turn, understood};
    use sportello_sdk::types::{Content, HttpResponse};

    use super::*;

    fn outcome(facts: &Facts, answer: Answer) -> Outcome {
        let settings = json!({"api-base": "https://directory.example"});
        handle::<BranchFinder>(&settings, facts, |request| {
            assert_eq!(request.url, "https://directory.example/branches?postcode=3011");
            answer.clone()
        })
        .expect("an outcome")
    }

    fn with_postcode() -> Facts {
        let mut understanding = understood(&[("find-branch", 0.9)]);
        understanding.entities.push(entity("postcode", "3011"));
        Facts { understanding: Some(understanding), ..turn(says("The branch in 3011?")) }
    }

    #[test]
    fn the_nearest_branch_is_told() {
        let answer = HttpResponse::json(200, &json!({"name": "Bern 1", "street": "Schanzenstrasse 4"}));
        let said = Content::text("The nearest branch is *Bern 1*, Schanzenstrasse 4.");
        assert_eq!(outcome(&with_postcode(), Ok(answer)), Outcome::Effects(vec![Effect::Say(said), Effect::Finish]));
    }

    #[test]
    fn without_a_postcode_it_asks_twice_and_then_wants_a_person() {
        let mut facts = turn(says("Where is the nearest branch?"));
        for asked in 1..=2 {
            let memory = Memory { version: 1, data: format!(r#"{{"asked":{asked}}}"#).into_bytes() };
            let question = Effect::Say(Content::text("What is your postcode?"));
            let effects = vec![question, Effect::Remember(memory.clone())];
            assert_eq!(outcome(&facts, Ok(HttpResponse::status(404))), Outcome::Effects(effects));
            facts.memory = Some(memory);
        }
        let Outcome::Effects(effects) = outcome(&facts, Ok(HttpResponse::status(404))) else { panic!("effects") };
        assert!(matches!(effects.as_slice(), [Effect::HandOver(_)]));
    }
}
