//! The types of an op's results, which the dialect itself says.

use crate::{op::Op, value::TensorType};
use fidelity_tools::{module, registry};
use melior::{
    Context,
    ir::{
        Attribute, Block, BlockLike, Identifier, Location, Type as IrType, ValueLike,
        operation::{OperationBuilder, OperationLike},
    },
};
use std::path::Path;

/// A context to build single ops in.
#[derive(Debug)]
pub struct Inference(Context);

impl Inference {
    /// A context with the dialect.
    pub fn new() -> Self {
        let context = Context::new_with_registry(&registry::dialects(), false);
        // Ops that are built by name have to be known by then.
        context.get_or_load_dialect("fidelity");
        Self(context)
    }

    /// The types of the results of an op, with their sizes at run time: those
    /// that it has on operands of static sizes.
    ///
    /// # Errors
    ///
    /// When the dialect refuses the operands, or says other sizes where it
    /// knows more.
    pub fn results(&self, op: &Op) -> Result<Vec<TensorType>, String> {
        let full = self.infer(op, true)?;
        let known: Option<Vec<_>> = full
            .iter()
            .map(|text| TensorType::of(self.parse(text).ok()?, None))
            .collect();
        let known = known.ok_or_else(|| {
            format!(
                "expected results of static sizes on operands of static sizes, but got {full:?}"
            )
        })?;
        let partial = self.infer(op, false)?;
        let results: Option<Vec<_>> = partial
            .iter()
            .zip(&known)
            .map(|(text, known)| TensorType::of(self.parse(text).ok()?, Some(&known.shape)))
            .collect();
        let results = results.ok_or_else(|| format!("expected tensors, but got {partial:?}"))?;
        // What is said of a size is what it is.
        for (result, (text, known)) in results.iter().zip(partial.iter().zip(&known)) {
            if result.rank() != result.dynamic.len() || result.to_string() != *text {
                return Err(format!(
                    "expected a result of the sizes of {known}, but got {text}"
                ));
            }
        }
        Ok(results)
    }

    fn infer(&self, op: &Op, all_static: bool) -> Result<Vec<String>, String> {
        let location = Location::unknown(&self.0);
        let types: Vec<_> = op
            .operands()
            .map(|value| {
                let text = match value.tensor() {
                    Some(tensor) if all_static => tensor.to_static().to_string(),
                    _ => value.r#type.to_string(),
                };
                Ok((self.parse(&text)?, location))
            })
            .collect::<Result<_, String>>()?;
        let block = Block::new(&types);
        let operands: Vec<_> = (0..types.len())
            .map(|index| Ok(block.argument(index)?.into()))
            .collect::<Result<_, melior::Error>>()
            .map_err(|error| error.to_string())?;
        let attributes: Vec<_> = op
            .attributes()
            .map(|(name, text)| {
                let value = Attribute::parse(&self.0, &text)
                    .ok_or_else(|| format!("expected an attribute, but got {text}"))?;
                Ok((Identifier::new(&self.0, &name), value))
            })
            .collect::<Result<_, String>>()?;
        Ok(module::reporting(&self.0, Path::new(op.name), || {
            let operation = OperationBuilder::new(op.name, location)
                .add_operands(&operands)
                .add_attributes(&attributes)
                .enable_result_type_inference()
                .build()
                .map_err(|error| error.to_string())?;
            // What the verifier refuses says why.
            if !operation.verify() {
                return Err("expected a valid op".into());
            }
            Ok((operation.results())
                .map(|result| result.r#type().to_string())
                .collect())
        })?)
    }

    fn parse(&self, text: &str) -> Result<IrType<'_>, String> {
        IrType::parse(&self.0, text).ok_or_else(|| format!("expected a type, but got {text}"))
    }
}

impl Default for Inference {
    fn default() -> Self {
        Self::new()
    }
}
