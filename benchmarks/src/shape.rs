//! The shape of a layer.

use std::str::FromStr;

/// The outputs and inputs of a layer.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// N.
    pub outputs: usize,
    /// K.
    pub inputs: usize,
}

impl FromStr for Shape {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let sizes = text.split_once('x').and_then(|(outputs, inputs)| {
            Some(Self {
                outputs: outputs.parse().ok()?,
                inputs: inputs.parse().ok()?,
            })
        });
        sizes.ok_or_else(|| format!("expected OUTPUTSxINPUTS, but got {text}"))
    }
}
