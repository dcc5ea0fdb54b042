//! How an op is cut into tiles.

use crate::Diagnostic;
use melior::ir::{
    TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use std::ops::Range;

/// `OdsBridge_Tile`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `OdsBridge_Tile` for `{Self}`, but `Tile` is not implemented"
)]
pub trait Tile<'a> {
    /// How the op is cut.
    ///
    /// # Errors
    ///
    /// When it cannot be.
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>>;
}

/// What a loop over tiles is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LoopKind {
    /// Each tile gives a part of the results of its own.
    Parallel,
    /// Each tile adds to the same part of the results. Only for an op in
    /// destination style, which adds to what its init holds.
    Reduction,
    /// Not cut, though a user may expect that it can be: each tile has all of
    /// it. The text says why, and what to do instead.
    Uncut(&'static str),
}

/// What one dimension of an operand or a result does when the op is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Along {
    /// It is cut as that loop is.
    Loop(usize),
    /// It is not cut: each tile has all of it.
    Whole,
}

impl Along {
    /// Dimensions along loops that follow one another.
    pub fn loops(loops: Range<usize>) -> Vec<Self> {
        loops.map(Self::Loop).collect()
    }
}

/// The loops of an op, and how its operands and results follow them.
///
/// A tile of the op is the op itself on slices of its operands, with the same
/// attributes. So the loops are those along which that gives the slices of the
/// results.
///
/// ```ignore
/// // y[t, n] = Σ_k x[t, k] · w[n, k]
/// Tiling::parallel(2)
///     .operand([Along::Loop(0), Along::Whole])
///     .operand([Along::Loop(1), Along::Whole])
///     .result([Along::Loop(0), Along::Loop(1)])
/// ```
///
/// Loops run from 0 by 1; their sizes are those of the dimensions along them.
/// An operand of type `index` has one dimension if it is the size of a loop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tiling {
    loops: Vec<LoopKind>,
    operands: Vec<Vec<Along>>,
    results: Vec<Vec<Along>>,
}

impl Tiling {
    /// Over those loops; operands and results are added in their order.
    pub fn new(loops: Vec<LoopKind>) -> Self {
        Self {
            loops,
            operands: Vec::new(),
            results: Vec::new(),
        }
    }

    /// Over that many parallel loops.
    pub fn parallel(count: usize) -> Self {
        Self::new(vec![LoopKind::Parallel; count])
    }

    /// Adds the next operand.
    #[must_use]
    pub fn operand(mut self, dimensions: impl Into<Vec<Along>>) -> Self {
        self.operands.push(dimensions.into());
        self
    }

    /// Adds the next result.
    #[must_use]
    pub fn result(mut self, dimensions: impl Into<Vec<Along>>) -> Self {
        self.results.push(dimensions.into());
        self
    }

    /// The loops, and the dimensions of the operands and then the results.
    pub(crate) fn parts(&self) -> (&[LoopKind], Vec<&[Along]>) {
        let maps = self.operands.iter().chain(&self.results);
        (&self.loops, maps.map(Vec::as_slice).collect())
    }

    /// Checks that it fits an op.
    pub(crate) fn check<'a>(&self, operation: OperationRef<'a, 'a>) -> Result<(), Diagnostic<'a>> {
        let operands: Vec<Value<'a, 'a>> = operation.operands().collect();
        let results: Vec<Value<'a, 'a>> = operation.results().map(Value::from).collect();
        let mut followed = vec![false; self.loops.len()];
        for (what, values, maps) in [
            ("operand", operands, &self.operands),
            ("result", results, &self.results),
        ] {
            if values.len() != maps.len() {
                return Err(Diagnostic::expected(
                    format!("a tiling of {} {what}s", values.len()),
                    maps.len(),
                ));
            }
            for (index, (value, map)) in values.into_iter().zip(maps).enumerate() {
                if !may_have(value, map.len()) {
                    return Err(Diagnostic::expected(
                        format!(
                            "a tiling with the dimensions of {what} #{index}, {}",
                            value.r#type()
                        ),
                        map.len(),
                    ));
                }
                for along in map {
                    let Along::Loop(at) = *along else { continue };
                    let Some(followed) = followed.get_mut(at) else {
                        return Err(Diagnostic::expected(
                            format!("one of the {} loops of the tiling", self.loops.len()),
                            format!("loop {at}"),
                        ));
                    };
                    *followed = true;
                }
            }
        }
        match followed.iter().position(|followed| !followed) {
            Some(at) => Err(Diagnostic::expected(
                format!("an operand or a result along loop {at} of the tiling"),
                "none",
            )),
            None => Ok(()),
        }
    }
}

/// Whether a value can have that many dimensions in a tiling.
fn may_have(value: Value<'_, '_>, dimensions: usize) -> bool {
    let r#type = value.r#type();
    if r#type.is_index() {
        return dimensions <= 1;
    }
    // SAFETY: the type is valid, and is checked to be shaped and ranked before
    // it is asked for its rank.
    let rank = unsafe {
        let raw = r#type.to_raw();
        if mlir_sys::mlirTypeIsAShaped(raw) && mlir_sys::mlirShapedTypeHasRank(raw) {
            mlir_sys::mlirShapedTypeGetRank(raw)
        } else {
            0
        }
    };
    i64::try_from(dimensions) == Ok(rank)
}
