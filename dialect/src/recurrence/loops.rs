//! The loops of a `fidelity.recurrence`, as its maps tell them.

use crate::{Recurrence, shape::count};
use melior::ir::attribute::ArrayAttribute;
use ods_bridge::{Diagnostic, affine_map_of};

/// The space of loops that a recurrence stands in, and which of them index each
/// operand and result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Loops {
    /// The number of loops.
    pub count: usize,
    /// The loop over time.
    pub time: usize,
    /// The loops that are summed over when the state is read.
    pub keys: Vec<usize>,
    /// The loops that index the dimensions of each operand, in their order.
    pub operands: Vec<Vec<usize>>,
    /// Those of the output: all but the keys.
    pub output: Vec<usize>,
    /// Those of the state: all but time.
    pub state: Vec<usize>,
}

impl Loops {
    /// Reads the maps of a recurrence.
    ///
    /// # Errors
    ///
    /// When constraints C1 to C4 of the op do not hold.
    pub fn of<'a>(op: &Recurrence<'a>) -> Result<Self, Diagnostic<'a>> {
        let maps = ArrayAttribute::try_from(op.indexing_maps()).map_err(|_| {
            Diagnostic::expected("indexing_maps to be an array", "another attribute")
        })?;
        let wanted = op.operands().len() + 2;
        // C1
        if maps.len() != wanted {
            return Err(Diagnostic::expected(
                format!(
                    "{} in indexing_maps, one for each operand and result",
                    count(wanted, "map")
                ),
                maps.len(),
            ));
        }
        let mut number = None;
        let mut operands = Vec::with_capacity(wanted);
        for index in 0..wanted {
            let map = maps
                .element(index)
                .ok()
                .and_then(affine_map_of)
                .ok_or_else(|| Diagnostic::expected("affine maps", "another attribute"))?;
            // C2
            let loops = *number.get_or_insert(map.dim_count());
            if map.dim_count() != loops || map.symbol_count() != 0 {
                return Err(Diagnostic::expected(
                    format!("map #{index} to be over {}", count(loops, "loop")),
                    map,
                ));
            }
            let mut positions = Vec::with_capacity(map.result_count());
            for result in (0..map.result_count()).map(|index| map.result(index)) {
                let position = result
                    .ok()
                    .filter(|result| result.is_dim())
                    .map(|result| result.dim_position())
                    .filter(|position| !positions.contains(position));
                positions.push(position.ok_or_else(|| {
                    Diagnostic::expected(format!("map #{index} to list different loops"), map)
                })?);
            }
            operands.push(positions);
        }
        let count = number.unwrap_or_default();
        let (state, output) = (
            operands.pop().unwrap_or_default(),
            operands.pop().unwrap_or_default(),
        );
        let missing: Vec<usize> = (0..count).filter(|at| !state.contains(at)).collect();
        // C3
        let [time] = *missing else {
            return Err(Diagnostic::expected(
                "the map of last_state to have all loops but time",
                crate::shape::count(state.len(), "loop") + &format!(" of {count}"),
            ));
        };
        // C4
        if !output.contains(&time) {
            return Err(Diagnostic::expected(
                format!("the map of output to have d{time}, the loop that last_state lacks"),
                list(&output),
            ));
        }
        Ok(Self {
            count,
            time,
            keys: (0..count).filter(|at| !output.contains(at)).collect(),
            operands,
            output,
            state,
        })
    }
}

/// Loops as messages show them.
pub fn list(loops: &[usize]) -> String {
    let names: Vec<String> = loops.iter().map(|at| format!("d{at}")).collect();
    format!("[{}]", names.join(", "))
}
