//! What is built of each plugin. All builds of a name do the same, but their revisions differ, and so does the version of memory
//! that a skill keeps.

use sha2::{Digest as _, Sha256};
use sportello_domain::revision::{Grants, PluginKind, Revision};

use crate::catalog::{CLERK, NLU, name};

/// How many builds there are of whatever operators swap; the first one is configured.
pub const BUILDS: u32 = 4;

/// What operators swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Served {
    /// The skill.
    Skill,
    /// A channel.
    Channel(usize),
}

impl Served {
    /// As it is configured.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Skill => CLERK.to_owned(),
            Self::Channel(index) => name(index),
        }
    }
}

/// A build.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Build {
    /// Of what.
    pub name: String,
    /// The how manieth, from 0.
    pub number: u32,
}

impl Build {
    /// The newest that serves.
    #[must_use]
    pub fn newest(of: Served) -> Self {
        Self { name: of.name(), number: BUILDS - 1 }
    }

    /// One that never serves: where it is a skill, it asks for what no other asks for.
    #[must_use]
    pub fn odd(of: Served) -> Self {
        Self { name: of.name(), number: BUILDS }
    }

    /// Whether it is that one.
    #[must_use]
    pub fn is_odd(&self) -> bool {
        self.number == BUILDS
    }

    /// Its component.
    #[must_use]
    pub fn component(&self) -> Vec<u8> {
        format!("{} {}", self.name, self.number).into_bytes()
    }

    /// SHA-256 of its component.
    #[must_use]
    pub fn digest(&self) -> [u8; 32] {
        Sha256::digest(self.component()).into()
    }

    /// Reads a component.
    #[must_use]
    pub fn read(component: &[u8]) -> Option<Self> {
        let (name, number) = str::from_utf8(component).ok()?.split_once(' ')?;
        Some(Self { name: name.to_owned(), number: number.parse().ok()? })
    }

    /// What it fulfils.
    #[must_use]
    pub fn kind(&self) -> PluginKind {
        match self.name.as_str() {
            CLERK => PluginKind::Skill,
            NLU => PluginKind::Nlu,
            _ => PluginKind::Channel,
        }
    }

    /// What is made of it.
    #[must_use]
    pub fn revision(&self) -> Revision {
        let digest: String = self.digest().iter().map(|byte| format!("{byte:02x}")).collect();
        Revision::new(&self.name, &self.name, self.kind(), &digest, CONTRACT, "{}".to_owned(), Grants::default())
    }

    /// The version of a skill's memory; 0 of what keeps none. Not every build has a new one.
    #[must_use]
    pub fn memory_version(&self) -> u32 {
        match self.kind() {
            PluginKind::Skill => 1 + self.number.div_ceil(2),
            PluginKind::Channel | PluginKind::Nlu => 0,
        }
    }
}

/// What all of them are built against.
pub(crate) const CONTRACT: &str = "0.1.0";
