//! `fidelity compare`: how far two tensors are apart.

use crate::output::print_line;
use fidelity_reference::{
    compare::{Tolerance, check_close, difference},
    npy,
};
use std::path::PathBuf;

/// Compares two .npy files; fails when they differ by more than is allowed.
#[derive(clap::Args, Debug)]
pub struct Compare {
    /// The tensor to check.
    actual: PathBuf,
    /// The tensor that is expected.
    expected: PathBuf,
    /// The difference allowed at any magnitude.
    #[arg(long, value_name = "X", default_value_t = 0.0)]
    absolute: f64,
    /// The difference allowed as a fraction of the expected magnitude.
    #[arg(long, value_name = "X", default_value_t = 0.0)]
    relative: f64,
}

impl Compare {
    /// Runs the command.
    ///
    /// # Errors
    ///
    /// One line that says where the files differ, or what is wrong with one.
    pub fn run(&self) -> Result<(), String> {
        let read = |path| npy::read(path).map_err(|error| error.to_string());
        let (actual, expected) = (read(&self.actual)?, read(&self.expected)?);
        let tolerance = Tolerance {
            absolute: self.absolute,
            relative: self.relative,
        };
        let place = |error| format!("{}: {error}", self.actual.display());
        check_close(&actual, &expected, tolerance).map_err(place)?;
        let difference = difference(&actual, &expected).map_err(place)?;
        print_line(&format!(
            "{} as expected, largest difference {:.3e}",
            expected, difference.max_absolute
        ))
    }
}
