//! A random module with inputs to run it on.

use crate::{
    function::{Argument, Callee, Contents, Function},
    inference::Inference,
    random::Random,
    structure::statement,
    value::Type,
};
use fidelity_reference::{Complex, ElementType, Tensor};
use std::fmt::Write;

/// A module whose function `@f` can be run.
#[derive(Clone, Debug)]
pub struct Case {
    /// The module.
    pub text: String,
    /// The ops of the dialect in it.
    pub ops: Vec<&'static str>,
    /// Inputs for `@f`.
    pub inputs: Vec<Tensor>,
}

impl Case {
    /// The module of a seed. `attempt` tells apart the modules of one seed.
    ///
    /// # Errors
    ///
    /// When the dialect refuses an op that was drawn to be valid.
    pub fn new(seed: u64, attempt: u64, inference: &Inference) -> Result<Self, String> {
        let mut random = Random::new(seed, attempt);
        let mut resources = Vec::new();
        let mut text = String::new();
        let mut ops = Vec::new();
        let mut callees: Vec<Callee> = Vec::new();
        let mut arguments = Vec::new();
        let functions = match random.chance(30) {
            true => vec![("g", "private ", 1..4), ("f", "", 2..8)],
            false => vec![("f", "", 3..10)],
        };
        for (symbol, visibility, count) in functions {
            let count = random.between(count);
            let mut function = Function::new(&mut random, inference, &mut resources);
            for _ in 0..count {
                statement(&mut function, &callees)?;
            }
            ops.append(&mut function.ops);
            let (written, callee, taken) = function.finish(symbol, visibility);
            text.push_str(&written);
            callees.push(callee);
            arguments = taken;
        }
        if !resources.is_empty() {
            text.push_str(&trailer(&resources));
        }
        let inputs = arguments
            .iter()
            .map(|argument| input(argument, &mut random))
            .collect::<Result<_, _>>()
            .map_err(|error: fidelity_reference::Error| error.to_string())?;
        Ok(Self { text, ops, inputs })
    }
}

/// The bytes of constants outside of the code. The alignment comes first.
pub fn trailer(resources: &[(String, Vec<u8>)]) -> String {
    let mut text = "{-#\n  dialect_resources: {\n    builtin: {\n".to_owned();
    for (index, (name, bytes)) in resources.iter().enumerate() {
        let comma = if index + 1 < resources.len() { "," } else { "" };
        let _ = write!(text, "      {name}: \"0x40000000");
        for byte in bytes {
            let _ = write!(text, "{byte:02x}");
        }
        let _ = writeln!(text, "\"{comma}");
    }
    text + "    }\n  }\n#-}\n"
}

/// A value for an argument.
fn input(argument: &Argument, random: &mut Random) -> Result<Tensor, fidelity_reference::Error> {
    let tensor = match &argument.value.r#type {
        Type::Index(value) => {
            return Tensor::from_integers(ElementType::I64, [], vec![*value as i64]);
        }
        Type::Bool => {
            let value = i64::from(random.chance(50));
            return Tensor::from_integers(ElementType::I1, [], vec![value]);
        }
        Type::Tensor(tensor) => tensor,
    };
    let shape = tensor.shape.as_slice();
    let integers = |random: &mut Random, most: usize| {
        let values = (0..tensor.count())
            .map(|_| random.below(2 * most + 1) as i64 - most as i64)
            .collect();
        Tensor::from_integers(tensor.element, shape, values)
    };
    match &argument.contents {
        Contents::Floats(range) => {
            let mut float = || random.float(range.clone());
            if tensor.element.is_complex() {
                let values = (0..tensor.count())
                    .map(|_| Complex::new(float(), float()))
                    .collect();
                return Tensor::from_complex(tensor.element, shape, values);
            }
            let values = (0..tensor.count()).map(|_| float()).collect();
            Tensor::from_floats(tensor.element, shape, values)
        }
        Contents::Bytes => integers(random, 127),
        Contents::Trits | Contents::Scalar => integers(random, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    /// Of a hash table each has an order of its own.
    #[test]
    fn modules_follow_from_their_seeds() {
        let inference = Inference::new();
        for seed in 0..300 {
            let case = || Case::new(seed, 0, &inference).unwrap();
            assert_eq!(case().text, case().text, "seed {seed}");
        }
    }
}
