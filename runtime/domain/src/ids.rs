//! Ids: UUIDs of version 7, made of a time and random bits that are passed in.

use crate::Instant;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
        #[serde(transparent)]
        pub struct $name(uuid::Uuid);

        impl $name {
            /// Made of a time in milliseconds and random bits, of which 74 are used (RFC 9562, section 5.7).
            #[must_use]
            pub fn new(now: Instant, random: u128) -> Self {
                let bytes = random.to_be_bytes();
                let mut tail = [0; 10];
                tail.copy_from_slice(&bytes[6..]);
                Self(uuid::Builder::from_unix_timestamp_millis(now, &tail).into_uuid())
            }

            /// When it was made, milliseconds since the Unix epoch.
            #[must_use]
            pub fn made_at(&self) -> Instant {
                let millis = self.0.as_bytes()[..6].iter();
                millis.fold(0, |millis, byte| millis << 8 | Instant::from(*byte))
            }

            /// The sixteen bytes.
            #[must_use]
            pub fn as_bytes(&self) -> &[u8; 16] {
                self.0.as_bytes()
            }

            /// From the sixteen bytes.
            #[must_use]
            pub fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(uuid::Uuid::from_bytes(bytes))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                uuid::Uuid::try_parse(text).map(Self)
            }
        }
    };
}

id!(
    /// A conversation.
    ConversationId
);
id!(
    /// A customer, whatever their addresses.
    ContactId
);
id!(
    /// A line of a transcript.
    MessageId
);
id!(
    /// One turn of a conversation.
    TurnId
);
id!(
    /// Something to be done on a platform.
    DeliveryId
);
id!(
    /// A wish of a skill to be called again.
    ScheduleId
);
id!(
    /// A request to be performed after a webhook was taken.
    ErrandId
);
id!(
    /// A raw webhook that could not be read.
    QuarantineId
);
id!(
    /// An access token of the API.
    TokenId
);
id!(
    /// Something that was done to a revision.
    AuditId
);
id!(
    /// What somebody said that an utterance means.
    CorrectionId
);
id!(
    /// Work on the classifier that outlasts a request.
    JobId
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_later_id_sorts_after_an_earlier_one() {
        assert!(TurnId::new(1, u128::MAX) < TurnId::new(2, 0));
    }

    #[test]
    fn an_id_remembers_when_it_was_made() {
        assert_eq!(TurnId::new(1_795_305_600_000, u128::MAX).made_at(), 1_795_305_600_000);
    }

    #[test]
    fn an_id_survives_its_text() {
        let id = TurnId::new(1_795_305_600_000, 77);
        assert_eq!(id.to_string().parse::<TurnId>(), Ok(id));
    }
}
