//! Text from a model: `@prefill` on the prompt, then `@decode` token by token.

mod command;
mod sampler;
mod vocabulary;

pub use command::Generate;
pub use sampler::Sampler;
pub use vocabulary::Vocabulary;

use fidelity_reference::{ElementType, Tensor};
use ods_bridge::{keep_freed_memory, return_freed_memory};

/// Something that can call the functions of a model.
pub trait Machine {
    /// A state as the functions take and give it.
    type State;

    /// Calls a function with its inputs in order and gives its results in
    /// order.
    ///
    /// # Errors
    ///
    /// One line that says why the call failed.
    fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String>;

    /// Calls a function with tokens and states, and gives the logits, its first result,
    /// and the states after them. States may be large, and stay as they are.
    ///
    /// # Errors
    ///
    /// As [`Machine::call`]'s, and where there is no result.
    fn advance(
        &mut self,
        entry: &str,
        tokens: Tensor,
        states: Vec<Self::State>,
    ) -> Result<(Vec<f64>, Vec<Self::State>), String>;
}

impl<M: Machine> Machine for &mut M {
    type State = M::State;

    fn call(&mut self, entry: &str, inputs: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
        (**self).call(entry, inputs)
    }

    fn advance(
        &mut self,
        entry: &str,
        tokens: Tensor,
        states: Vec<Self::State>,
    ) -> Result<(Vec<f64>, Vec<Self::State>), String> {
        (**self).advance(entry, tokens, states)
    }
}

/// A text in the making: the model and the states that the tokens so far left.
pub struct Session<M: Machine> {
    machine: M,
    states: Vec<M::State>,
}

impl<M: Machine> Session<M> {
    /// Begins with the tokens of a prompt, one at least, and gives the logits
    /// of the token that follows. From there on this process keeps the memory that it
    /// frees ([`keep_freed_memory`]), but for what only the prompt needs.
    ///
    /// # Errors
    ///
    /// When there is no token, or `@prefill` fails.
    pub fn begin(mut machine: M, tokens: &[u32]) -> Result<(Self, Vec<f64>), String> {
        if tokens.is_empty() {
            return Err("expected a prompt of at least one token, but got none".into());
        }
        let inputs = i32_tensor([tokens.len()].to_vec(), tokens)?;
        keep_freed_memory();
        let (mut logits, states) = machine.advance("prefill", inputs, vec![])?;
        // The last row of [T, V], in memory of its own size.
        let last = logits.len() - logits.len() / tokens.len();
        logits = logits.split_off(last);
        return_freed_memory();
        Ok((Self { machine, states }, logits))
    }

    /// Goes on with one token and gives the logits of the next.
    ///
    /// # Errors
    ///
    /// When `@decode` fails.
    pub fn step(&mut self, token: u32) -> Result<Vec<f64>, String> {
        let token = i32_tensor(Vec::new(), &[token])?;
        let states = std::mem::take(&mut self.states);
        let (logits, states) = self.machine.advance("decode", token, states)?;
        self.states = states;
        Ok(logits)
    }
}

fn i32_tensor(shape: Vec<usize>, tokens: &[u32]) -> Result<Tensor, String> {
    let tokens = tokens.iter().map(|&token| i64::from(token)).collect();
    Tensor::from_integers(ElementType::I32, shape, tokens).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// Counts: the state is the sum of all tokens, the logits point at it.
    struct Sum;

    impl Machine for Sum {
        type State = f64;

        fn call(&mut self, _: &str, _: Vec<Tensor>) -> Result<Vec<Tensor>, String> {
            Err("expected states".into())
        }

        fn advance(
            &mut self,
            entry: &str,
            tokens: Tensor,
            states: Vec<f64>,
        ) -> Result<(Vec<f64>, Vec<f64>), String> {
            let sum = tokens.to_f64s().iter().chain(&states).sum();
            let rows = if entry == "prefill" { tokens.len() } else { 1 };
            let mut logits = vec![0.0; rows * 10];
            logits[(rows - 1) * 10 + sum as usize] = 1.0;
            Ok((logits, vec![sum]))
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
