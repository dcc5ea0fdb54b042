//! Building a `fidelity.recurrence`.

use crate::emit::{Emit, Map};
use fidelity_dialect::{Read, Recurrence};
use melior::ir::{
    Attribute, Value,
    attribute::{DenseI32ArrayAttribute, IntegerAttribute},
};
use ods_bridge::{Diagnostic, OpView};

/// An operand, and the expressions of the loops that index it.
pub type Operand<'a> = (Value<'a, 'a>, Map);

/// A recurrence that is to be built: the operands of the op, absent unless set.
///
/// Loops are `d0`, `d1`, … below `loops`; what each is, time, a key or
/// parallel, follows from `output` and `last_state`.
#[derive(Clone, Debug, Default)]
pub struct Core<'a> {
    /// The number of loops.
    pub loops: usize,
    /// The factors of the decay.
    pub decay: Vec<Operand<'a>>,
    /// Whether the decay is the exponential of their product.
    pub exponential: bool,
    /// The key.
    pub key: Option<Operand<'a>>,
    /// The value.
    pub value: Option<Operand<'a>>,
    /// The query.
    pub query: Option<Operand<'a>>,
    /// What reads the part of the state that is erased, and what writes it.
    pub erase: Vec<Operand<'a>>,
    /// The weight of the current step in a read before the update.
    pub bonus: Option<Operand<'a>>,
    /// The state before the first step, indexed as `last_state`.
    pub state: Option<Value<'a, 'a>>,
    /// Whether the state is read before its update.
    pub read_before: bool,
    /// The loops that index the output.
    pub output: Map,
    /// The loops that index the last state.
    pub last_state: Map,
}

impl<'a> Core<'a> {
    /// Builds the op, to be computed `chunk` steps at once if that is given;
    /// gives the output and the last state.
    ///
    /// # Errors
    ///
    /// When the operands do not fit together.
    pub fn build(
        self,
        emit: &Emit<'a, '_>,
        chunk: Option<i64>,
    ) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
        let state = self.state.map(|state| (state, self.last_state.clone()));
        let segments: [Vec<Operand<'a>>; 7] = [
            self.decay,
            self.key.into_iter().collect(),
            self.value.into_iter().collect(),
            self.query.into_iter().collect(),
            self.erase,
            self.bonus.into_iter().collect(),
            state.into_iter().collect(),
        ];
        let loops: Vec<String> = (0..self.loops).map(|at| format!("d{at}")).collect();
        let maps: Vec<String> = segments
            .iter()
            .flatten()
            .map(|(_, map)| map)
            .chain([&self.output, &self.last_state])
            .map(|map| format!("affine_map<({}) -> ({})>", loops.join(", "), map.join(", ")))
            .collect();
        let lengths: Vec<i32> = segments.iter().map(|values| values.len() as i32).collect();
        let mut op = emit
            .op(Recurrence::NAME)
            .parsed("indexing_maps", &format!("[{}]", maps.join(", ")))
            .attribute(
                "operandSegmentSizes",
                DenseI32ArrayAttribute::new(emit.context(), &lengths),
            )
            .optional_attribute(
                "chunk",
                chunk.map(|chunk| IntegerAttribute::new(emit.integer(64), chunk).into()),
            );
        for (value, _) in segments.iter().flatten() {
            op = op.operand(*value);
        }
        if self.exponential {
            op = op.attribute("exponential", Attribute::unit(emit.context()));
        }
        if self.read_before {
            op = op.attribute("read", Read::Before.to_attribute(emit.context()));
        }
        let op = op.infer().insert();
        match (op.result(0), op.result(1)) {
            (Ok(output), Ok(last_state)) => Ok([output.into(), last_state.into()]),
            _ => Err(Diagnostic::new(
                "internal error: a recurrence without results",
            )),
        }
    }
}
