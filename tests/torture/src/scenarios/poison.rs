//! A message that always makes its skill trap: it reaches a person, and its lane goes on once that person gives it back.

use std::collections::HashSet;

use serde_json::json;
use sportello_harness::{Question, questions};

use super::{Extent, NOTICE};
use crate::customers::{Customers, Load};
use crate::verdict::Verdict;
use crate::world::World;

/// The intent whose skill traps.
const POISONED: &str = "redirect-price";

pub(super) async fn run(extent: Extent) -> anyhow::Result<Verdict> {
    let mut world = World::open(extent.store, |setup| {
        let skill = format!("plugin = \"misbehaving\"\nintents = [\"{POISONED}\"]\nsettings.misdeed = \"trap\"");
        super::without_intent(setup, POISONED)?.with_guests()?.merge(&format!("[skills.broken]\n{skill}\n"))
    })
    .await?;
    let Question { text: poison, .. } = questions()?.into_iter().next().unwrap_or_default();
    let load = Load::of(extent.messages);
    let mut written = Customers::start(load, &world.doors)?.finish().await?.written();
    world.judge(written.clone()).await?;

    let poisoned: HashSet<&str> =
        written.iter().filter(|message| message.text == poison).map(|message| message.from.as_str()).collect();
    let handed_over = give_back(&world).await?;
    let mut wrong = vec![];
    if poisoned.is_empty() || handed_over != poisoned.len() {
        wrong.push(format!("{} customers wrote the poison and {handed_over} reached a person by it", poisoned.len()));
    }
    let poisoned = poisoned.len();
    // One place further: a parcel, which nothing is wrong with.
    let more = Load { skip: load.each + 1, each: load.each + 2, ..load };
    written.extend(Customers::start(more, &world.doors)?.finish().await?.written());
    let mut verdict = world.judge(written).await?;
    let (notices, strays): (Vec<String>, Vec<String>) =
        std::mem::take(&mut verdict.strays).into_iter().partition(|stray| stray.contains(NOTICE));
    if notices.len() != poisoned {
        wrong.push(format!("{poisoned} customers were handed over and {} were told so", notices.len()));
    }
    verdict.strays = strays;
    verdict.wrong.extend(wrong);
    Ok(verdict)
}

/// A person gives back every conversation that the broken skill brought; says how many there were.
async fn give_back(world: &World) -> anyhow::Result<usize> {
    let api = world.nodes[0].api(&["conversations:read", "conversations:write"]).await?;
    let queue = api.get("/api/v1/queue?limit=1000").await?;
    let mut count = 0;
    for overview in queue["waiting"].as_array().into_iter().flatten() {
        let conversation = &overview["conversation"];
        let reason = conversation["owner"]["queue"]["hand-over"]["reason"].as_str().unwrap_or_default();
        anyhow::ensure!(reason.starts_with("the skill `broken` failed"), "somebody waits for another reason: {reason}");
        let id = conversation["id"].as_str().unwrap_or_default();
        for act in ["take", "return"] {
            api.post(&format!("/api/v1/conversations/{id}/{act}"), &json!({ "agent": "Camille" })).await?;
        }
        count += 1;
    }
    Ok(count)
}
