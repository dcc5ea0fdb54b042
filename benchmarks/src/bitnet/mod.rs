//! BitNet b1.58 (arXiv 2504.12285) of any size and random weights: a transformer whose
//! layers are ternary, with grouped-query attention, rotary positions, squared ReLU and a
//! norm before each projection back.
//!
//! The module is written as text. What a weight is stands in an attribute of a
//! `tensor.empty`, which a constant takes the place of: text cannot hold gigabytes.

mod text;

use crate::{
    Trits,
    synthetic::{embeddings, packed},
};
use fidelity_dialect::TensorType;
use fidelity_tools::module;
use melior::{
    Context,
    ir::{
        Attribute, AttributeLike, Module, Value, ValueLike, attribute::StringAttribute,
        operation::OperationLike, r#type::RankedTensorType,
    },
};
use ods_bridge::{ResourceBytes, build_before, dense_resource, operations_within, string_value};
use std::{error::Error, path::Path};

/// The sizes of a model.
#[derive(Clone, Copy, Debug)]
pub struct BitNet {
    /// How many layers there are.
    pub layers: usize,
    /// The tokens that have an embedding, 32 or a multiple of it. The head has the same
    /// weights, in f16.
    pub vocabulary: usize,
    /// Of the residual stream.
    pub width: usize,
    /// Of queries.
    pub heads: usize,
    /// Of keys and values.
    pub kv_heads: usize,
    /// Of each half of the feed-forward layer.
    pub intermediate: usize,
    /// The tokens that the caches of keys and values hold.
    pub context: usize,
}

/// The rows of the head that lie beside each other, for vectors of outputs.
const LANES: usize = 32;
const EPSILON: &str = "1.0e-5";
/// The base of the rotary positions.
const THETA: f64 = 500_000.0;

impl BitNet {
    /// The size of a head.
    pub fn head(&self) -> usize {
        self.width / self.heads
    }

    /// The outputs and inputs of the ternary layers, and how many there are of each.
    pub fn ternary_layers(&self) -> [(usize, [usize; 2]); 4] {
        let Self { layers, width, .. } = *self;
        let qkv = width + 2 * self.kv_heads * self.head();
        [
            (layers, [qkv, width]),
            (layers, [width, width]),
            (layers, [2 * self.intermediate, width]),
            (layers, [width, self.intermediate]),
        ]
    }

    /// The types of the caches of each layer, of keys and of values.
    pub fn caches(&self) -> [[usize; 3]; 2] {
        let (heads, size, context) = (self.kv_heads, self.head(), self.context);
        [[heads, size, context], [heads, context, size]]
    }

    /// The model, with a function for a prompt of `prompt` tokens and one for a token:
    ///
    /// ```text
    /// @prefill(tokens [prompt], position, caches) -> (logits [V / 32, 32] of the last, caches)
    /// @decode(tokens [1], position, caches) -> the same
    /// ```
    ///
    /// The caches are changed where they lie.
    ///
    /// # Errors
    ///
    /// When the module is not valid.
    pub fn module<'c>(
        &self,
        context: &'c Context,
        prompt: usize,
        trits: Trits,
    ) -> Result<Module<'c>, Box<dyn Error>> {
        let mut text = String::new();
        self.function(&mut text, "prefill", prompt)?;
        self.function(&mut text, "decode", 1)?;
        let module = module::parse(context, Path::new("bitnet"), text.as_bytes())?;
        self.fill(&module, trits)?;
        Ok(module)
    }
}

impl BitNet {
    /// Puts constants in the places of weights.
    fn fill(&self, module: &Module<'_>, trits: Trits) -> Result<(), Box<dyn Error>> {
        let mut constants: Vec<(String, Attribute<'_>)> = Vec::new();
        let mut state = 1;
        for operation in operations_within(module.as_operation()) {
            let Some(name) = (operation.attribute("weight").ok())
                .and_then(|name| StringAttribute::try_from(name).ok())
                .map(|name| string_value(name).to_owned())
            else {
                continue;
            };
            let known = constants.iter().find(|(known, _)| *known == name);
            let value = match known {
                Some(&(_, value)) => value,
                None => {
                    let r#type = Value::from(operation.result(0)?).r#type();
                    let sizes = TensorType::new(r#type)
                        .map(|it| it.shape)
                        .unwrap_or_default();
                    let sizes: Vec<usize> = sizes
                        .into_iter()
                        .map(usize::try_from)
                        .collect::<Result<_, _>>()?;
                    let bytes = self.bytes(&name, &sizes, trits, &mut state);
                    let r#type = RankedTensorType::try_from(r#type)?;
                    let value = dense_resource(&name, r#type, bytes);
                    constants.push((name, value));
                    value
                }
            };
            build_before(operation, |builder| {
                let constant = builder.op("arith.constant").attribute("value", value);
                let constant = constant.result(value.r#type()).value();
                builder.replace(operation, &[constant]);
            });
        }
        Ok(())
    }

    /// What a weight of that name and those sizes holds.
    fn bytes(&self, name: &str, sizes: &[usize], trits: Trits, state: &mut u64) -> ResourceBytes {
        let half = self.head() / 2;
        let angle = |index: usize| {
            let (position, pair) = (index / half, index % half);
            position as f64 * THETA.powf(-(pair as f64) / half as f64)
        };
        let floats = |value: &dyn Fn(usize) -> f64| {
            let mut bytes = ResourceBytes::zeroed(4 * sizes.iter().product::<usize>());
            for (index, number) in bytes.as_chunks_mut::<4>().0.iter_mut().enumerate() {
                *number = (value(index) as f32).to_le_bytes();
            }
            bytes
        };
        match name {
            "head" => embeddings(sizes.iter().product(), trits),
            "cos" => floats(&|index| angle(index).cos()),
            "sin" => floats(&|index| angle(index).sin()),
            norm if norm.starts_with("norm") => floats(&|_| 1.0),
            _ => packed(sizes[0], sizes[1], trits, state),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use fidelity_dialect::interpreter;
    use fidelity_reference::{ElementType, Tensor};
    use fidelity_tools::{context, generate::Machine, registry, run::Compiled};
    use inkwell::{OptimizationLevel, context::Context as LlvmContext};

    const SMALL: BitNet = BitNet {
        layers: 2,
        vocabulary: 64,
        width: 64,
        heads: 4,
        kv_heads: 2,
        intermediate: 96,
        context: 8,
    };
    const PROMPT: [i64; 5] = [3, 33, 63, 0, 17];

    /// The logits of a prompt, of a token after it and of one more, and the caches.
    fn results(mut call: impl FnMut(&str, Vec<Tensor>) -> Vec<Tensor>) -> Vec<Vec<f64>> {
        let integers = |element, sizes: &[usize], values: &[i64]| {
            Tensor::from_integers(element, sizes, values.to_vec()).unwrap()
        };
        let empty = SMALL
            .caches()
            .map(|sizes| Tensor::zeros(ElementType::F32, sizes).unwrap());
        let mut caches: Vec<Tensor> = (0..SMALL.layers).flat_map(|_| empty.clone()).collect();
        let mut all = Vec::new();
        for (name, tokens, position) in [
            ("prefill", &PROMPT[..], 0),
            ("decode", &[40], 5),
            ("decode", &[1], 6),
        ] {
            let mut inputs = vec![
                integers(ElementType::I32, &[tokens.len()], tokens),
                integers(ElementType::I64, &[], &[position]),
            ];
            inputs.append(&mut caches);
            let mut results = call(name, inputs);
            caches = results.split_off(1);
            all.push(results[0].to_f64s());
        }
        all.extend(caches.iter().map(Tensor::to_f64s));
        all
    }

    /// Activations are quantised to 127 steps, and roundings may take one to the next: a
    /// few hundredths of what the numbers are.
    #[test]
    fn compiled_code_gives_what_the_reference_gives() {
        let context = context::new();
        let module = || SMALL.module(&context, PROMPT.len(), Trits::Random).unwrap();
        // The reference has no softmax of linalg's.
        let mut reference = module();
        let path = Path::new("bitnet");
        registry::register_passes();
        let pass = "fidelity-cpu-decompose-softmax";
        module::run_passes(&context, path, &mut reference, pass).unwrap();
        let expected =
            results(|name, inputs| interpreter::evaluate(&reference, name, inputs).unwrap());
        let llvm = LlvmContext::create();
        let level = OptimizationLevel::Default;
        let names = ["prefill", "decode"];
        let mut code = Compiled::new(&context, &llvm, path, module(), &names, level).unwrap();
        let actual = results(|name, inputs| code.call(name, inputs).unwrap());
        for (actual, expected) in actual.iter().zip(&expected) {
            let squares: f64 = expected.iter().map(|value| value * value).sum();
            let size = (squares / expected.len() as f64).sqrt();
            assert!(size > 0.0);
            for (actual, expected) in actual.iter().zip(expected) {
                assert!(
                    (actual - expected).abs() < 0.05 * size,
                    "{actual} for {expected}"
                );
            }
        }
    }
}
