//! Operands as vectors, each read once where it stays the same.

use super::{
    Kernel, LANES, Place, Tile,
    vector::{broadcast, read},
};
use crate::linalg::recurrence::nest::Factor;
use fidelity_passes::emit::Emit;
use melior::ir::Value;

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
        for factor in self.operands.all().filter(|factor| wanted(factor)) {
            for cell in site.tile.clone().cells() {
                self.load(emit, site, factor, cell);
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
        let has_rows = (self.plan.row).is_some_and(|row| factor.loops.contains(&row));
        let lanes = site.tile.vectors[cell[1]];
        let wanted = Read {
            operand: factor.value,
            loops: factor.loops.clone(),
            row: has_rows.then_some(cell[0]),
            lane: match has_lanes {
                true => Lane::Of(cell[1]),
                false => Lane::Any(lanes.count),
            },
        };
        let mut loads = site.loads.0.iter();
        if let Some(&(_, value)) = loads.find(|(read, _)| *read == wanted) {
            return value;
        }
        let indices = self.indices(site, factor, cell);
        let value = match has_lanes {
            true => read(emit, factor.value, &indices, &lanes),
            false => {
                let element = emit.element(factor.value, &indices);
                broadcast(emit, element, lanes.r#type(emit))
            }
        };
        site.loads.0.push((wanted, value));
        value
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
