//! The shapes of what is sent and answered, as data; the tests hold real answers against them.

use serde_json::{Map, Value};

const FILES: [&str; 7] = [
    include_str!("schemas/api.json"),
    include_str!("schemas/content.json"),
    include_str!("schemas/conversation.json"),
    include_str!("schemas/delivery.json"),
    include_str!("schemas/journal.json"),
    include_str!("schemas/nlu.json"),
    include_str!("schemas/revision.json"),
];

/// All of them, by name. A file that is no JSON would leave a gap, which a test looks for.
pub(super) fn all() -> Map<String, Value> {
    FILES.iter().filter_map(|text| serde_json::from_str::<Map<String, Value>>(text).ok()).flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_read_and_no_name_comes_twice() {
        let named: usize =
            FILES.iter().map(|text| serde_json::from_str::<Map<String, Value>>(text).unwrap().len()).sum();
        assert_eq!(all().len(), named);
    }
}
