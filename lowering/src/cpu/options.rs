//! What stands between the braces of the pipeline's name.

use super::{CPU_PIPELINE, processor::isa_of_name};
use crate::vector::Isa;

/// More threads than any processor has.
pub const MAX_THREADS: u32 = 1024;

/// What the pipeline is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// The instructions of kernels.
    pub isa: Isa,
    /// The threads that share a kernel.
    pub threads: u32,
}

impl Options {
    /// Reads options, `cpu=…` and `threads=…`.
    ///
    /// # Errors
    ///
    /// When there are others, the processor is none, or there are no threads.
    pub fn read(text: &str) -> Result<Self, String> {
        let mut options = Self {
            isa: Isa::Portable,
            threads: 1,
        };
        for word in text.split_whitespace() {
            match word.split_once('=') {
                Some(("cpu", cpu)) => options.isa = isa_of_name(cpu)?,
                Some(("threads", count)) => options.threads = threads(count)?,
                _ => {
                    return Err(format!(
                        "expected cpu=… and threads=… as options of {CPU_PIPELINE}, but got `{word}`"
                    ));
                }
            }
        }
        Ok(options)
    }
}

/// Reads a number of threads.
fn threads(text: &str) -> Result<u32, String> {
    (text.parse().ok())
        .filter(|count| (1..=MAX_THREADS).contains(count))
        .ok_or_else(|| format!("expected threads to be 1 to {MAX_THREADS}, but got `{text}`"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn reads_the_processor_and_threads() {
        let isa = |text| Options::read(text).map(|options| options.isa);
        assert_eq!(isa(""), Ok(Isa::Portable));
        assert_eq!(isa(" cpu=x86-64-v3 "), Ok(Isa::Avx2));
        assert_eq!(
            isa("speed=high"),
            Err(
                "expected cpu=… and threads=… as options of fidelity-cpu-pipeline, but got \
                 `speed=high`"
                    .into()
            )
        );
        assert!(isa("cpu=").is_err());
        let threads = |text| Options::read(text).map(|options| options.threads);
        assert_eq!(threads("cpu=x86-64"), Ok(1));
        assert_eq!(threads("threads=2 cpu=x86-64"), Ok(2));
        assert_eq!(
            threads("threads=0"),
            Err("expected threads to be 1 to 1024, but got `0`".into())
        );
    }
}
