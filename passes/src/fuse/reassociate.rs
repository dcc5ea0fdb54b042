//! (Q Kᵀ) V → Q (Kᵀ V): attention without a softmax, in the order of its state.
//!
//! # Algebra
//!
//! ```text
//! O[b, i, v] = Σ_j (Σ_k Q[b, i, k] · K[b, j, k]) · V[b, j, v]
//!            = Σ_k Q[b, i, k] · (Σ_j K[b, j, k] · V[b, j, v])
//! ```
//!
//! with or without a batch, and `(c · Q Kᵀ) V = Q (c · Kᵀ V)` for a number c. The sums are floats, of which the second order rounds
//! others than the first: it is taken under `reassociate`, or where the additions
//! and multiplications of both products carry the fast-math flag `reassoc`. A mask
//! or a softmax between the products is a use of Q Kᵀ, and keeps them as they are.
//!
//! # Cost
//!
//! I · J · (K + V) multiplications become K · V · (I + J), and instead of I · J
//! numbers K · V are written in between. Which is faster on the target the model of
//! cost says, at the sizes that the pass's options suppose where only run time tells them.

use super::{
    epilogue::is_power_of_two,
    rewrite::{Miss, Rewrite, Site, USED, is_only_for, made_by, made_by_op},
};
use crate::emit::{Emit, Iterator, Map, Size};
use fidelity_dialect::{DYNAMIC, Multiply, TensorType, constant, known_splat, splat};
use melior::ir::{
    BlockLike, RegionLike, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Builder, OpView, block_argument, defining_op, indexing_maps_of, name_of};

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

impl Factor<'_> {
    /// The dimension that is not summed.
    fn other(&self, batch: usize) -> usize {
        batch + usize::from(!self.sums_last)
    }

    /// The dimension that is summed.
    fn summed(&self, batch: usize) -> usize {
        batch + usize::from(self.sums_last)
    }
}

/// Reorders the two products of which an op is the second.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let outer = Product::of(operation).ok_or(Miss::Other)?;
    let (scores, scaling) = scaled(outer.lhs.value);
    let maker = defining_op(scores).ok_or(Miss::Other)?;
    let inner = Product::of(maker).ok_or(Miss::Other)?;
    if inner.batch != outer.batch || !outer.lhs.sums_last {
        return Err(Miss::Other);
    }
    let batch = inner.batch;
    let (q, k, v) = (inner.lhs, inner.rhs, outer.rhs);
    let is_known = [q, k, v].iter().all(|factor| {
        let shape = TensorType::of(factor.value).shape;
        !shape[batch..].contains(&DYNAMIC)
    });
    if !is_cheaper([q, k, v], batch, rewrite).ok_or(Miss::Other)? {
        return Err(match is_known {
            true => Miss::Other,
            false => Miss::Near(
                "the other order of the two products is not faster at the sizes that the options \
                 sizes and dynamic suppose",
            ),
        });
    }
    let reader = scaling
        .as_ref()
        .map_or(operation, |scaling| scaling.operation);
    if !is_only_for(scores, reader) || !is_only_for(outer.lhs.value, operation) {
        return Err(USED);
    }
    // The number is a factor of each term, of which it moves out.
    let moves = scaling.as_ref().is_none_or(|scaling| scaling.is_exact());
    let is_reorderable = inner.is_reorderable && outer.is_reorderable && moves;
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
        [
            emit.size(k.value, k.summed(batch)),
            emit.size(v.value, v.other(batch)),
        ],
    );
    let state = match scaling {
        Some(scaling) => scaling.apply(state, builder)?,
        None => state,
    };
    let output = contraction(
        &emit,
        batch,
        [
            (q.value, q.sums_last, ["m", "j"]),
            (state, false, ["n", "j"]),
        ],
        [
            emit.size(q.value, q.other(batch)),
            emit.size(v.value, v.other(batch)),
        ],
    );
    let output = fidelity_dialect::cast_to(output, result.r#type(), builder);
    rewrite.replace(operation, &[output], builder);
    Ok(())
}

/// A number that scores are multiplied with before they are summed over.
struct Scaling<'a> {
    operation: OperationRef<'a, 'a>,
    factor: Value<'a, 'a>,
}

/// The scores that a tensor is, and the number that they are multiplied with.
fn scaled<'a>(value: Value<'a, 'a>) -> (Value<'a, 'a>, Option<Scaling<'a>>) {
    let of = || {
        let product: Multiply<'a> = made_by(value)?;
        let operation = product.operation()?;
        let (lhs, rhs) = (product.lhs(), product.rhs());
        let is_number = |value: Value<'a, 'a>| {
            TensorType::of(value).rank() == 0 || known_splat(value).is_some()
        };
        let sides = [(lhs, rhs), (rhs, lhs)];
        let (scores, factor) = sides
            .into_iter()
            .find(|&(scores, factor)| scores.r#type() == value.r#type() && is_number(factor))?;
        Some((scores, Some(Scaling { operation, factor })))
    };
    of().unwrap_or((value, None))
}

impl<'a> Scaling<'a> {
    /// Whether it makes no difference where the number is multiplied with.
    fn is_exact(&self) -> bool {
        known_splat(self.factor).is_some_and(is_power_of_two)
    }

    /// A tensor times the number.
    fn apply(&self, value: Value<'a, 'a>, builder: &Builder<'a>) -> Result<Value<'a, 'a>, Miss> {
        let own = TensorType::of(self.factor);
        let scalar = TensorType {
            shape: Vec::new(),
            ..own.clone()
        };
        let factor = match known_splat(self.factor) {
            Some(number) if own.rank() > 0 => {
                let r#type = scalar.to_type();
                let number = splat(r#type, number).ok_or(Miss::Other)?;
                constant(r#type, number, builder)
            }
            _ => self.factor,
        };
        let product = builder.op(Multiply::NAME).operands(&[value, factor]);
        Ok(product.infer().value())
    }
}

/// Whether Kᵀ V and Q (Kᵀ V) take less time than Q Kᵀ and (Q Kᵀ) V.
fn is_cheaper<'a>(factors: [Factor<'a>; 3], batch: usize, rewrite: &Rewrite<'a>) -> Option<bool> {
    let costs = &rewrite.costs;
    let [q, k, v] = factors.map(|factor| costs.extent(factor.value));
    let (q, k, v) = (q?, k?, v?);
    let batches: f64 = q.shape[..batch].iter().product();
    let bytes = f64::from(q.bits.div_ceil(8));
    let [queries, tokens, values] = [(&q, 0), (&k, 1), (&v, 2)]
        .map(|(extent, number)| extent.shape[factors[number].other(batch)]);
    let keys = q.shape[factors[0].summed(batch)];
    let product = |sizes: [f64; 3]| costs.of_product(batches, sizes, bytes);
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
    last: [Size<'a>; 2],
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
    sizes.extend(last);
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
