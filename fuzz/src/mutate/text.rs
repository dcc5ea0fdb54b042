//! Text with small mistakes.

use crate::random::Random;

/// Numbers at which something ends.
const NUMBERS: &[&str] = &[
    "0",
    "1",
    "-1",
    "2",
    "7",
    "127",
    "128",
    "255",
    "256",
    "2147483647",
    "2147483648",
    "4294967296",
    "9223372036854775807",
    "-9223372036854775808",
    "9223372036854775808",
    "99999999999999999999999",
    "0.0",
    "1.0e400",
    "0x7FC00000",
    "0xFF",
];

/// Words with which types and ops are made.
const WORDS: &[&str] = &[
    "f16",
    "bf16",
    "f32",
    "f64",
    "f80",
    "f128",
    "i1",
    "i8",
    "i32",
    "i64",
    "index",
    "tensor",
    "memref",
    "vector",
    "complex",
    "none",
    "?",
    "*",
    "x",
    "->",
    "storage",
    "packed2",
    "packed5",
    "tiled2",
    "tiled5",
    "dense",
    "dims",
    "unit",
    "array",
    "affine_map",
    "unit",
    "true",
    "\"\"",
    "\"m/s^2\"",
    "\"kg*m\"",
    "#fidelity.tensor<",
    "tensor<?x",
    "tensor<*xf32>",
    "tensor<0x",
    "<{",
    "}>",
    "loc(unknown)",
    "operandSegmentSizes",
];

/// Characters that end or begin something, and others that do not belong there.
const CHARACTERS: &[&str] = &[
    "<", ">", "(", ")", "[", "]", "{", "}", ",", ":", "=", "%", "@", "#", "!", "\"", "\\", "\n",
    " ", "\0", "\u{7f}", "é", "𝛾", "\u{feff}", "-", "?", "*", "//",
];

/// The text with one to six mistakes. `other` is a text to take words from.
pub fn mutate(text: &str, other: &str, random: &mut Random) -> Vec<u8> {
    let mut tokens: Vec<String> = tokens(text).into_iter().map(str::to_owned).collect();
    let others = self::tokens(other);
    for _ in 0..random.between(1..7) {
        if tokens.is_empty() {
            break;
        }
        let at = random.below(tokens.len());
        match random.below(12) {
            0 => {
                tokens.remove(at);
            }
            1 => tokens.insert(at, tokens[at].clone()),
            2 => {
                let with = random.below(tokens.len());
                tokens.swap(at, with);
            }
            3 if !others.is_empty() => tokens[at] = (*random.pick(&others)).to_owned(),
            4 => tokens[at] = (*random.pick(WORDS)).to_owned(),
            5 => tokens.insert(at, (*random.pick(WORDS)).to_owned()),
            6 | 7 => {
                // The next number, if there is one.
                let is_number = |token: &String| token.starts_with(|c: char| c.is_ascii_digit());
                if let Some(next) = tokens[at..].iter().position(is_number) {
                    tokens[at + next] = (*random.pick(NUMBERS)).to_owned();
                }
            }
            8 => tokens.insert(at, (*random.pick(CHARACTERS)).to_owned()),
            9 => {
                let end = (at + random.between(1..30)).min(tokens.len());
                tokens.drain(at..end);
            }
            10 => {
                let end = (at + random.between(1..30)).min(tokens.len());
                let copied = tokens[at..end].to_vec();
                let to = random.below(tokens.len());
                tokens.splice(to..to, copied);
            }
            _ => {
                let from = random.below(tokens.len());
                tokens[at] = tokens[from].clone();
            }
        }
    }
    if random.chance(5) {
        tokens.truncate(random.below(tokens.len() + 1));
    }
    let mut bytes = tokens.concat().into_bytes();
    if !bytes.is_empty() && random.chance(5) {
        // Not UTF-8 any more.
        let at = random.below(bytes.len());
        bytes[at] = random.between(128..256) as u8;
    }
    bytes
}

/// The words, numbers, characters and gaps of a text.
fn tokens(text: &str) -> Vec<&str> {
    let kind = |character: char| match character {
        letter if letter.is_alphabetic() || letter == '_' => 1,
        digit if digit.is_ascii_digit() => 2,
        space if space.is_whitespace() => 3,
        _ => 0,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut before = None;
    for (at, character) in text.char_indices() {
        let kind = kind(character);
        if before.is_some_and(|before| before != kind || kind == 0) {
            tokens.push(&text[start..at]);
            start = at;
        }
        before = Some(kind);
    }
    tokens.push(&text[start..]);
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn tokens_are_words_numbers_and_characters() {
        assert_eq!(
            tokens("%arg0: tensor<4x?xf32>"),
            [
                "%", "arg", "0", ":", " ", "tensor", "<", "4", "x", "?", "xf", "32", ">"
            ]
        );
    }
}
