//! Text from a model: `@prefill` on the prompt, then `@decode` token by token.

mod command;
mod sampler;
mod vocabulary;

pub use command::Generate;
pub use sampler::Sampler;
pub use vocabulary::Vocabulary;

use fidelity_reference::{ElementType, Tensor};

/// Something that can call the functions of a model.
pub trait Machine {
    /// Calls a function with its inputs in order and gives its results in
    /// order.
    ///
    /// # Errors
    ///
    /// One line that says why the call failed.
    fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String>;
}

impl<M: Machine> Machine for &mut M {
    fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
        (**self).call(entry, inputs)
    }
}

/// A text in the making: the model and the states that the tokens so far left.
pub struct Session<M> {
    machine: M,
    states: Vec<Tensor>,
}

impl<M: Machine> Session<M> {
    /// Begins with the tokens of a prompt, one at least, and gives the logits
    /// of the token that follows.
    ///
    /// # Errors
    ///
    /// When there is no token, or `@prefill` fails.
    pub fn begin(mut machine: M, tokens: &[u32]) -> Result<(Self, Vec<f64>), String> {
        if tokens.is_empty() {
            return Err("expected a prompt of at least one token, but got none".into());
        }
        let mut results = machine.call(
            "prefill",
            vec![i32_tensor([tokens.len()].to_vec(), tokens)?],
        )?;
        let logits = take_logits(&mut results)?;
        // The last row of [T, V].
        let last = logits.len() - logits.len() / tokens.len();
        let session = Self {
            machine,
            states: results,
        };
        Ok((session, logits[last..].to_vec()))
    }

    /// Goes on with one token and gives the logits of the next.
    ///
    /// # Errors
    ///
    /// When `@decode` fails.
    pub fn step(&mut self, token: u32) -> Result<Vec<f64>, String> {
        let mut inputs = vec![i32_tensor(Vec::new(), &[token])?];
        inputs.append(&mut self.states);
        self.states = self.machine.call("decode", inputs)?;
        take_logits(&mut self.states)
    }
}

fn i32_tensor(shape: Vec<usize>, tokens: &[u32]) -> Result<Tensor, String> {
    let tokens = tokens.iter().map(|&token| i64::from(token)).collect();
    Tensor::from_integers(ElementType::I32, shape, tokens).map_err(|error| error.to_string())
}

/// Splits the logits, the first result, off.
fn take_logits(results: &mut Vec<Tensor>) -> Result<Vec<f64>, String> {
    if results.is_empty() {
        return Err("expected logits as the first result, but got no result".into());
    }
    Ok(results.remove(0).to_f64s())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// Counts: the state is the sum of all tokens, the logits point at it.
    struct Sum;

    impl Machine for Sum {
        fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
            let sum: f64 = inputs.iter().flat_map(Tensor::to_f64s).sum();
            let rows = if entry == "prefill" {
                inputs[0].len()
            } else {
                1
            };
            let mut logits = vec![0.0; rows * 10];
            logits[(rows - 1) * 10 + sum as usize] = 1.0;
            let tensor = |shape: Vec<usize>, values| {
                Tensor::from_floats(ElementType::F32, shape, values)
                    .map_err(|error| error.to_string())
            };
            Ok(vec![
                tensor(vec![rows, 10], logits)?,
                tensor(vec![1], vec![sum])?,
            ])
        }
    }

    #[test]
    fn states_go_from_call_to_call() {
        let mut sampler = Sampler::new(0.0, 0);
        let (mut session, logits) = Session::begin(Sum, &[1, 2]).expect("a prefill");
        assert_eq!(sampler.choose(&logits), Some(3));
        assert_eq!(sampler.choose(&session.step(3).expect("a step")), Some(6));
        assert_eq!(sampler.choose(&session.step(1).expect("a step")), Some(7));
    }

    #[test]
    fn a_prompt_has_a_token() {
        assert_eq!(
            Session::begin(Sum, &[]).err(),
            Some("expected a prompt of at least one token, but got none".to_owned())
        );
    }
}
