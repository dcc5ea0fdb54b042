//! Recurrent token mixers, `FidelityRecurrentOps.td`.

mod ema;
mod mlgru;
mod mlstm;
mod rwkv;
mod slstm;

pub use ema::ema;
pub use mlgru::{Candidate, mlgru};
pub use mlstm::{MlstmOptions, mlstm};
pub use rwkv::{RwkvVersion, rwkv};
pub use slstm::slstm;

use crate::keyword::keywords;

/// Activation of an extended LSTM's forget gate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum ForgetGate {
    /// `σ(x)`.
    #[default]
    Sigmoid,
    /// `exp(x)`.
    Exponential,
}

keywords!(ForgetGate {
    Sigmoid = "sigmoid",
    Exponential = "exponential"
});

impl ForgetGate {
    /// The logarithm of the gate whose pre-activation is `x`.
    fn log(self, x: f64) -> f64 {
        match self {
            // log σ(x) = min(x, 0) - log(1 + exp(-|x|)), whose exp does not
            // overflow.
            Self::Sigmoid => x.min(0.0) - libm::log1p(libm::exp(-x.abs())),
            Self::Exponential => x,
        }
    }
}
