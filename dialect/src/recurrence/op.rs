//! The linear recurrence.

use super::{Loops, loops::list};
use crate::{
    Read, Recurrence,
    canonicalize::{self, canonicalize},
    constant::is_known_splat_of,
    shape::{
        Measure, Operand, ResultShape, Shaped, Size, count, infer_from_shapes,
        speculatable_if_static,
    },
};
use melior::ir::{Attribute, Type, TypeLike, Value, attribute::ArrayAttribute};
use ods_bridge::{
    Along, Builder, Diagnostic, NoMatch, OpView, Tile, Tiling, bit_width, complex_element,
    complex_of, context_of,
};
use std::cmp::Ordering;

impl<'a> Recurrence<'a> {
    /// The operands with their names, in the order of the maps.
    pub fn named_operands(&self) -> Vec<(&'static str, Value<'a, 'a>)> {
        let named = |name, value: Option<_>| value.map(|value| (name, value));
        let all = |name, values: &[_]| values.iter().map(|&value| (name, value)).collect();
        let mut operands: Vec<(&'static str, Value<'a, 'a>)> = all("decay", self.decay());
        operands.extend(named("key", self.key()));
        operands.extend(named("value", self.value()));
        operands.extend(named("query", self.query()));
        operands.extend::<Vec<_>>(all("erase", self.erase()));
        operands.extend(named("bonus", self.bonus()));
        operands.extend(named("state", self.state()));
        operands
    }
}

impl<'a> Shaped<'a> for Recurrence<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        // C1 to C4
        let loops = Loops::of(self)?;
        let operands = self
            .named_operands()
            .into_iter()
            .map(|(name, value)| Operand::new(name, value))
            .collect::<Result<Vec<_>, _>>()?;
        // C5
        if self.state().is_some() && loops.operands.last() != Some(&loops.state) {
            return Err(Diagnostic::expected(
                format!(
                    "state to have the map of last_state, {}",
                    list(&loops.state)
                ),
                list(loops.operands.last().unwrap_or(&Vec::new())),
            ));
        }
        let sizes = sizes(&loops, &operands)?;
        self.check_counts()?;
        // C7 has seen an operand.
        let element =
            element(&operands).ok_or_else(|| Diagnostic::new("internal error: no operand"))?;
        let [output, state] = self.units(&operands)?;
        let of = |map: &[usize], unit| {
            let sizes: Vec<Size<'a>> = map.iter().map(|&at| sizes[at]).collect();
            ResultShape::new(&sizes, element).with_unit(unit)
        };
        Ok(vec![of(&loops.output, &output), of(&loops.state, &state)])
    }
}

impl<'a> Recurrence<'a> {
    /// The units of the output and of the state.
    fn units(&self, operands: &[Operand<'a>]) -> Result<[Measure<'a>; 2], Diagnostic<'a>> {
        let product = |names: &[&str]| {
            operands
                .iter()
                .filter(|operand| names.contains(&operand.name))
                .fold(Measure::number(), |unit, operand| {
                    unit.times(&operand.unit())
                })
        };
        // C12
        for name in ["decay", "erase", "bonus"] {
            product(&[name]).expect_dimensionless()?;
        }
        // C13
        let fed = product(&["key", "value"]);
        let state = match operands.last() {
            Some(state) if state.name == "state" => state.unit().agree(&fed)?,
            _ => fed,
        };
        Ok([product(&["query"]).times(&state), state])
    }

    fn check_counts(&self) -> Result<(), Diagnostic<'a>> {
        // C8
        let factors = self.decay().len();
        if factors > 2 {
            return Err(Diagnostic::expected(
                "decay to have at most 2 operands",
                factors,
            ));
        }
        if self.exponential() && factors == 0 {
            return Err(Diagnostic::expected(
                "decay to have an operand for exponential",
                "none",
            ));
        }
        // C9
        let erase = self.erase().len();
        if erase != 0 && erase != 2 {
            return Err(Diagnostic::expected(
                "erase to be the vector that reads and the one that writes",
                count(erase, "operand"),
            ));
        }
        // C10
        if self.bonus().is_some() && self.read() == Read::After {
            return Err(Diagnostic::expected(
                "read(before) for a bonus",
                "read(after)",
            ));
        }
        // C11
        match self.chunk() {
            Some(chunk) if chunk < 1 => Err(Diagnostic::expected("chunk to be positive", chunk)),
            _ => Ok(()),
        }
    }
}

/// The size of each loop.
fn sizes<'a>(loops: &Loops, operands: &[Operand<'a>]) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    let mut sizes: Vec<Option<Size<'a>>> = vec![None; loops.count];
    for (operand, map) in operands.iter().zip(&loops.operands) {
        // C6
        if operand.rank() != map.len() {
            return Err(Diagnostic::expected(
                format!(
                    "{} to have {}, as its map has",
                    operand.name,
                    count(map.len(), "dimension")
                ),
                operand.rank(),
            ));
        }
        // C7
        for (index, &at) in map.iter().enumerate() {
            let size = operand.size(index);
            sizes[at] = Some(match sizes[at] {
                None => size,
                Some(known) => size.agree(known)?,
            });
        }
    }
    sizes
        .into_iter()
        .enumerate()
        .map(|(at, size)| {
            size.ok_or_else(|| Diagnostic::expected(format!("an operand with loop d{at}"), "none"))
        })
        .collect()
}

/// The element type of the results: the widest that an operand has, complex if
/// one is.
fn element<'a>(operands: &[Operand<'a>]) -> Option<Type<'a>> {
    let elements = || operands.iter().map(|operand| operand.r#type.element);
    let widest = elements()
        .map(|element| complex_element(element).unwrap_or(element))
        .reduce(wider)?;
    let is_complex = elements().any(|element| complex_element(element).is_some());
    Some(if is_complex {
        complex_of(widest)
    } else {
        widest
    })
}

/// The wider of two float types; f32 for f16 beside bf16.
fn wider<'a>(lhs: Type<'a>, rhs: Type<'a>) -> Type<'a> {
    match bit_width(lhs).cmp(&bit_width(rhs)) {
        Ordering::Less => rhs,
        Ordering::Greater => lhs,
        Ordering::Equal if lhs == rhs => lhs,
        Ordering::Equal => Type::float32(context_of(lhs.context())),
    }
}

impl<'a> Tile<'a> for Recurrence<'a> {
    /// Time is a sequence and the keys are summed over; the other loops index
    /// both results.
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let loops = Loops::of(self)?;
        let cut: Vec<usize> = (0..loops.count)
            .filter(|at| *at != loops.time && !loops.keys.contains(at))
            .collect();
        let along = |map: &Vec<usize>| -> Vec<Along> {
            map.iter()
                .map(|at| {
                    let position = cut.iter().position(|other| other == at);
                    position.map_or(Along::Whole, Along::Loop)
                })
                .collect()
        };
        let tiling = loops
            .operands
            .iter()
            .fold(Tiling::parallel(cut.len()), |tiling, map| {
                tiling.operand(along(map))
            });
        Ok(tiling
            .result(along(&loops.output))
            .result(along(&loops.state)))
    }
}

infer_from_shapes!(Recurrence);
speculatable_if_static!(Recurrence);
canonicalize!(
    Recurrence,
    drop_zero_state,
    drop_neutral_factors,
    drop_chunk_of_one_step,
    without_steps,
);

/// recurrence(…, state = 0) → recurrence(…)
fn drop_zero_state<'a>(op: &Recurrence<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let state = op.state().ok_or("no state")?;
    if !is_known_splat_of(state, 0.0) {
        return Err("the state is not zero");
    }
    without(op, op.operands().len() - 1, builder)
}

/// d = 1, key = 1, value = 1, query = 1, and d = exp(0): absent.
fn drop_neutral_factors<'a>(op: &Recurrence<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let neutral = |(index, (name, value)): (usize, (&str, Value<'a, 'a>))| {
        let number = match name {
            "key" | "value" | "query" => 1.0,
            "decay" if !op.exponential() => 1.0,
            // Beside another factor it may have to stay: 0 · ∞ is no number.
            "decay" if op.decay().len() == 1 => 0.0,
            _ => return None,
        };
        is_known_splat_of(value, number).then_some(index)
    };
    let mut neutral = op
        .named_operands()
        .into_iter()
        .enumerate()
        .filter_map(neutral);
    // A factor may have to stay because it alone has the size of a loop.
    match neutral.any(|index| without(op, index, builder).is_ok()) {
        true => Ok(()),
        false => Err("no factor is 1"),
    }
}

/// recurrence(…) chunk(N) of at most one step → recurrence(…)
fn drop_chunk_of_one_step<'a>(op: &Recurrence<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let loops = Loops::of(op).map_err(|_| "maps that are wrong")?;
    let output = &op.result_shapes().map_err(|_| "operands that are wrong")?[0];
    let time = loops.output.iter().position(|&at| at == loops.time);
    let steps = time.map(|time| output.sizes[time].get());
    if op.chunk().is_none() || !matches!(steps, Some(0 | 1)) {
        return Err("there is no chunk, or more than a step");
    }
    rebuild(op, None, false, builder)
}

/// recurrence of no step → nothing, and its state
fn without_steps<'a>(op: &Recurrence<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    let loops = Loops::of(op).map_err(|_| "maps that are wrong")?;
    let time = loops.output.iter().position(|&at| at == loops.time);
    let time = time.ok_or("an output without time")?;
    canonicalize::without_steps(op, loops.output.len() - time, &[op.state()], builder)
}

/// The recurrence without an operand, which is not to change what it means.
fn without<'a>(op: &Recurrence<'a>, index: usize, builder: &Builder<'a>) -> Result<(), NoMatch> {
    rebuild(op, Some(index), op.chunk().is_some(), builder)
}

/// Builds the recurrence anew, without an operand or without its chunk.
fn rebuild<'a>(
    op: &Recurrence<'a>,
    without: Option<usize>,
    keeps_chunk: bool,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let loops = Loops::of(op).map_err(|_| "maps that are wrong")?;
    let kept: Vec<usize> = (0..op.operands().len())
        .filter(|&index| Some(index) != without)
        .collect();
    let bound = |at: &usize| kept.iter().any(|&index| loops.operands[index].contains(at));
    if !(0..loops.count).all(|at| bound(&at)) {
        return Err("the operand alone has the size of a loop");
    }
    let maps = ArrayAttribute::try_from(op.indexing_maps()).map_err(|_| "no maps")?;
    let maps: Vec<Attribute<'a>> = (0..maps.len())
        .filter(|&index| Some(index) != without)
        .filter_map(|index| maps.element(index).ok())
        .collect();
    let mut segments = canonicalize::segments(op);
    let mut start = 0;
    for segment in &mut segments {
        let range = start..start + segment.len();
        if let Some(index) = without.filter(|index| range.contains(index)) {
            segment.remove(index - start);
        }
        start = range.end;
    }
    let exponential = op.exponential() && !segments[0].is_empty();
    let changes = [
        (
            "indexing_maps",
            Some(ArrayAttribute::new(builder.context(), &maps).into()),
        ),
        (
            "chunk",
            op.view().attribute("chunk").filter(|_| keeps_chunk),
        ),
        (
            "exponential",
            op.view().attribute("exponential").filter(|_| exponential),
        ),
    ];
    canonicalize::replace(op, &segments, &changes, builder)
}
