//! What a skill kept, in the version that it reads (rule 18).

use sportello_domain::contract::Memory;

use super::facts::Facts;
use crate::catalog::Skill;
use crate::core::Core;
use crate::ports::Call;
use crate::sabotage::{Sabotage, is_broken};

impl Core {
    /// The last memory that is not newer than the skill, carried over where it is older; an error, for people, where
    /// there are only newer ones or the skill cannot carry it over.
    pub(super) async fn remembered(
        &self,
        facts: &Facts,
        skill: &str,
        configured: &Skill,
    ) -> Result<Option<Memory>, String> {
        let own = configured.description.memory_version;
        let kept: Vec<&Memory> =
            facts.memories.iter().filter(|kept| kept.skill == skill).map(|kept| &kept.memory).collect();
        if kept.is_empty() {
            return Ok(None);
        }
        let any = is_broken(Sabotage::NewerMemory);
        let readable = kept.into_iter().rfind(|memory| memory.version <= own || any);
        match readable {
            Some(memory) if any => Ok(Some(memory.clone())),
            None => Err(format!("what `{skill}` kept is of a newer version than this revision of it reads ({own})")),
            Some(memory) if memory.version == own => Ok(Some(memory.clone())),
            Some(memory) => {
                let call = Call {
                    revision: &configured.revision.id,
                    conversation: Some(facts.conversation.id),
                    now: facts.now,
                    seed: facts.seed,
                    recorded: &[],
                };
                let migrated = self.ports.plugins.migrate(call, memory).await.map_err(|error| error.to_string())?;
                migrated.value.map(Some)
            }
        }
    }
}
