//! The skill that says where a parcel is: it gets hold of the tracking number, asks the tracking service, and tells state
//! and next step in one message.

mod answer;
mod dialogue;
mod number;
mod parcel;
mod settings;

use sportello_sdk::Stop;
use sportello_sdk::skill::{Description, Skill, Trigger, Turn};
use sportello_sdk::types::Failure;

pub use crate::settings::Settings;

/// The intent that it is made for.
const INTENT: &str = "track-parcel";
/// The intent by which a customer asks for a person.
const PERSON: &str = "talk-to-person";

/// The plugin.
#[derive(Debug)]
pub struct ParcelTracking;

impl Skill for ParcelTracking {
    type Settings = Settings;

    fn describe() -> Description {
        Description {
            name: "parcel-tracking".to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            summary: "Says where a parcel is and what happens next.".to_owned(),
            settings_schema: settings::SCHEMA.to_owned(),
            secrets: vec![],
            hosts: vec!["{setting:api-base}".to_owned()],
            intents: vec![INTENT.to_owned()],
            locales: ["de", "fr", "it", "en"].map(str::to_owned).to_vec(),
            memory_version: 1,
        }
    }

    fn handle(turn: &Turn<Settings>) -> Result<(), Stop<Failure>> {
        match turn.trigger {
            Trigger::Message(_) => return dialogue::take(turn),
            // A thumb up is no answer; the dialogue goes on.
            Trigger::Event(_) | Trigger::Scheduled(_) => {}
            Trigger::HandedBack | Trigger::HandingOver(_) => turn.pass(),
        }
        Ok(())
    }
}

sportello_sdk::export_skill!(ParcelTracking);
