//! Operands as vectors, each read once where it stays the same.

use super::{
    Kernel, LANES, Place, Tile,
    vector::{broadcast, read},
};
use crate::linalg::recurrence::{nest::Factor, producer::Producer};
use fidelity_passes::emit::Emit;
use melior::ir::{
    BlockLike, Type, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{block_argument, name_of};

/// An op on other operands.
fn again<'a>(
    emit: &Emit<'a, '_>,
    operation: OperationRef<'a, 'a>,
    operands: &[Value<'a, 'a>],
    result: Type<'a>,
) -> Value<'a, 'a> {
    let mut op = emit.op(name_of(operation)).operands(operands);
    for (name, attribute) in operation.attributes() {
        let name = name.as_string_ref();
        op = op.attribute(name.as_str().unwrap_or_default(), attribute);
    }
    op.result(result).value()
}

/// Operands that have been read, as vectors.
#[derive(Clone, Default)]
pub struct Loads<'a>(Vec<(Read<'a>, Value<'a, 'a>)>);

/// What was read: an operand by its loops, as one value may be several operands, of which
/// row of a tile, if it differs between rows, and which of its vectors.
#[derive(Clone, PartialEq)]
struct Read<'a> {
    operand: Value<'a, 'a>,
    loops: Vec<usize>,
    row: Option<usize>,
    lane: Lane,
}

/// Which vectors an operand is read as.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lane {
    /// Only one of a tile.
    Of(usize),
    /// Those of so many lanes, which are all the same.
    Any(i64),
}

/// Where a part of a step is computed.
pub struct Site<'a> {
    pub place: Place<'a>,
    pub tile: Tile<'a>,
    pub loads: Loads<'a>,
}

impl<'a> Kernel<'_, 'a> {
    /// Reads those operands that a condition holds for, for all vectors of a tile.
    pub fn load_all(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        wanted: impl Fn(&Factor<'a>) -> bool,
    ) {
        // Lanes of which a loop makes vectors differ in nothing that is read here.
        let has_lanes = !site.tile.vectors.is_empty();
        if !has_lanes {
            site.tile.vectors = vec![self.lanes(emit, emit.index(0), LANES, false)];
        }
        let mut next: Vec<&Factor<'a>> = self.operands.all().collect();
        while let Some(factor) = next.pop() {
            next.extend(factor.producer.iter().flat_map(|producer| &producer.inputs));
            if wanted(factor) {
                for cell in site.tile.clone().cells() {
                    self.load(emit, site, factor, cell);
                }
            }
        }
        if !has_lanes {
            site.tile.vectors.clear();
        }
    }

    /// An operand as a vector: its lanes, or the same number in all of them.
    pub fn load(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        factor: &Factor<'a>,
        cell: [usize; 2],
    ) -> Value<'a, 'a> {
        let has_lanes = self.has_lanes(factor);
        let lanes = site.tile.vectors[cell[1]];
        let wanted = self.as_read(site, factor, cell);
        let mut loads = site.loads.0.iter();
        if let Some(&(_, value)) = loads.find(|(read, _)| *read == wanted) {
            return value;
        }
        let value = match &factor.producer {
            Some(producer) => self.produced(emit, site, producer, cell),
            None => {
                let indices = self.indices(site, factor, cell);
                match has_lanes {
                    true => read(emit, factor.value, &indices, &lanes),
                    false => {
                        let element = emit.element(factor.value, &indices);
                        broadcast(emit, element, lanes.r#type(emit))
                    }
                }
            }
        };
        site.loads.0.push((wanted, value));
        value
    }

    /// Says what an operand is as a vector.
    pub fn know(
        &self,
        site: &mut Site<'a>,
        factor: &Factor<'a>,
        cell: [usize; 2],
        vector: Value<'a, 'a>,
    ) {
        let read = self.as_read(site, factor, cell);
        site.loads.0.push((read, vector));
    }

    fn as_read(&self, site: &Site<'a>, factor: &Factor<'a>, [row, vector]: [usize; 2]) -> Read<'a> {
        let has_rows = (self.plan.row).is_some_and(|row| factor.loops.contains(&row));
        Read {
            operand: factor.value,
            loops: factor.loops.clone(),
            row: has_rows.then_some(row),
            lane: match self.has_lanes(factor) {
                true => Lane::Of(vector),
                false => Lane::Any(site.tile.vectors[vector].count),
            },
        }
    }

    /// What makes an operand element by element, on vectors. What several operands are
    /// made of is there once for each, until common subexpressions are one.
    fn produced(
        &self,
        emit: &Emit<'a, '_>,
        site: &mut Site<'a>,
        producer: &Producer<'a>,
        cell: [usize; 2],
    ) -> Value<'a, 'a> {
        let count = site.tile.vectors[cell[1]].count.cast_unsigned();
        let vector = |element| Type::vector(&[count], element);
        let mut known: Vec<(Value<'a, 'a>, Value<'a, 'a>)> = vec![];
        let mut next = producer.body.first_operation();
        while let Some(operation) = next {
            next = operation.next_in_block();
            if name_of(operation) == "arith.constant" {
                let constants = operation.results().map(Value::from);
                known.extend(constants.map(|result| {
                    let scalar = again(emit, operation, &[], result.r#type());
                    (result, broadcast(emit, scalar, vector(result.r#type())))
                }));
                continue;
            }
            let operands: Vec<_> = (operation.operands())
                .map(|operand| {
                    let mut values = known.iter();
                    let value = values.find(|(scalar, _)| *scalar == operand);
                    match (value, block_argument(operand)) {
                        (Some(&(_, value)), _) => value,
                        (None, Some((_, input))) => {
                            self.load(emit, site, &producer.inputs[input], cell)
                        }
                        (None, None) => broadcast(emit, operand, vector(operand.r#type())),
                    }
                })
                .collect();
            if name_of(operation) == "linalg.yield" {
                return operands[0];
            }
            for result in operation.results().map(Value::from) {
                let value = again(emit, operation, &operands, vector(result.r#type()));
                known.push((result, value));
            }
        }
        unreachable!("a body ends with what it yields")
    }

    /// Where an operand is read, or a result written, for a vector of a tile.
    pub fn indices(
        &self,
        site: &Site<'a>,
        factor: &Factor<'a>,
        [row, vector]: [usize; 2],
    ) -> Vec<Value<'a, 'a>> {
        let index = |&at: &usize| {
            if at == self.plan.lane {
                Some(site.tile.vectors[vector].index)
            } else if Some(at) == self.plan.row {
                site.tile.rows[row]
            } else {
                site.place[at]
            }
        };
        factor.loops.iter().filter_map(index).collect()
    }
}

/// What is in memory of what an operand is made of.
pub fn read_of<'f, 'a>(factor: &'f Factor<'a>) -> Vec<&'f Factor<'a>> {
    match &factor.producer {
        Some(producer) => producer.inputs.iter().flat_map(read_of).collect(),
        None => vec![factor],
    }
}
