//! From text to tokens and back.

use std::path::Path;
use tokenizers::Tokenizer;

/// What tokens stand for.
pub enum Vocabulary {
    /// Token i is the byte i.
    Bytes,
    /// Tokens are shown as numbers; there is no text to encode.
    Numbers,
    /// A Hugging Face `tokenizer.json`.
    Tokenizer(Box<Tokenizer>),
}

impl Vocabulary {
    /// The vocabulary of a model of `size` tokens: a tokenizer's if a file is
    /// given, else bytes, of which there are 256, else, when the prompt is
    /// given as tokens, numbers.
    ///
    /// # Errors
    ///
    /// One line, when the file cannot be read, or there is none and a text is
    /// to be encoded in tokens that are no bytes.
    pub fn new(size: usize, tokenizer: Option<&Path>, has_text: bool) -> Result<Self, String> {
        match tokenizer {
            Some(path) => {
                let tokenizer = Tokenizer::from_file(path)
                    .map_err(|error| format!("{}: {error}", path.display()))?;
                let tokens = tokenizer.get_vocab_size(true);
                if tokens > size {
                    return Err(format!(
                        "{}: expected at most {size} tokens, as the model has, but got {tokens}",
                        path.display()
                    ));
                }
                Ok(Self::Tokenizer(Box::new(tokenizer)))
            }
            None if size == 256 => Ok(Self::Bytes),
            None if !has_text => Ok(Self::Numbers),
            None => Err(format!(
                "expected --tokenizer FILE for a vocabulary of {size} tokens; \
                 only one of 256 is taken for bytes"
            )),
        }
    }

    /// The tokens of a text.
    ///
    /// # Errors
    ///
    /// One line, when the tokenizer cannot encode it.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, String> {
        match self {
            Self::Bytes => Ok(text.bytes().map(u32::from).collect()),
            Self::Numbers => Err("expected a prompt of tokens, but got a text".into()),
            Self::Tokenizer(tokenizer) => tokenizer
                .encode(text, true)
                .map(|encoding| encoding.get_ids().to_vec())
                .map_err(|error| format!("cannot encode the prompt: {error}")),
        }
    }

    /// What `tokens` add to the text after the first `shown` bytes of it, as
    /// far as it is certain: a character may take several tokens.
    pub fn decode_new(&self, tokens: &[u32], shown: &mut usize) -> Vec<u8> {
        match self {
            Self::Bytes => {
                let new = tokens[*shown..].iter().map(|&token| token as u8).collect();
                *shown = tokens.len();
                new
            }
            Self::Numbers => {
                let new = tokens[*shown..].iter().map(|token| format!("{token} "));
                *shown = tokens.len();
                new.collect::<String>().into_bytes()
            }
            Self::Tokenizer(tokenizer) => {
                let text = tokenizer.decode(tokens, true).unwrap_or_default();
                // A replacement character at the end is a character to be.
                let complete = text.trim_end_matches('\u{fffd}');
                let new = complete.as_bytes().get(*shown..).unwrap_or_default();
                *shown = (*shown).max(complete.len());
                new.to_vec()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Vocabulary;
    use pretty_assertions::assert_eq;

    #[test]
    fn bytes_are_tokens() {
        let vocabulary = Vocabulary::new(256, None, true).expect("bytes");
        let tokens = vocabulary.encode("né").expect("tokens");
        assert_eq!(tokens, [110, 195, 169]);
        let mut shown = 0;
        assert_eq!(vocabulary.decode_new(&tokens[..2], &mut shown), [110, 195]);
        assert_eq!(vocabulary.decode_new(&tokens, &mut shown), [169]);
    }

    #[test]
    fn other_sizes_ask_for_a_tokenizer() {
        let error = Vocabulary::new(32000, None, true).err().expect("an error");
        assert_eq!(
            error,
            "expected --tokenizer FILE for a vocabulary of 32000 tokens; \
             only one of 256 is taken for bytes"
        );
    }

    #[test]
    fn tokens_without_a_text_are_numbers() {
        let vocabulary = Vocabulary::new(32000, None, false).expect("numbers");
        let mut shown = 1;
        assert_eq!(vocabulary.decode_new(&[7, 31999], &mut shown), b"31999 ");
        assert!(vocabulary.encode("text").is_err());
    }
}
