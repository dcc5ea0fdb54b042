//! Constants that lie outside of the code that uses them.

use crate::{
    DenseResource, bit_width, dense_bytes, jit::static_size, name_of, set_attribute, shaped_type_of,
};
use melior::ir::{
    Attribute, BlockLike, Module,
    attribute::{IntegerAttribute, StringAttribute},
    operation::{OperationLike, OperationMutLike, OperationRef, OperationRefMut},
    r#type::{RankedTensorType, ShapedTypeLike},
};
use std::borrow::Cow;

/// The fewest bytes of a constant that is kept out of the code. LLVM computes
/// with smaller ones, and they are soon copied.
pub const SMALLEST_EXTERNAL: usize = 1 << 10;

/// A constant that the code refers to by a name.
#[derive(Clone, Copy, Debug)]
pub struct ExternalConstant<'c> {
    /// The name.
    pub name: &'c str,
    /// The bytes, where the context has them: in its own memory, or in a file
    /// that is mapped.
    pub bytes: &'c [u8],
    /// What the address of the constant is to be divisible by.
    pub alignment: usize,
}

/// Takes the large constants out of a module in the LLVM dialect: its globals
/// become declarations, for somebody else to define. A large model's weights are
/// then not copied into LLVM IR and from there into an object file.
///
/// A global stays as it is when it has fewer than [`SMALLEST_EXTERNAL`] bytes,
/// or its blob has not as many as its type asks for.
pub fn take_large_constants<'c>(module: &Module<'c>) -> Vec<ExternalConstant<'c>> {
    let mut constants = Vec::new();
    let mut next = module.body().first_operation();
    while let Some(operation) = next {
        next = operation.next_in_block();
        // SAFETY: the module outlives this function, which keeps no op; names
        // and bytes belong to the context.
        let operation: OperationRef<'c, 'c> = unsafe { OperationRef::from_raw(operation.to_raw()) };
        if let Some(constant) = large_constant(operation) {
            declare_global(operation);
            constants.push(constant);
        }
    }
    constants
}

fn large_constant<'c>(operation: OperationRef<'c, 'c>) -> Option<ExternalConstant<'c>> {
    if name_of(operation) != "llvm.mlir.global" {
        return None;
    }
    let value = operation.attribute("value").ok()?;
    let bytes = bytes_of(value).filter(|bytes| bytes.len() >= SMALLEST_EXTERNAL)?;
    let r#type = RankedTensorType::try_from(shaped_type_of(value)?).ok()?;
    let elements: usize = (0..r#type.rank())
        .map(|index| static_size(r#type.dim_size(index).ok()?))
        .product::<Option<usize>>()?;
    let bits = bit_width(r#type.element())? as usize;
    let fits = bits.is_multiple_of(8) && elements.checked_mul(bits / 8) == Some(bytes.len());
    let alignment = operation
        .attribute("alignment")
        .ok()
        .and_then(|alignment| IntegerAttribute::try_from(alignment).ok())
        .map_or(bits / 8, |alignment| alignment.value() as usize);
    let name = StringAttribute::try_from(operation.attribute("sym_name").ok()?).ok()?;
    fits.then(|| ExternalConstant {
        name: crate::string_value(name),
        bytes,
        alignment: alignment.max(1),
    })
}

/// The bytes of a constant that is more than one number.
fn bytes_of(value: Attribute<'_>) -> Option<&[u8]> {
    if let Some(resource) = DenseResource::cast(value) {
        return resource.data();
    }
    let dense = dense_bytes(value).filter(|dense| !dense.is_splat)?;
    match dense.bytes {
        Cow::Borrowed(bytes) => Some(bytes),
        Cow::Owned(_) => None,
    }
}

/// A global without its value, for another module to define.
fn declare_global<'c>(operation: OperationRef<'c, 'c>) {
    let context = crate::context_of(operation.context());
    // SAFETY: no other reference reads the op's attributes during the call.
    let mut global = unsafe { OperationRefMut::from_raw(operation.to_raw()) };
    // An op without the attribute is what is wanted.
    let _ = global.remove_attribute("value");
    if let Some(external) = Attribute::parse(context, "#llvm.linkage<external>") {
        set_attribute(operation, "linkage", external);
    }
}
