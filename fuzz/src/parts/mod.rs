//! What an op stands for, written in the parts that `fidelity-fuse` looks for.

mod activation;
mod attention;
mod attention_steps;
mod gated_step;
mod layers;
mod mlgru_steps;
mod products;
mod scan_steps;
mod sequence;
mod time_loop;

use crate::{function::Function, op::Op, ops, value::Value};

/// Writes the parts of an op.
///
/// # Errors
///
/// When the dialect refuses one.
pub fn parts(f: &mut Function<'_>) -> Result<(), String> {
    match f.random.below(10) {
        0 | 1 => layers::layers(f),
        2 => gated_step::gated_step(f),
        3 => activation::gate(f),
        4 => attention::attention(f),
        5 => activation::convolution(f),
        6 => f.unmeasured(mlgru_steps::mlgru_steps),
        7 => f.unmeasured(scan_steps::scan_steps),
        8 => f.unmeasured(attention_steps::attention_steps),
        _ => f.unmeasured(products::products),
    }
}

fn only(f: &mut Function<'_>, op: Op) -> Result<Value, String> {
    Ok(f.write(op)?.remove(0))
}

fn unary(f: &mut Function<'_>, name: &'static str, value: &Value) -> Result<Value, String> {
    only(f, Op::new(name).operand(value.clone()))
}

fn binary(
    f: &mut Function<'_>,
    name: &'static str,
    lhs: &Value,
    rhs: &Value,
) -> Result<Value, String> {
    let (lhs, rhs) = match name != "fidelity.subtract" && f.random.chance(50) {
        true => (rhs, lhs),
        false => (lhs, rhs),
    };
    only(f, Op::new(name).operand(lhs.clone()).operand(rhs.clone()))
}

/// The op of that name as it is drawn alone.
fn drawn(f: &mut Function<'_>, name: &str) -> Option<Op> {
    let entry = ops::entries()
        .into_iter()
        .find(|entry| entry.name == name)?;
    Some((entry.draw)(f, entry.name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        case::trailer,
        check::{EAGER, context, parse},
        inference::Inference,
        random::Random,
    };
    use fidelity_tools::{module, registry};
    use std::path::Path;

    /// Functions of what `write` writes, and how many of them `fidelity-fuse` makes what it
    /// should of, as it says of the text before and after.
    fn count_fused(
        write: fn(&mut Function<'_>) -> Result<(), String>,
        is_fused: fn(&str, &str) -> bool,
    ) -> usize {
        registry::register_passes();
        let inference = Inference::new();
        let is_fused = |seed: &u64| {
            let mut random = Random::new(*seed, 0);
            let mut resources = Vec::new();
            let mut f = Function::new(&mut random, &inference, &mut resources);
            f.unmeasured(write).unwrap();
            let (text, ..) = f.finish("f", "");
            let context = context();
            let mut module = parse(&context, &(text + &trailer(&resources))).unwrap();
            let before = module.as_operation().to_string();
            let pipeline = format!("fidelity-fuse{{profile={EAGER} reassociate dynamic=16}}");
            module::run_passes(&context, Path::new("f"), &mut module, &pipeline).unwrap();
            is_fused(&before, &module.as_operation().to_string())
        };
        (0..FUNCTIONS).filter(is_fused).count()
    }

    const FUNCTIONS: u64 = 80;

    /// Many are, and some that are nearly the same are not.
    fn assert_some(count: usize) {
        assert!((30..80).contains(&count), "{count} of {FUNCTIONS}");
    }

    #[test]
    fn loops_of_steps_become_ops() {
        let has_no_loop = |_: &str, after: &str| !after.contains("scf.for");
        assert_some(count_fused(mlgru_steps::mlgru_steps, has_no_loop));
        assert_some(count_fused(scan_steps::scan_steps, has_no_loop));
        assert_some(count_fused(attention_steps::attention_steps, has_no_loop));
    }

    #[test]
    fn products_are_taken_in_another_order() {
        let is_other = |before: &str, after: &str| before != after;
        assert_some(count_fused(products::products, is_other));
    }
}
