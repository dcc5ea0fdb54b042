//! `fidelity import`: a checkpoint to a file of IR.

use super::{build_module, import_hgrn_bit};
use crate::{context, output::write_whole, progress};
use fidelity_dialect::Storage;
use melior::ir::operation::OperationLike;
use std::path::PathBuf;

/// Reads a trained checkpoint and writes a module in the dialect.
#[derive(clap::Args, Debug)]
pub struct Import {
    /// The family of models.
    #[arg(value_enum)]
    family: Family,
    /// The folder of the checkpoint: config.json and its safetensors.
    directory: PathBuf,
    /// The file to write: text for .mlir, bytecode for .mlirbc.
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// How the weights of the linear layers are stored.
    #[arg(long, value_enum, default_value_t)]
    storage: WeightStorage,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug)]
enum Family {
    /// MatMul-free LM (HGRN-Bit, arXiv 2406.02528).
    HgrnBit,
}

#[derive(clap::ValueEnum, Clone, Copy, Debug, Default)]
enum WeightStorage {
    /// A byte for each trit.
    Dense,
    /// Two bits for each trit, four to a byte.
    #[default]
    Packed2,
    /// Five trits to a byte, in base 3: the smaller file.
    Packed5,
    /// Two bits for each trit, in tiles for the vector units of processors.
    Tiled2,
    /// Five trits to a byte, in tiles for the vector units of processors.
    Tiled5,
}

impl From<WeightStorage> for Storage {
    fn from(storage: WeightStorage) -> Self {
        match storage {
            WeightStorage::Dense => Self::Dense,
            WeightStorage::Packed2 => Self::Packed2,
            WeightStorage::Packed5 => Self::Packed5,
            WeightStorage::Tiled2 => Self::Tiled2,
            WeightStorage::Tiled5 => Self::Tiled5,
        }
    }
}

impl Import {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// One line that names the file and what is wrong with it.
    pub fn run(&self) -> Result<(), String> {
        let as_text = match self
            .output
            .extension()
            .and_then(|extension| extension.to_str())
        {
            Some("mlir") => true,
            Some("mlirbc") => false,
            _ => {
                return Err(format!(
                    "{}: expected an output that ends in .mlir or .mlirbc",
                    self.output.display()
                ));
            }
        };
        let Family::HgrnBit = self.family;
        let bar = progress::bytes(0);
        let model = import_hgrn_bit(&self.directory, self.storage.into(), &mut |progress| {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
            bar.set_message(progress.tensor.to_owned());
        })
        .map_err(|error| error.to_string())?;
        bar.finish_and_clear();

        let context = context::new();
        let module = build_module(&context, model).map_err(|error| error.to_string())?;
        let operation = module.as_operation();
        write_whole(&self.output, |file| {
            if as_text {
                writeln!(file, "{operation}")
            } else {
                file.write_all(&operation.write_bytecode())
            }
        })
    }
}
