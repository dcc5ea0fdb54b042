//! The linear recurrence.

use super::Loops;
use crate::{
    Read, Recurrence,
    canonicalize::canonicalize,
    shape::{Operand, ResultShape, Shaped, Size, count, infer_from_shapes, speculatable_if_static},
};
use melior::ir::{Type, TypeLike, Value};
use ods_bridge::{Diagnostic, bit_width, complex_element, complex_of, context_of};
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
                format!("state to have the map of last_state, {:?}", loops.state),
                format!("{:?}", loops.operands.last().unwrap_or(&Vec::new())),
            ));
        }
        let sizes = sizes(&loops, &operands)?;
        self.check_counts()?;
        // C7 has seen an operand.
        let element =
            element(&operands).ok_or_else(|| Diagnostic::new("internal error: no operand"))?;
        let of = |map: &[usize]| {
            let sizes: Vec<Size<'a>> = map.iter().map(|&at| sizes[at]).collect();
            ResultShape::new(&sizes, element)
        };
        Ok(vec![of(&loops.output), of(&loops.state)])
    }
}

impl<'a> Recurrence<'a> {
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

infer_from_shapes!(Recurrence);
speculatable_if_static!(Recurrence);
canonicalize!(Recurrence);
