//! `fidelity-form-kernels`: what GPU-like machines launch at once.
//!
//! | file | what it says |
//! | --- | --- |
//! | `extent` | sizes in terms of the arguments of a function |
//! | `member` | which ops a kernel can have, and how they read |
//! | `partition` | which of them make a kernel together |
//! | `outline` | a kernel as a function |
//!
//! A lowering finds the kernels by [`kind_of`] and looks at their ops as
//! [`Member`]s.

mod extent;
mod member;
mod outline;
mod partition;

pub use extent::{Extent, Extents};
pub use member::{Access, Member, Read, Role, elementwise_reads};
pub(crate) use partition::{Partition, Step};

use crate::{FidelityFormKernels, outline::Symbols};
use fidelity_dialect::DYNAMIC;
use melior::ir::{
    BlockLike, RegionLike,
    attribute::{DenseI64ArrayAttribute, StringAttribute},
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, name_of, operations_within, string_value};

/// The attribute of a function that is a kernel: its kind.
pub const KERNEL: &str = "fidelity.kernel";

/// What one program of a kernel computes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A row of the last dimension.
    Row,
    /// A tile of a product with ternary weights.
    Linear,
    /// Channels of one sequence, step by step.
    Recurrence,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Row, Self::Linear, Self::Recurrence];

    /// The word for it in the attribute.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Row => "row",
            Self::Linear => "linear",
            Self::Recurrence => "recurrence",
        }
    }
}

/// The kind of a function that is a kernel.
pub fn kind_of<'a>(function: OperationRef<'a, 'a>) -> Option<Kind> {
    let keyword = StringAttribute::try_from(function.attribute(KERNEL).ok()?).ok()?;
    let keyword = string_value(keyword);
    Kind::ALL.into_iter().find(|kind| kind.keyword() == keyword)
}

/// Of a `tensor.extract_slice` that takes a part of each row, where the part
/// begins.
pub fn slice_of_rows<'a>(operation: OperationRef<'a, 'a>, extents: &Extents<'a>) -> Option<i64> {
    if name_of(operation) != "tensor.extract_slice" {
        return None;
    }
    let numbers = |name: &str| {
        let array = DenseI64ArrayAttribute::try_from(operation.attribute(name).ok()?).ok()?;
        (0..array.len())
            .map(|at| array.element(at).ok())
            .collect::<Option<Vec<i64>>>()
    };
    let strides = numbers("static_strides")?;
    let mut offsets = numbers("static_offsets")?;
    let offset = offsets.pop().filter(|&offset| offset != DYNAMIC)?;
    let mut source = extents.of(operation.operand(0).ok()?)?;
    let mut part = extents.of(operation.result(0).ok()?.into())?;
    source.pop()?;
    part.pop()?;
    let takes_rows = offsets.iter().all(|&offset| offset == 0)
        && strides.iter().all(|&stride| stride == 1)
        && source == part;
    takes_rows.then_some(offset)
}

impl Pass for FidelityFormKernels {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let extents = Extents::of_module(operation);
        let mut symbols = Symbols::within(operation);
        for function in operations_within(operation) {
            if name_of(function) != "func.func" || kind_of(function).is_some() {
                continue;
            }
            let Ok(body) = function.region(0) else {
                continue;
            };
            let Some(block) = body.first_block() else {
                continue;
            };
            // What is launched does not depend on values.
            if block.next_in_region().is_none() {
                outline::outline(function, block, &extents, &mut symbols)?;
            }
        }
        Ok(())
    }
}
