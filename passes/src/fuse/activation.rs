//! An activation beside an op that has it as an attribute, or that is both.
//!
//! # Algebra
//!
//! ```text
//! x · σ(x) = silu(x)
//! silu(gate) · up = swiglu(gate, up)
//! silu(causal_conv1d(x, W)) = causal_conv1d(x, W, activation silu)
//! ```
//!
//! by definition. In narrow floats the left sides are rounded once more, and stay.
//!
//! # Cost
//!
//! One read and one write less of what is in between, which nothing else reads.

use super::rewrite::{
    Miss, ROUNDED, Replacement, Site, USED, is_computed_in, is_only_for, made_by,
};
use fidelity_dialect::{
    CausalConv1d, ConvolutionActivation, DYNAMIC, Multiply, Sigmoid, Silu, Swiglu, TensorType,
};
use melior::ir::{Value, ValueLike};
use ods_bridge::{OpView, set_attribute};

/// Fuses the activation that an op is, or that it multiplies.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    if let Some(silu) = Silu::cast(operation) {
        return convolution(&silu, site);
    }
    let product = Multiply::cast(operation).ok_or(Miss::Other)?;
    let (lhs, rhs) = (product.lhs(), product.rhs());
    if lhs == rhs {
        return Err(Miss::Other);
    }
    for (x, opened) in [(lhs, rhs), (rhs, lhs)] {
        if made_by::<Sigmoid<'a>>(opened).is_some_and(|sigmoid| sigmoid.input() == x) {
            return silu(x, opened, site);
        }
    }
    for (gated, up) in [(lhs, rhs), (rhs, lhs)] {
        let Some(silu) = made_by::<Silu<'a>>(gated) else {
            continue;
        };
        let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
        if !is_same_shape(gated, up) {
            return Err(Miss::Near(
                "a side of the product is stretched, and swiglu stretches none",
            ));
        }
        if !is_only_for(gated, operation) {
            return Err(USED);
        }
        if !is_computed_in(TensorType::of(gated).element) {
            return Err(ROUNDED);
        }
        let swiglu = Replacement {
            operands: &[vec![silu.input()], vec![up]],
            attributes: &[],
            results: &[result.r#type()],
        };
        let swiglu = swiglu.build::<Swiglu<'a>>(product.view(), builder)?;
        rewrite.replace(operation, &swiglu, builder);
        return Ok(());
    }
    Err(Miss::Other)
}

/// x · σ(x), of which the second factor is given, as one op.
fn silu<'a>(x: Value<'a, 'a>, opened: Value<'a, 'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    if !is_only_for(opened, operation) {
        return Err(USED);
    }
    if !is_computed_in(TensorType::of(opened).element) {
        return Err(ROUNDED);
    }
    let product = Multiply::cast(operation).ok_or(Miss::Other)?;
    let silu = Replacement {
        operands: &[vec![x]],
        attributes: &[],
        results: &[operation.result(0).map_err(|_| Miss::Other)?.r#type()],
    };
    let silu = silu.build::<Silu<'a>>(product.view(), builder)?;
    rewrite.replace(operation, &silu, builder);
    Ok(())
}

/// Whether two values have one shape, which a run that multiplies them shows: only
/// a static 1 stretches.
fn is_same_shape<'a>(lhs: Value<'a, 'a>, rhs: Value<'a, 'a>) -> bool {
    let [lhs, rhs] = [lhs, rhs].map(|value| TensorType::of(value).shape);
    let agree = |(&lhs, &rhs): (&i64, &i64)| {
        lhs == rhs || lhs == DYNAMIC && rhs != 1 || rhs == DYNAMIC && lhs != 1
    };
    lhs.len() == rhs.len() && lhs.iter().zip(&rhs).all(agree)
}

fn convolution<'a>(silu: &Silu<'a>, site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let output = silu.input();
    let convolution: CausalConv1d<'a> = made_by(output).ok_or(Miss::Other)?;
    if convolution.result(0) != Some(output) {
        return Err(Miss::Other);
    }
    if convolution.activation() != ConvolutionActivation::None {
        return Err(Miss::Near("the convolution has an activation already"));
    }
    if !is_only_for(output, operation) {
        return Err(USED);
    }
    if !is_computed_in(TensorType::of(output).element) {
        return Err(ROUNDED);
    }
    let target = convolution.operation().ok_or(Miss::Other)?;
    let activation = ConvolutionActivation::Silu.to_attribute(builder.context());
    set_attribute(target, "activation", activation);
    rewrite.replace(operation, &[output], builder);
    Ok(())
}
