//! (Q Kᵀ) V → Q (Kᵀ V): attention without a softmax, in the order of its state.
//!
//! # Algebra
//!
//! ```text
//! O[b, i, v] = Σ_j (Σ_k Q[b, i, k] · K[b, j, k]) · V[b, j, v]
//!            = Σ_k Q[b, i, k] · (Σ_j K[b, j, k] · V[b, j, v])
//! ```
//!
//! with or without a batch. The sums are floats, of which the second order rounds
//! others than the first: it is taken under `reassociate`, or where the additions
//! and multiplications of both products carry the fast-math flag `reassoc`. A mask
//! or a softmax between the products is a use of Q Kᵀ, and keeps them as they are.
//!
//! # Cost
//!
//! I · J · (K + V) multiplications become K · V · (I + J), and instead of I · J
//! numbers K · V are written in between. Which is faster on the target the model of
//! cost says. All four sizes have to be known.

use super::rewrite::{Miss, Rewrite, Site, USED, is_only_for, made_by_op};
use crate::emit::{Emit, Iterator, Map, Size};
use fidelity_dialect::{DYNAMIC, TensorType, known_splat};
use melior::ir::{
    BlockLike, RegionLike, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{block_argument, defining_op, indexing_maps_of, name_of};

/// A sum of products over one loop: of a matrix, or of a batch of them.
struct Product<'a> {
    lhs: Factor<'a>,
    rhs: Factor<'a>,
    /// How many dimensions the batch has.
    batch: usize,
    /// Whether its additions and multiplications may be reordered.
    is_reorderable: bool,
}

/// A factor, and whether the summed dimension is its last one.
#[derive(Clone, Copy)]
struct Factor<'a> {
    value: Value<'a, 'a>,
    sums_last: bool,
}

/// Reorders the two products of which an op is the second.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let outer = Product::of(operation).ok_or(Miss::Other)?;
    let scores = outer.lhs.value;
    let maker = defining_op(scores).ok_or(Miss::Other)?;
    let inner = Product::of(maker).ok_or(Miss::Other)?;
    if inner.batch != outer.batch || !outer.lhs.sums_last {
        return Err(Miss::Other);
    }
    let batch = inner.batch;
    let (q, k, v) = (inner.lhs, inner.rhs, outer.rhs);
    // Each as [batch, the other dimension, the summed one].
    let sizes = |factor: Factor<'a>| {
        let shape = TensorType::of(factor.value).shape;
        match factor.sums_last {
            true => [shape[batch], shape[batch + 1]],
            false => [shape[batch + 1], shape[batch]],
        }
    };
    let ([queries, keys], [tokens, _], [values, _]) = (sizes(q), sizes(k), sizes(v));
    let known = [queries, keys, tokens, values];
    if known.contains(&DYNAMIC) {
        return Err(Miss::Near(
            "the sizes that would say which order is cheaper are not known",
        ));
    }
    if !is_cheaper(q, batch, known, rewrite).ok_or(Miss::Other)? {
        return Err(Miss::Other);
    }
    if !is_only_for(scores, operation) {
        return Err(USED);
    }
    let is_reorderable = inner.is_reorderable && outer.is_reorderable;
    if !is_reorderable && !rewrite.reassociate {
        return Err(Miss::Near(
            "the other order of the two products is cheaper, and rounds otherwise: it is \
             taken under reassociate only",
        ));
    }
    let result: Value<'a, 'a> = operation.result(0).map_err(|_| Miss::Other)?.into();
    let emit = Emit::new(builder, false);
    // State [batch, k, v] = Σ_j K[batch, j, k] V[batch, j, v]; the last loop is j.
    let state = contraction(
        &emit,
        batch,
        [
            // K sums over its keys in the first product, and over its tokens now.
            (k.value, k.sums_last, ["j", "m"]),
            (v.value, v.sums_last, ["n", "j"]),
        ],
        [keys, values],
    );
    let output = contraction(
        &emit,
        batch,
        [
            (q.value, q.sums_last, ["m", "j"]),
            (state, false, ["n", "j"]),
        ],
        [queries, values],
    );
    let output = fidelity_dialect::cast_to(output, result.r#type(), builder);
    rewrite.replace(operation, &[output], builder);
    Ok(())
}

/// Whether Kᵀ V and Q (Kᵀ V) take less time than Q Kᵀ and (Q Kᵀ) V.
fn is_cheaper<'a>(
    q: Factor<'a>,
    batch: usize,
    [queries, keys, tokens, values]: [i64; 4],
    rewrite: &Rewrite<'a>,
) -> Option<bool> {
    let costs = &rewrite.costs;
    let q = costs.extent(q.value)?;
    let batch: f64 = q.shape[..batch].iter().product();
    let bytes = f64::from(q.bits.div_ceil(8));
    let product = |sizes: [i64; 3]| {
        let sizes = sizes.map(|size| size as f64);
        costs.of_product(batch, sizes, bytes)
    };
    let before = product([queries, keys, tokens])? + product([queries, tokens, values])?;
    let after = product([keys, tokens, values])? + product([queries, keys, values])?;
    Some(costs.is_faster(after, before))
}

/// The sum over j of two factors into `[batch, m, n]`, of those last sizes. A factor
/// comes with the loops of its dimensions as [`Factor`] has them: the other one,
/// then the one that its product summed, which is the last if the flag says so.
fn contraction<'a>(
    emit: &Emit<'a, '_>,
    batch: usize,
    factors: [(Value<'a, 'a>, bool, [&str; 2]); 2],
    last: [i64; 2],
) -> Value<'a, 'a> {
    let number = |name: &str| match name {
        "m" => batch,
        "n" => batch + 1,
        _ => batch + 2,
    };
    let map = |[first, second]: [&str; 2]| -> Map {
        let all = (0..batch).chain([number(first), number(second)]);
        all.map(|index| format!("d{index}")).collect()
    };
    let inputs = factors.map(|(value, sums_last, [other, summed])| {
        let map = match sums_last {
            true => map([other, summed]),
            false => map([summed, other]),
        };
        (value, map)
    });
    let mut sizes = emit.sizes(factors[0].0);
    sizes.truncate(batch);
    sizes.extend(last.map(Size::Static));
    let element = TensorType::of(factors[0].0).element;
    let zeros = emit.filled(&sizes, emit.zero(element));
    let mut iterators = vec![Iterator::Parallel; batch + 2];
    iterators.push(Iterator::Reduction);
    emit.generic(
        &inputs,
        &[(zeros, map(["m", "n"]))],
        &iterators,
        |emit, arguments| {
            let product = emit.mul(arguments[0], arguments[1]);
            vec![emit.sum(arguments[2], product)]
        },
    )[0]
}

impl<'a> Product<'a> {
    /// The product that an op of linalg is: of two operands in one type into zeros,
    /// `[batch…, m, n]`.
    fn of(operation: OperationRef<'a, 'a>) -> Option<Self> {
        if !name_of(operation).starts_with("linalg.")
            || operation.operand_count() != 3
            || operation.result_count() != 1
        {
            return None;
        }
        let maps = indexing_maps_of(operation)?;
        let loops = maps.first()?.dim_count();
        let batch = loops.checked_sub(3)?;
        // The loops of each operand, as `(d0, d1, …) -> (d0, d2)` writes them.
        let names = |index: usize| -> Option<Vec<String>> {
            let text = maps.get(index)?.to_string();
            let (_, results) = text.rsplit_once("-> (")?;
            let names = results.trim_end_matches(')').split(", ");
            let is_loop = |name: &str| {
                name.strip_prefix('d')
                    .is_some_and(|n| n.parse::<u32>().is_ok())
            };
            let is_plain = names.clone().all(is_loop);
            is_plain.then(|| names.map(str::to_owned).collect())
        };
        let (lhs, rhs, out) = (names(0)?, names(1)?, names(2)?);
        if [&lhs, &rhs, &out]
            .iter()
            .any(|names| names.len() != batch + 2)
        {
            return None;
        }
        let of_batch = &out[..batch];
        let [m, n] = &out[batch..] else {
            return None;
        };
        let factor = |names: &[String], other: &String, value| {
            if names[..batch] != *of_batch {
                return None;
            }
            let sums_last = match &names[batch..] {
                [first, last] if first == other && last != m && last != n => true,
                [first, last] if last == other && first != m && first != n => false,
                _ => return None,
            };
            Some(Factor { value, sums_last })
        };
        let [lhs_value, rhs_value, init] = [0, 1, 2].map(|index| operation.operand(index).ok());
        let (lhs_value, rhs_value, init) = (lhs_value?, rhs_value?, init?);
        let element = TensorType::new(lhs_value.r#type())?.element;
        let is_plain = |value: Value<'a, 'a>| {
            TensorType::new(value.r#type())
                .is_some_and(|r#type| r#type.element == element && r#type.encoding.is_none())
        };
        if !element.is_float() || ![lhs_value, rhs_value, init].into_iter().all(is_plain) {
            return None;
        }
        let is_reorderable = reorderable_sum(operation)?;
        is_zero(init).then_some(())?;
        Some(Self {
            lhs: factor(&lhs, m, lhs_value)?,
            rhs: factor(&rhs, n, rhs_value)?,
            batch,
            is_reorderable,
        })
    }
}

/// Whether a tensor is all zeros: a constant, or one that is filled with it.
fn is_zero<'a>(value: Value<'a, 'a>) -> bool {
    let filled = made_by_op(value, "linalg.fill").or_else(|| made_by_op(value, "linalg.generic"));
    let Some(fill) = filled else {
        return known_splat(value) == Some(0.0);
    };
    let number = match name_of(fill) {
        "linalg.fill" => fill.operand(0).ok(),
        // A body that gives one value from outside of it.
        _ => (|| {
            let body = fill.region(0).ok()?.first_block()?;
            let number = body.terminator()?.operand(0).ok()?;
            block_argument(number).is_none().then_some(number)
        })(),
    };
    number.is_some_and(|number| {
        fidelity_dialect::constant_value(number).and_then(ods_bridge::float_value) == Some(0.0)
    })
}

/// Whether the body of an op adds a product to its output, and then whether both
/// may be reordered.
fn reorderable_sum<'a>(operation: OperationRef<'a, 'a>) -> Option<bool> {
    let body = operation.region(0).ok()?.first_block()?;
    let argument = |value: Value<'a, 'a>| block_argument(value).map(|(_, index)| index);
    let sum = made_by_op(body.terminator()?.operand(0).ok()?, "arith.addf")?;
    let (lhs, rhs) = (sum.operand(0).ok()?, sum.operand(1).ok()?);
    let product = match (argument(lhs), argument(rhs)) {
        (Some(2), None) => rhs,
        (None, Some(2)) => lhs,
        _ => return None,
    };
    let product = made_by_op(product, "arith.mulf")?;
    let mut factors = [
        argument(product.operand(0).ok()?)?,
        argument(product.operand(1).ok()?)?,
    ];
    factors.sort_unstable();
    let allows = |op: OperationRef<'a, 'a>| {
        op.attribute("fastmath").is_ok_and(|flags| {
            let flags = flags.to_string();
            flags.contains("reassoc") || flags.contains("fast>")
        })
    };
    (factors == [0, 1]).then(|| allows(sum) && allows(product))
}
