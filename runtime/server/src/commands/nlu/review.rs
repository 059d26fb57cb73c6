//! `sportello nlu review`, and what is said about what it lists.

use std::process::ExitCode;

use anyhow::Context as _;
use serde::Deserialize;
use serde_json::json;
use sportello_domain::learning::{Doubt, Group};

use crate::commands::plugin::{Counter, table};

/// The longest list that a server gives.
const MOST: u32 = 1_000;
/// The end of an id is drawn at random, so a few characters of it tell groups apart.
const SHOWN: usize = 6;

/// What somebody says about a group.
pub(super) enum Said {
    Accepted,
    Intent { intent: String, new: bool },
    Outside,
    Ignored,
}

#[derive(Deserialize)]
struct Review {
    groups: Vec<Group>,
}

pub(super) async fn list(mut counter: Counter, limit: u32) -> anyhow::Result<ExitCode> {
    let listed = counter.get(&format!("/api/v1/nlu/review?limit={limit}")).await?;
    let review: Review = serde_json::from_value(listed.clone())?;
    counter.tell(&listed, |_| words(&review.groups))?;
    Ok(ExitCode::SUCCESS)
}

pub(super) async fn say(mut counter: Counter, group: &str, said: Said) -> anyhow::Result<ExitCode> {
    let listed = counter.get(&format!("/api/v1/nlu/review?limit={MOST}")).await?;
    let review: Review = serde_json::from_value(listed)?;
    let group = find(&review.groups, group)?;
    let (label, new) = match said {
        Said::Accepted => (json!({ "intent": meant(group)? }), false),
        Said::Intent { intent, new } => (json!({ "intent": intent }), new),
        Said::Outside => (json!("out-of-scope"), false),
        Said::Ignored => (json!("ignored"), false),
    };
    let wish = json!({ "utterances": group.utterances, "label": label, "new": new });
    let kept = counter.send("/api/v1/nlu/corrections", &wish).await?;
    counter.tell(&kept, |kept| {
        let texts = kept["corrections"].as_array().map_or(0, Vec::len);
        let means = label["intent"].as_str().or(label.as_str()).unwrap_or_default();
        format!("{texts} texts of {} utterances: {means}; `sportello nlu train` has it learnt", group.count)
    })?;
    Ok(ExitCode::SUCCESS)
}

fn find<'a>(groups: &'a [Group], end: &str) -> anyhow::Result<&'a Group> {
    let mut fitting = groups.iter().filter(|group| !end.is_empty() && group.id.to_string().ends_with(end));
    match (fitting.next(), fitting.next()) {
        (Some(group), None) => Ok(group),
        (Some(_), Some(_)) => anyhow::bail!("several groups end in `{end}`: write more of it"),
        (None, _) => anyhow::bail!("there is no group `{end}` any more: `sportello nlu review` lists them"),
    }
}

/// What the customers chose, for they know best; else the likeliest.
fn meant(group: &Group) -> anyhow::Result<String> {
    let likeliest = || group.predicted.first().map(|intent| intent.name.clone());
    group.chosen.clone().or_else(likeliest).context("nothing is likely: name an intent with `nlu relabel`")
}

fn words(groups: &[Group]) -> String {
    if groups.is_empty() {
        return "everything was understood".to_owned();
    }
    let row = |group: &Group| {
        let id = group.id.to_string();
        let doubts: Vec<&str> = group.doubts.keys().map(|doubt| why(*doubt)).collect();
        let likely: Vec<String> = group
            .predicted
            .iter()
            .map(|intent| format!("{} {:.0} %", intent.name, 100.0 * intent.confidence))
            .collect();
        vec![
            id[id.len() - SHOWN..].to_owned(),
            group.count.to_string(),
            group.language.clone(),
            group.texts.first().cloned().unwrap_or_default(),
            doubts.join(", "),
            group.chosen.clone().unwrap_or_default(),
            likely.join(", "),
        ]
    };
    let rows: Vec<Vec<String>> = groups.iter().map(row).collect();
    table(&["GROUP", "TIMES", "LANGUAGE", "TEXT", "WHY", "CHOSEN", "LIKELIEST"], &rows)
}

fn why(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::OutOfScope => "out of scope",
        Doubt::Unsure => "unsure",
        Doubt::Corrected => "corrected",
        Doubt::HandedOver => "handed over",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(chosen: Option<&str>) -> Group {
        serde_json::from_value(json!({
            "id": "01980000-0000-7000-8000-0000000abcde", "texts": ["wo isch mis päckli"], "language": "de", "count": 3,
            "doubts": {"unsure": 2, "corrected": 1}, "chosen": chosen, "utterances": [],
            "predicted": [{"name": "track", "confidence": 0.4}, {"name": "lost", "confidence": 0.2}],
        }))
        .unwrap()
    }

    #[test]
    fn a_group_is_shown_in_one_line_and_found_by_its_end() {
        let groups = [group(Some("lost"))];
        let shown = words(&groups);
        assert!(shown.contains("0abcde  3      de        wo isch mis päckli  unsure, corrected  lost"), "{shown}");
        assert!(shown.contains("track 40 %, lost 20 %"), "{shown}");
        assert!(find(&groups, "abcde").is_ok() && find(&groups, "f").is_err() && find(&groups, "").is_err());
    }

    #[test]
    fn what_customers_chose_is_accepted_before_what_is_likely() {
        assert_eq!(meant(&group(Some("lost"))).unwrap(), "lost");
        assert_eq!(meant(&group(None)).unwrap(), "track");
    }
}
