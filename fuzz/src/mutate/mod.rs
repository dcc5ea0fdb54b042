//! Files that are almost valid.

mod bytes;
mod text;

use crate::{case::Case, check, inference::Inference, random::Random};
use fidelity_tools::module;
use melior::ir::operation::OperationLike;
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Keeps the choices for a file apart from those for the module of its seed.
const STREAM: u64 = 1 << 32;

/// Where the project's own tests and examples are.
const PLACES: [&str; 2] = ["test", "examples"];

/// What files are made from: the modules in the project's tests, valid ones and
/// others, and random modules.
#[derive(Debug)]
pub struct Corpus {
    texts: Vec<String>,
    bytecode: Vec<Vec<u8>>,
}

/// A file.
#[derive(Clone, Debug, PartialEq)]
pub enum Mutant {
    /// Text.
    Text(Vec<u8>),
    /// Bytecode.
    Bytecode(Vec<u8>),
}

impl Corpus {
    /// Reads the tests and examples.
    ///
    /// # Errors
    ///
    /// When there are none.
    pub fn read() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let mut files = Vec::new();
        for place in PLACES {
            list(&root.join(place), &mut files);
        }
        // The order does not depend on the file system.
        files.sort();
        let with = |extension: &str| {
            let has =
                move |path: &&PathBuf| path.extension().is_some_and(|found| found == extension);
            (files.iter().filter(has))
                .filter_map(|path| fs::read(path).ok())
                .collect::<Vec<_>>()
        };
        let texts: Vec<_> = with("mlir")
            .into_iter()
            .filter_map(|bytes| String::from_utf8(bytes).ok())
            .flat_map(|text| {
                text.split("// -----")
                    .map(str::to_owned)
                    .collect::<Vec<_>>()
            })
            .collect();
        if texts.is_empty() {
            return Err(format!("{}: expected tests to mutate", root.display()));
        }
        Ok(Self {
            texts,
            bytecode: with("mlirbc"),
        })
    }

    /// The file of a seed.
    pub fn mutant(&self, seed: u64, inference: &Inference) -> Mutant {
        let mut random = Random::new(seed, STREAM);
        let text = match random.chance(30) {
            // One that the dialect refuses is a finding of another job.
            true => Case::new(seed, 0, inference).map(|case| case.text),
            false => Err(String::new()),
        };
        let text = text.unwrap_or_else(|_| random.pick(&self.texts).clone());
        if random.chance(50) {
            let other = random.pick(&self.texts).clone();
            return Mutant::Text(text::mutate(&text, &other, &mut random));
        }
        let bytes = match self.bytecode.is_empty() || random.chance(70) {
            true => bytecode_of(&text),
            false => None,
        };
        match bytes {
            Some(bytes) => Mutant::Bytecode(bytes::mutate(bytes, &mut random)),
            None if self.bytecode.is_empty() => Mutant::Text(text.into_bytes()),
            None => {
                let bytes = random.pick(&self.bytecode).clone();
                Mutant::Bytecode(bytes::mutate(bytes, &mut random))
            }
        }
    }
}

impl Mutant {
    /// Reads the file, which is put into a folder, and canonicalises and lowers
    /// what it holds. Gives whether it is valid.
    ///
    /// # Errors
    ///
    /// When the file is refused without a reason, or what it holds does not
    /// verify any more after a pass.
    pub fn read(&self, folder: &Path) -> Result<bool, String> {
        let (name, bytes) = match self {
            Self::Text(bytes) => (crate::process::INPUTS[0], bytes),
            Self::Bytecode(bytes) => (crate::process::INPUTS[1], bytes),
        };
        let path = folder.join(name);
        fs::write(&path, bytes).map_err(|error| error.to_string())?;
        let context = check::context();
        let mut module = match module::read(&context, &path) {
            Ok(module) => module,
            // MLIR's reader of bytecode has no word for some of what it refuses.
            Err(error)
                if matches!(self, Self::Text(_))
                    && error.to_string() == format!("{}: expected a module", path.display()) =>
            {
                return Err("refused without a diagnostic".into());
            }
            Err(_) => return Ok(false),
        };
        fidelity_tools::registry::register_passes();
        for pass in [
            "canonicalize",
            "fidelity-fuse{reassociate}",
            "fidelity-decompose{chunk=2}",
            "convert-fidelity-to-linalg",
        ] {
            // A pass may refuse what a verifier allows, and has to say why.
            if let Err(error) = module::run_passes(&context, &path, &mut module, pass) {
                let message = error.to_string();
                return match message.contains("does not verify")
                    || message.contains("current operation")
                {
                    true => Err(format!("{pass}: {message}")),
                    false => Ok(true),
                };
            }
        }
        Ok(true)
    }

    /// The file's bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(bytes) | Self::Bytecode(bytes) => bytes,
        }
    }
}

/// A module as bytecode, if it is valid.
fn bytecode_of(text: &str) -> Option<Vec<u8>> {
    let context = check::context();
    let module = check::parse(&context, text).ok()?;
    Some(module.as_operation().write_bytecode())
}

fn list(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        match path.is_dir() {
            true => list(&path, files),
            false => files.push(path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mutants_follow_from_their_seeds() {
        let (corpus, inference) = (Corpus::read().unwrap(), Inference::new());
        let mutants = |seeds: std::ops::Range<u64>| {
            seeds
                .map(|seed| corpus.mutant(seed, &inference))
                .collect::<Vec<_>>()
        };
        let first = mutants(0..20);
        assert_eq!(first, mutants(0..20));
        let is_text = |mutant: &&Mutant| matches!(mutant, Mutant::Text(_));
        let texts = first.iter().filter(is_text).count();
        assert!((1..20).contains(&texts), "{texts} texts of 20 files");
    }
}
