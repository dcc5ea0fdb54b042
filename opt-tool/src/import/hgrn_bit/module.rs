//! An HGRN-Bit model as a module in the dialect.

use super::{Config, MODEL_TYPE, Model, constants::Constants, layer::LayerWriter};
use crate::import::{
    Error,
    body::{Body, DYNAMIC},
};
use melior::{
    Context,
    dialect::func,
    ir::{
        Block, BlockLike, Location, Module, Operation, Region, RegionLike, Type, Value,
        attribute::{IntegerAttribute, StringAttribute, TypeAttribute},
        operation::{OperationLike, OperationMutLike},
        r#type::{FunctionType, IntegerType, RankedTensorType},
    },
};

/// An op of each dialect that the module is written in.
const OPS: [&str; 6] = [
    "arith.constant",
    "cf.assert",
    "fidelity.bit_linear",
    "func.func",
    "linalg.generic",
    "tensor.extract",
];

/// Writes a model as a module with two functions over one set of constants:
///
/// ```text
/// @prefill(tokens: tensor<?xi32>)       -> (logits: tensor<?xVxf32>, states: L × tensor<Cxf32>)
/// @decode(token: tensor<i32>, states …) -> (logits: tensor<Vxf32>,   states: L × tensor<Cxf32>)
/// ```
///
/// The states are those of the layers, in order; `@prefill` begins with zeros.
/// A token outside of the vocabulary ends the program. Attributes of the module
/// say what it is: `fidelity.model_type`, `fidelity.vocab_size`, and where the
/// configuration has them `fidelity.bos_token_id` and `fidelity.eos_token_id`.
///
/// The equations, with `BitLinear` being `fidelity.bit_linear` and `rms`
/// `fidelity.rms_norm`:
///
/// ```text
/// h = rms(x)    S, last = mlgru(f_proj h, i_proj h)    x += o_proj (silu(S) ⊙ rms(g_proj h))
/// h = rms(x)    [a, b] = gate_proj h                   x += down_proj (silu(a) ⊙ b)
/// logits = lm_head rms(x)
/// ```
///
/// The weights are moved into resources of the context, so that a model is held
/// once.
///
/// # Errors
///
/// When the context lacks a dialect that the module is written in, or MLIR does
/// not accept the module.
pub fn build_module(context: &Context, model: Model) -> Result<Module<'_>, Error> {
    for op in OPS {
        let (dialect, _) = op.split_once('.').unwrap_or((op, ""));
        context.get_or_load_dialect(dialect);
        if !context.is_registered_operation(op) && !context.allow_unregistered_dialects() {
            return Err(Error::Module(format!(
                "expected a context with the {dialect} dialect, but got one without"
            )));
        }
    }
    let config = model.config.clone();
    let constants = Constants::new(context, model)?;
    let mut module = Module::new(Location::unknown(context));
    describe(&mut module, context, &config);
    for form in [Form::Prefill, Form::Decode] {
        let function = Function {
            context,
            config: &config,
            constants: &constants,
            form,
        };
        module.body().append_operation(function.build()?);
    }
    if module.as_operation().verify() {
        Ok(module)
    } else {
        Err(Error::Module(
            "expected a valid module, but got the errors above".to_owned(),
        ))
    }
}

/// Writes down what the module is.
fn describe(module: &mut Module<'_>, context: &Context, config: &Config) {
    let i64 = IntegerType::new(context, 64).into();
    let mut attributes = vec![(
        "fidelity.model_type",
        StringAttribute::new(context, MODEL_TYPE).into(),
    )];
    for (name, value) in [
        ("fidelity.vocab_size", Some(config.vocab_size)),
        ("fidelity.bos_token_id", config.bos_token_id),
        ("fidelity.eos_token_id", config.eos_token_id),
    ] {
        if let Some(value) = value {
            attributes.push((name, IntegerAttribute::new(i64, value as i64).into()));
        }
    }
    for (name, value) in attributes {
        module.as_operation_mut().set_attribute(name, value);
    }
}

/// The two functions of a model.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    /// Any number of tokens, from the beginning.
    Prefill,
    /// One token, from the states that the ones before it left.
    Decode,
}

struct Function<'c, 'm> {
    context: &'c Context,
    config: &'m Config,
    constants: &'m Constants<'c>,
    form: Form,
}

impl<'c> Function<'c, '_> {
    fn build(&self) -> Result<Operation<'c>, Error> {
        let (name, tokens, rows) = match self.form {
            Form::Prefill => ("prefill", &[DYNAMIC][..], &[DYNAMIC][..]),
            Form::Decode => ("decode", &[][..], &[][..]),
        };
        let f32 = Type::float32(self.context);
        let i32 = IntegerType::new(self.context, 32).into();
        let vocabulary = self.config.vocab_size as u64;
        let logits = RankedTensorType::new(&[rows, &[vocabulary]].concat(), f32, None).into();
        let state = RankedTensorType::new(&[self.config.recurrent_size as u64], f32, None).into();
        let states = vec![state; self.config.num_hidden_layers];
        let mut inputs = vec![RankedTensorType::new(tokens, i32, None).into()];
        if self.form == Form::Decode {
            inputs.extend(&states);
        }
        let results = [vec![logits], states].concat();

        let location = Location::name(self.context, name, Location::unknown(self.context));
        let arguments = inputs
            .iter()
            .map(|&r#type| (r#type, location))
            .collect::<Vec<_>>();
        let block = Block::new(&arguments);
        self.write(Body::new(self.context, &block).at(name), &block)?;
        let region = Region::new();
        region.append_block(block);
        let r#type = FunctionType::new(self.context, &inputs, &results);
        Ok(func::func(
            self.context,
            StringAttribute::new(self.context, name),
            TypeAttribute::new(r#type.into()),
            region,
            &[],
            location,
        ))
    }

    /// Writes the whole function into its empty block.
    fn write<'b>(&self, body: Body<'c, 'b>, block: &'b Block<'c>) -> Result<(), Error> {
        let tokens = block.argument(0)?.into();
        let (tokens, count) = match self.form {
            Form::Prefill => (tokens, Some(self.count(body, tokens)?)),
            Form::Decode => (self.as_row(body, tokens)?, None),
        };
        let writer = LayerWriter {
            config: self.config,
            count,
        };
        let constants = self.constants;
        let mut x = constants
            .embeddings
            .look_up(body.at("model.embeddings"), tokens, count)?;
        let mut states = Vec::with_capacity(constants.layers.len());
        for (index, layer) in constants.layers.iter().enumerate() {
            let state = match self.form {
                Form::Prefill => None,
                Form::Decode => Some(block.argument(index + 1)?.into()),
            };
            let (next, state) = writer.layer(body, x, state, layer)?;
            x = next;
            states.push(state);
        }
        let x = writer.rms_norm(body.at("model.norm"), x, constants.norm)?;
        let logits = writer.bit_linear(body, x, &constants.lm_head)?;
        let logits = match self.form {
            Form::Prefill => logits,
            Form::Decode => self.as_vector(body, logits)?,
        };
        let results = [vec![logits], states].concat();
        body.op("func.return", &results, [], &[]).map(|[]| ())
    }

    /// The number of tokens.
    fn count<'b>(&self, body: Body<'c, 'b>, tokens: Value<'c, 'b>) -> Result<Value<'c, 'b>, Error> {
        let index = Type::index(self.context);
        let zero = body.constant(IntegerAttribute::new(index, 0).into())?;
        let [count] = body.op("tensor.dim", &[tokens, zero], [index], &[])?;
        Ok(count)
    }

    /// The one token as a sequence of length 1.
    fn as_row<'b>(&self, body: Body<'c, 'b>, token: Value<'c, 'b>) -> Result<Value<'c, 'b>, Error> {
        let i32 = IntegerType::new(self.context, 32).into();
        let [tokens] = body.op(
            "tensor.expand_shape",
            &[token],
            [RankedTensorType::new(&[1], i32, None).into()],
            &[
                ("reassociation", body.attribute("[]")?),
                ("static_output_shape", body.attribute("array<i64: 1>")?),
            ],
        )?;
        Ok(tokens)
    }

    /// The logits of the one token.
    fn as_vector<'b>(
        &self,
        body: Body<'c, 'b>,
        logits: Value<'c, 'b>,
    ) -> Result<Value<'c, 'b>, Error> {
        let [logits] = body.op(
            "tensor.collapse_shape",
            &[logits],
            [body.f32_tensor(&[self.config.vocab_size as u64])],
            &[("reassociation", body.attribute("[[0, 1]]")?)],
        )?;
        Ok(logits)
    }
}
