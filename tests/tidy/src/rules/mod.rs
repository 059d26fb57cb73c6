//! The rules, one file each.

pub mod dependencies;
pub mod documentation;
pub mod length;
pub mod names;
pub mod panics;
pub mod paths;
pub mod plugins;
pub mod words;

use crate::{Exceptions, Finding, Tree};

/// What all rules find, sorted by place.
pub fn all(tree: &Tree, exceptions: &Exceptions) -> Vec<Finding> {
    let mut findings = documentation::check(tree);
    findings.extend(length::check(tree, &exceptions.length));
    findings.extend(panics::check(tree, &exceptions.panics));
    findings.extend(names::check(tree));
    findings.extend(paths::check(tree));
    findings.extend(words::check(tree));
    findings.extend(plugins::check(tree));
    findings.extend(dependencies::check(tree));
    findings.sort();
    findings
}
