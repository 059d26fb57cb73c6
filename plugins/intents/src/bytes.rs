//! How a trained model is written down: a header that says what it is, a checksum, then its parts.
//!
//! Numbers that are mostly small take seven bits a byte (LEB128); everything is little-endian. Reading trusts nothing: bytes
//! that are no model, or not all of one, are refused and never panic.

/// What every model begins with.
const MAGIC: &[u8; 8] = b"SPRT-NLU";
/// Raised with every change of what follows.
const FORMAT: u16 = 2;

/// Why bytes are not a model.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// They begin differently.
    #[error("these bytes are no model of the intents plugin; train one with it")]
    Foreign,
    /// Another version of the plugin wrote them.
    #[error("the model is of format {found}, this plugin reads format {FORMAT}; train the corpus again")]
    Format {
        /// The format that the bytes claim.
        found: u16,
    },
    /// They are cut off or changed.
    #[error("the model is damaged ({0}); train the corpus again")]
    Damaged(&'static str),
}

/// Writes a model.
pub(crate) struct Writer(Vec<u8>);

impl Writer {
    pub(crate) fn new() -> Self {
        Self(Vec::new())
    }

    /// The model: header, checksum and what was written.
    pub(crate) fn finish(self) -> Vec<u8> {
        let mut model = Vec::with_capacity(self.0.len() + 18);
        model.extend_from_slice(MAGIC);
        model.extend_from_slice(&FORMAT.to_le_bytes());
        model.extend_from_slice(&checksum(&self.0).to_le_bytes());
        model.extend_from_slice(&self.0);
        model
    }

    pub(crate) fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    pub(crate) fn real(&mut self, real: f32) {
        self.0.extend_from_slice(&real.to_le_bytes());
    }

    pub(crate) fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    pub(crate) fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.bytes(text.as_bytes());
    }

    pub(crate) fn texts(&mut self, texts: &[String]) {
        self.number(texts.len() as u32);
        texts.iter().for_each(|text| self.text(text));
    }

    /// Numbers that ascend, each once, as the distances between them.
    pub(crate) fn ascending(&mut self, numbers: impl Iterator<Item = u32>) {
        let mut next = 0;
        for number in numbers {
            self.number(number - next);
            next = number + 1;
        }
    }
}

/// Reads a model.
pub(crate) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Checks the header and the sum.
    pub(crate) fn open(model: &'a [u8]) -> Result<Self, LoadError> {
        let rest = model.strip_prefix(MAGIC).ok_or(LoadError::Foreign)?;
        let (format, rest) = rest.split_first_chunk::<2>().ok_or(LoadError::Damaged("cut off"))?;
        let found = u16::from_le_bytes(*format);
        if found != FORMAT {
            return Err(LoadError::Format { found });
        }
        let (sum, rest) = rest.split_first_chunk::<8>().ok_or(LoadError::Damaged("cut off"))?;
        if u64::from_le_bytes(*sum) != checksum(rest) {
            return Err(LoadError::Damaged("its checksum differs"));
        }
        Ok(Self(rest))
    }

    /// That nothing is left.
    pub(crate) fn close(self) -> Result<(), LoadError> {
        if self.0.is_empty() { Ok(()) } else { Err(LoadError::Damaged("longer than it says")) }
    }

    pub(crate) fn number(&mut self) -> Result<u32, LoadError> {
        let mut number = 0_u32;
        for shift in (0..32).step_by(7) {
            let (byte, rest) = self.0.split_first().ok_or(LoadError::Damaged("cut off"))?;
            self.0 = rest;
            number |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
        }
        Err(LoadError::Damaged("a number too large"))
    }

    /// A count of things of which each takes at least `size` bytes: never more than there can be.
    pub(crate) fn length(&mut self, size: usize) -> Result<usize, LoadError> {
        let length = self.number()? as usize;
        if length.saturating_mul(size) > self.0.len() {
            return Err(LoadError::Damaged("cut off"));
        }
        Ok(length)
    }

    pub(crate) fn real(&mut self) -> Result<f32, LoadError> {
        let (bytes, rest) = self.0.split_first_chunk::<4>().ok_or(LoadError::Damaged("cut off"))?;
        self.0 = rest;
        let real = f32::from_le_bytes(*bytes);
        if real.is_finite() { Ok(real) } else { Err(LoadError::Damaged("a figure is not finite")) }
    }

    pub(crate) fn reals(&mut self, count: usize) -> Result<Vec<f32>, LoadError> {
        (0..count).map(|_| self.real()).collect()
    }

    pub(crate) fn bytes(&mut self, count: usize) -> Result<&'a [u8], LoadError> {
        let (bytes, rest) = self.0.split_at_checked(count).ok_or(LoadError::Damaged("cut off"))?;
        self.0 = rest;
        Ok(bytes)
    }

    pub(crate) fn text(&mut self) -> Result<String, LoadError> {
        let length = self.length(1)?;
        let bytes = self.bytes(length)?;
        String::from_utf8(bytes.to_vec()).map_err(|_| LoadError::Damaged("a name is not text"))
    }

    pub(crate) fn texts(&mut self) -> Result<Vec<String>, LoadError> {
        let count = self.length(1)?;
        (0..count).map(|_| self.text()).collect()
    }

    /// What [`Writer::ascending`] wrote; every number is below `bound`.
    pub(crate) fn ascending(&mut self, count: usize, bound: u32) -> Result<Vec<u32>, LoadError> {
        let mut next = 0_u32;
        let mut numbers = Vec::with_capacity(count.min(self.0.len()));
        for _ in 0..count {
            let number = next.checked_add(self.number()?).filter(|number| *number < bound);
            let number = number.ok_or(LoadError::Damaged("an index out of range"))?;
            numbers.push(number);
            next = number + 1;
        }
        Ok(numbers)
    }
}

/// FNV-1a, 64 bits: against accidents, not against malice.
fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_was_written_is_read() -> Result<(), LoadError> {
        let mut writer = Writer::new();
        writer.number(300);
        writer.real(-0.5);
        writer.texts(&["eins".into(), "zwei".into()]);
        writer.ascending([0, 1, 7].into_iter());
        let model = writer.finish();
        let mut reader = Reader::open(&model)?;
        assert_eq!(reader.number()?, 300);
        assert_eq!(reader.real()?, -0.5);
        assert_eq!(reader.texts()?, ["eins", "zwei"]);
        assert_eq!(reader.ascending(3, 8)?, [0, 1, 7]);
        reader.close()
    }

    #[test]
    fn an_older_format_is_named() {
        let mut model = Writer::new().finish();
        model[8] = 7;
        assert_eq!(Reader::open(&model).err(), Some(LoadError::Format { found: 7 }));
    }

    proptest! {
        #[test]
        fn foreign_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            prop_assert!(Reader::open(&bytes).is_err());
        }

        #[test]
        fn numbers_survive(number: u32) {
            let mut writer = Writer::new();
            writer.number(number);
            let model = writer.finish();
            prop_assert_eq!(Reader::open(&model).and_then(|mut reader| reader.number()), Ok(number));
        }
    }
}
