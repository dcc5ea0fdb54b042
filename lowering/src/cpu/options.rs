//! What stands between the braces of the pipeline's name.

use super::{CPU_PIPELINE, processor::isa_of_name};
use crate::vector::Isa;

/// What the pipeline is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The instructions of kernels.
    pub isa: Isa,
}

impl Options {
    /// Reads options, which are `cpu=…` or none.
    ///
    /// # Errors
    ///
    /// When there are others, or the processor is none.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut options = Self { isa: Isa::Portable };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("cpu", cpu)) => options.isa = isa_of_name(cpu)?,
                _ => {
                    return Err(format!(
                        "expected cpu=… as the option of {CPU_PIPELINE}, but got `{word}`"
                    ));
                }
            }
        }
        Ok(options)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn reads_the_processor() {
        let isa = |text| Options::read(text).map(|options| options.isa);
        assert_eq!(isa(""), Ok(Isa::Portable));
        assert_eq!(isa(" cpu=x86-64-v3 "), Ok(Isa::Avx2));
        assert_eq!(
            isa("speed=high"),
            Err(
                "expected cpu=… as the option of fidelity-cpu-pipeline, but got `speed=high`"
                    .into()
            )
        );
        assert!(isa("cpu=").is_err());
    }
}
