//! LEB128: how the binary format writes sizes, seven bits a byte, the lowest first.

/// Bits of a byte that count; the eighth says that another byte follows.
const BITS: u32 = 7;
const MORE: u8 = 0x80;

/// The number at the beginning of these bytes, and of how many bytes it is made; none where they end within it, or where it
/// does not fit 32 bits.
pub(super) fn read(bytes: &[u8]) -> Option<(usize, usize)> {
    let mut number: u64 = 0;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        number |= u64::from(byte & !MORE) << (BITS * u32::try_from(index).ok()?);
        if byte & MORE == 0 {
            return Some((u32::try_from(number).ok()?.try_into().ok()?, index + 1));
        }
    }
    None
}

pub(super) fn write(out: &mut Vec<u8>, mut number: usize) {
    loop {
        #[allow(clippy::cast_possible_truncation, reason = "seven bits are left")]
        let byte = (number & usize::from(!MORE)) as u8;
        number >>= BITS;
        if number == 0 {
            return out.push(byte);
        }
        out.push(byte | MORE);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        for number in [0, 1, 127, 128, 300, 65_535, 1 << 28, u32::MAX as usize] {
            let mut bytes = vec![];
            write(&mut bytes, number);
            assert_eq!(read(&bytes), Some((number, bytes.len())), "{number}");
        }
    }

    #[test]
    fn the_example_of_the_format_is_met() {
        let mut bytes = vec![];
        write(&mut bytes, 624_485);
        assert_eq!(bytes, [0xe5, 0x8e, 0x26]);
    }

    #[test]
    fn what_is_too_large_or_cut_off_is_none() {
        assert_eq!(read(&[0xff, 0xff, 0xff, 0xff, 0x7f]), None);
        assert_eq!(read(&[0x80]), None);
        assert_eq!(read(&[]), None);
    }
}
