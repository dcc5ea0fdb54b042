//! The structure of constant weights: rows and columns of zeros, and rows that are
//! equal or each other's negations → a smaller product.
//!
//! # Algebra
//!
//! ```text
//! y[n] = s(n) · Σ_k x[k] · W[n, k]
//! ```
//!
//! A column of zeros takes part in no sum, whatever x: it goes, and x[k] with it. A
//! row of zeros gives 0. Of rows with the same trits and scale one is computed, and
//! its sum is the y of all; y of a row of the negated trits is 0 - y. Nothing is
//! rounded in another way: rounding is symmetric, and a sum that is 0 is +0 in both,
//! where the scale is absent, or a constant that is finite and above 0: others keep
//! their rows of zeros and negations. A number that is rounded to 0 may get
//! the other sign.
//!
//! Of a `bit_linear` only rows are shared, with the same trits, scale and bias: it looks
//! at all of x for its norm, and gives NaN for a row of zeros where x is not finite.
//!
//! # Cost
//!
//! Each row that goes saves K trits for each row of x, and each column N, and the bytes
//! of these weights. Against this stands the gather of the N results, or of the columns
//! of x that stay. Which takes less time on the target the model of cost says. Rows of
//! zeros at the ends are canonicalisation's, which needs no gather.

use super::{
    rewrite::{Miss, Rewrite, Site},
    rows::Constant,
    sibling,
};
use crate::emit::{Emit, Size, loops};
use fidelity_dialect::{TensorAttr, TensorType, cast_to, constant_value, numbers};
use melior::ir::{Value, ValueLike};
use ods_bridge::dense_elements;
use std::{
    collections::HashMap,
    hash::{DefaultHasher, Hasher},
};

/// Makes the product that an op is smaller.
pub fn fuse<'a>(site: &Site<'a, '_>) -> Result<(), Miss> {
    let (operation, builder, rewrite) = site.parts();
    let layer = sibling::Layer::cast(operation).ok_or(Miss::Other)?;
    let of_bit_linear = layer.is_bit_linear;
    let weights = Constant::of(layer.weights).ok_or(Miss::Other)?;
    if rewrite.is_surveyed(weights.attribute, of_bit_linear) {
        return Err(Miss::Other);
    }
    let layer = Layer::new(layer, weights).ok_or(Miss::Other)?;
    let emit = Emit::new(builder, false);
    let done = match layer.drop_columns(&emit, rewrite) {
        Err(Miss::Other) => layer.share_rows(&emit, rewrite),
        done => done,
    };
    match done {
        Ok(result) => {
            rewrite.replace(operation, &[result], builder);
            Ok(())
        }
        Err(miss) => {
            if miss == Miss::Other {
                rewrite.note_surveyed(layer.weights.attribute, of_bit_linear);
            }
            Err(miss)
        }
    }
}

/// A product, and what its weights are like.
struct Layer<'a> {
    linear: sibling::Layer<'a>,
    weights: Constant<'a>,
    rows: usize,
    columns: usize,
    /// For each column whether it has a trit that is not 0.
    is_used: Vec<bool>,
    /// For each row its first trit that is not 0, or 0, and a hash of the row times it.
    kinds: Vec<(i8, u64)>,
}

const NAMED: Miss = Miss::Near("a smaller product has sizes that the names do not stand for");

impl<'a> Layer<'a> {
    fn new(linear: sibling::Layer<'a>, weights: Constant<'a>) -> Option<Self> {
        let &[rows, columns] = &weights.r#type.shape[..] else {
            return None;
        };
        let [rows, columns] = [rows, columns].map(|size| usize::try_from(size).unwrap_or(0));
        let mut is_used = vec![false; columns];
        let mut kinds = Vec::with_capacity(rows);
        let mut product = vec![0; columns];
        weights.for_each_row(|trits| {
            let first = trits.iter().copied().find(|&trit| trit != 0).unwrap_or(0);
            for (used, &trit) in is_used.iter_mut().zip(trits) {
                *used |= trit != 0;
            }
            // With all bits where it is below 0: ¬t + 1 is -t.
            let sign = (first >> 7).cast_unsigned();
            for (product, trit) in product.iter_mut().zip(trits) {
                *product = (trit.cast_unsigned() ^ sign).wrapping_sub(sign);
            }
            let mut hasher = DefaultHasher::new();
            hasher.write(&product);
            kinds.push((first, hasher.finish()));
        })?;
        (rows > 0 && columns > 0).then_some(Self {
            linear,
            weights,
            rows,
            columns,
            is_used,
            kinds,
        })
    }

    /// ternary_linear(x, W) → ternary_linear(x without columns, W without columns)
    fn drop_columns(
        &self,
        emit: &Emit<'a, '_>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        if self.linear.is_bit_linear {
            return Err(Miss::Other);
        }
        let is_used = |&column: &usize| self.is_used[column];
        let used: Vec<usize> = (0..self.columns).filter(is_used).collect();
        // Weights that are all 0 are canonicalisation's.
        let (Some(&first), Some(&last)) = (used.first(), used.last()) else {
            return Err(Miss::Other);
        };
        let costs = &rewrite.costs;
        let x = self.linear.x;
        let of_columns = |columns: usize| costs.of_layer(&self.linear, [self.rows, columns]);
        // Of a run x is a slice, whose rows lie as far apart as they did.
        let run: Vec<usize> = (first..=last).collect();
        let of_gather = costs.of_gather(x, used.len(), operations(false, false));
        let of_run = of_columns(run.len()).ok_or(Miss::Other)?;
        let of_used = of_columns(used.len()).ok_or(Miss::Other)? + of_gather.ok_or(Miss::Other)?;
        let is_run = !costs.is_faster(of_used, of_run);
        let (kept, after) = match is_run {
            true => (run, of_run),
            false => (used, of_used),
        };
        let before = of_columns(self.columns).ok_or(Miss::Other)?;
        // A slice is no work, so that fewer columns are less in any case.
        let pays = match is_run {
            true => after < before,
            false => costs.is_faster(after, before),
        };
        if !pays {
            return Err(Miss::Other);
        }
        let scale = self.linear.scale;
        if scale.is_some_and(|scale| TensorType::of(scale).rank() == 2) {
            return Err(Miss::Near(
                "the scale is of groups of columns, some of them zeros",
            ));
        }
        if has_names(x) || has_names(self.linear.weights) {
            return Err(NAMED);
        }
        let x_type = TensorType::of(x);
        if x_type.shape.last() != Some(&(self.columns as i64)) || x_type.shape.contains(&0) {
            return Err(Miss::Near("the type of x does not say its columns"));
        }
        if !is_run && x_type.encoding.is_some() {
            return Err(Miss::Near("x has a unit, which a gather would not"));
        }
        let result = self.linear.result().ok_or(Miss::Other)?.r#type();
        let mut trits = Vec::with_capacity(self.rows * kept.len());
        self.weights
            .for_each_row(|row| trits.extend(kept.iter().map(|&column| row[column])))
            .ok_or(Miss::Other)?;
        let shape = [self.rows, kept.len()];
        let weights = self.weights.with_trits(shape, &trits, "columns", emit)?;
        let part = match is_run {
            true => {
                let [start, size] = [kept[0], kept.len()].map(|size| Size::Static(size as i64));
                emit.range(x, x_type.rank() - 1, start, size)
            }
            false => {
                let columns: Vec<i32> = kept.iter().map(|&column| column as i32 + 1).collect();
                gather(emit, x, &columns)?
            }
        };
        let scale = Vec::from_iter(scale);
        self.linear
            .rebuild([part, weights], scale, Vec::new(), result, emit, rewrite)
    }

    /// ternary_linear(x, W) → a gather of ternary_linear(x, the rows that differ)
    fn share_rows(
        &self,
        emit: &Emit<'a, '_>,
        rewrite: &Rewrite<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        let scale = self.linear.scale;
        let of_rows = scale.filter(|&scale| TensorType::of(scale).rank() > 0);
        let scales = scale.and_then(|scale| numbers(constant_value(scale)?, usize::MAX));
        if of_rows.is_some() && scales.is_none() {
            return Err(Miss::Other);
        }
        let biases = self
            .linear
            .bias
            .map(|bias| numbers(constant_value(bias)?, usize::MAX));
        if biases == Some(None) {
            return Err(Miss::Other);
        }
        let biases = biases.flatten();
        let of_row = [
            scales.as_deref().filter(|_| of_rows.is_some()),
            biases.as_deref(),
        ];
        let (kept, sources) = self.shared(self.is_positive(scales.as_deref()), of_row)?;
        if kept.is_empty() || kept.len() == self.rows {
            return Err(Miss::Other);
        }
        let pays = || {
            let costs = &rewrite.costs;
            let of_rows = |rows: usize| costs.of_layer(&self.linear, [rows, self.columns]);
            let (has_zeros, has_negations) = kinds_of(&sources);
            let operations = operations(has_zeros, has_negations);
            let gather = costs.of_gather(self.linear.result()?, self.rows, operations)?;
            Some(costs.is_faster(of_rows(kept.len())? + gather, of_rows(self.rows)?))
        };
        if !pays().ok_or(Miss::Other)? {
            return Err(Miss::Other);
        }
        self.expect_same(&sources)?;
        let weights = self.linear.weights;
        let result = self.linear.result().ok_or(Miss::Other)?;
        let r#type = TensorType::of(result);
        if r#type.encoding.is_some() {
            return Err(Miss::Near(
                "the result has names or a unit, which a gather would not",
            ));
        }
        if has_names(weights) || of_rows.is_some_and(has_names) {
            return Err(NAMED);
        }
        if r#type.shape.last() != Some(&(self.rows as i64)) || r#type.shape.contains(&0) {
            return Err(Miss::Near("the type of the result does not say its rows"));
        }
        let mut part = r#type.clone();
        part.shape.pop();
        part.shape.push(kept.len() as i64);
        let weights = self.weights.select(&kept, emit)?;
        let selected = |value: Value<'a, 'a>| match Constant::of(value) {
            Some(constant) if constant.r#type.rank() > 0 => constant.select(&kept, emit),
            _ => Ok(value),
        };
        let scale = Vec::from_iter(scale.map(selected).transpose()?);
        let bias = Vec::from_iter(self.linear.bias.map(selected).transpose()?);
        let operands = [self.linear.x, weights];
        let part = part.to_type();
        let layer = self
            .linear
            .rebuild(operands, scale, bias, part, emit, rewrite)?;
        let gathered = gather(emit, layer, &sources)?;
        Ok(cast_to(gathered, result.r#type(), emit))
    }

    /// Whether 0 times the scale is 0 and there is nothing else to a row: then a row may
    /// be 0, or negated.
    fn is_positive(&self, scales: Option<&[f64]>) -> bool {
        !self.linear.is_bit_linear
            && match scales {
                Some(scales) => scales.iter().all(|scale| scale.is_finite() && *scale > 0.0),
                None => self.linear.scale.is_none(),
            }
    }

    /// The rows that are computed, and for each row 0, or the number of one of them
    /// from 1 on, below 0 where it is negated; `of_row` is what rows have besides.
    fn shared(
        &self,
        is_positive: bool,
        of_row: [Option<&[f64]>; 2],
    ) -> Result<(Vec<usize>, Vec<i32>), Miss> {
        let numbers_of = |row: usize| -> Vec<u64> {
            let own = of_row.into_iter().flatten().flat_map(|numbers| {
                let width = numbers.len() / self.rows;
                &numbers[row * width..(row + 1) * width]
            });
            own.map(|number| number.to_bits()).collect()
        };
        let mut kept: Vec<usize> = Vec::new();
        let mut known = HashMap::new();
        let mut sources = Vec::with_capacity(self.rows);
        for (row, &(first, hash)) in self.kinds.iter().enumerate() {
            if first == 0 && is_positive {
                sources.push(0);
                continue;
            }
            let sign = if is_positive { 0 } else { first };
            let number = *known
                .entry((sign, hash, numbers_of(row)))
                .or_insert_with(|| {
                    kept.push(row);
                    kept.len()
                });
            let is_same = self.kinds[kept[number - 1]].0 == first;
            let number = i32::try_from(number).map_err(|_| Miss::Other)?;
            sources.push(if is_same { number } else { -number });
        }
        Ok((kept, sources))
    }
}

impl Layer<'_> {
    /// Checks that rows with one source are what their hashes say.
    fn expect_same(&self, sources: &[i32]) -> Result<(), Miss> {
        let mut firsts: Vec<Vec<i8>> = Vec::new();
        let mut sources = sources.iter();
        let mut are_same = true;
        self.weights
            .for_each_row(|row| {
                let source = *sources.next().unwrap_or(&0);
                let number = source.unsigned_abs() as usize;
                match number {
                    0 => {}
                    _ if number > firsts.len() => firsts.push(row.to_vec()),
                    _ => {
                        let sign = source.signum() as i8;
                        let pairs = firsts[number - 1].iter().zip(row);
                        are_same &= pairs.into_iter().all(|(first, trit)| first * sign == *trit);
                    }
                }
            })
            .ok_or(Miss::Other)?;
        are_same.then_some(()).ok_or(Miss::Other)
    }
}

fn has_names(value: Value<'_, '_>) -> bool {
    let encoding = TensorType::of(value).encoding.and_then(TensorAttr::cast);
    encoding.is_some_and(|encoding| !encoding.dims().is_empty())
}

/// Whether some of the sources of [`gather`] are 0, and some below it.
fn kinds_of(sources: &[i32]) -> (bool, bool) {
    let has_negations = sources.iter().any(|&number| number < 0);
    (sources.contains(&0), has_negations)
}

/// The operations for each number of [`gather`], besides reading it.
const fn operations(has_zeros: bool, has_negations: bool) -> usize {
    1 + if has_negations { 5 } else { 0 } + if has_zeros { 3 } else { 0 }
}

/// `y[…, n] = source[…, |c(n)| - 1]`, negated where c(n) is below 0, and 0 where it
/// is 0.
///
/// A negation is 0 - y, as that of 0 is no -0.
fn gather<'a>(
    emit: &Emit<'a, '_>,
    source: Value<'a, 'a>,
    sources: &[i32],
) -> Result<Value<'a, 'a>, Miss> {
    let integer = emit.integer(32);
    let table = TensorType {
        shape: vec![sources.len() as i64],
        element: integer,
        encoding: None,
    };
    let bytes: Vec<u8> = sources
        .iter()
        .flat_map(|number| number.to_ne_bytes())
        .collect();
    let table = table.to_type();
    let elements = dense_elements(table, &bytes).ok_or(Miss::Other)?;
    let table = fidelity_dialect::constant(table, elements, emit);
    let mut sizes = emit.sizes(source);
    let last = sizes.len() - 1;
    sizes[last] = Size::Static(sources.len() as i64);
    let element = TensorType::of(source).element;
    let (has_zeros, has_negations) = kinds_of(sources);
    let inputs = [(table, loops([last]))];
    Ok(emit.map(&inputs, &sizes, element, |emit, arguments| {
        let number = arguments[0];
        let zero = || emit.int(integer, 0);
        let is_negated = has_negations.then(|| emit.compare_integers("slt", number, zero()));
        let mut place = number;
        if let Some(is_negated) = is_negated {
            place = emit.select(is_negated, emit.sub(zero(), number), number);
        }
        place = emit.sub(place, emit.int(integer, 1));
        if has_zeros {
            // Any place does: what is there is not looked at.
            place = emit.apply("arith.maxsi", &[place, zero()]);
        }
        let place = emit
            .op("arith.index_cast")
            .operand(place)
            .result(emit.index_type())
            .value();
        let mut indices: Vec<Value<'a, 'a>> =
            (0..last).map(|index| emit.loop_index(index)).collect();
        indices.push(place);
        let mut y = emit.element(source, &indices);
        if let Some(is_negated) = is_negated {
            y = emit.select(is_negated, emit.sub(emit.zero(element), y), y);
        }
        if has_zeros {
            let is_zero = emit.compare_integers("eq", number, zero());
            y = emit.select(is_zero, emit.zero(element), y);
        }
        y
    }))
}
