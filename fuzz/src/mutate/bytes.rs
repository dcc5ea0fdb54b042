//! Bytecode with small mistakes.

use crate::random::Random;

/// Bytes at which something ends: of numbers of variable length too.
const BYTES: &[u8] = &[0, 1, 2, 3, 0x7f, 0x80, 0x81, 0xfe, 0xff];

/// The bytes with one to six mistakes, most of them behind the first bytes,
/// which say that it is bytecode.
pub fn mutate(mut bytes: Vec<u8>, random: &mut Random) -> Vec<u8> {
    for _ in 0..random.between(1..7) {
        let first = match random.chance(97) {
            true => 4,
            false => 0,
        };
        if bytes.len() <= first {
            break;
        }
        let at = random.between(first..bytes.len());
        let end = (at + random.between(1..17)).min(bytes.len());
        match random.below(10) {
            0..3 => bytes[at] ^= 1 << random.below(8),
            3 => bytes[at] = random.below(256) as u8,
            4 => bytes[at] = *random.pick(BYTES),
            5 => bytes.insert(at, *random.pick(BYTES)),
            6 => {
                bytes.drain(at..end);
            }
            7 => {
                let copied = bytes[at..end].to_vec();
                bytes.splice(at..at, copied);
            }
            8 => bytes[at..end].fill(*random.pick(BYTES)),
            _ if random.chance(30) => bytes.truncate(at),
            _ => bytes[at] = bytes[at].wrapping_add(1),
        }
    }
    bytes
}
