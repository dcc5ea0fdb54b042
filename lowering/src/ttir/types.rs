//! What TTIR has of types.

use fidelity_dialect::{DYNAMIC, Storage, TensorType, storage_of};
use melior::ir::{Type, TypeLike, r#type::IntegerType};
use ods_bridge::Diagnostic;

/// What stands in TTIR for a tensor: its type, and how its elements come from
/// those that it had.
#[derive(Clone, Debug, PartialEq)]
pub struct Held<'a> {
    /// The type in TTIR.
    pub r#type: Type<'a>,
    /// What was said of the elements; `None` where they are the same.
    pub coding: Option<Coding>,
}

/// How elements of TTIR stand for others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Coding {
    /// Integers of eight bits, each a bf16, which holds them exactly.
    Int8,
    /// Trits, each a bf16, that are packed outside.
    Packed(Storage),
}

impl Coding {
    /// The word for it in the launch description.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::Int8 => "int8",
            Self::Packed(storage) => storage.keyword(),
        }
    }
}

/// What stands in TTIR for a value of a type.
///
/// # Errors
///
/// When TTIR has nothing for it.
pub fn held<'a>(r#type: Type<'a>) -> Result<Held<'a>, Diagnostic<'a>> {
    let tensor = TensorType::new(r#type)
        .filter(|_| r#type.is_ranked_tensor())
        .ok_or_else(|| Diagnostic::expected("a ranked tensor, which TTIR works on", r#type))?;
    if tensor.shape.contains(&DYNAMIC) {
        return Err(Diagnostic::new(format!(
            "expected static sizes, which TTIR is compiled for, but got {type}; \
             write the sizes into the function's types"
        )));
    }
    if tensor.shape.contains(&0) {
        return Err(Diagnostic::new(format!(
            "expected sizes of at least 1, but got {type}; \
             a device has no empty tensors, so leave the call out"
        )));
    }
    let is = |width| {
        IntegerType::try_from(tensor.element)
            .is_ok_and(|integer| integer.is_signless() && integer.width() == width)
    };
    let element = tensor.element;
    let context = ods_bridge::context_of(element.context());
    let (held, coding) = if element.is_f32() || element.is_bf16() || is(32) {
        (element, None)
    } else if is(8) {
        let coding = match storage_of(&tensor) {
            Storage::Dense => Coding::Int8,
            storage if storage.is_tiled() => {
                return Err(Diagnostic::new(format!(
                    "expected elements stored dense, packed2 or packed5, but got {type}; \
                     {storage} is for the vector units of processors, and \
                     fidelity-pack-weights stores constants in another way"
                )));
            }
            storage => Coding::Packed(storage),
        };
        (Type::bfloat16(context), Some(coding))
    } else {
        return Err(Diagnostic::new(format!(
            "expected elements of type f32, bf16, i32 or i8, but got {element}; {}",
            if element.is_f64() {
                "TTIR narrows f64 to f32 without a word, so use f32"
            } else if element.is_f16() {
                "TTIR makes bf16 of f16 without a word, so use bf16 or f32"
            } else {
                "TTIR holds no others exactly"
            }
        )));
    };
    Ok(Held {
        r#type: TensorType {
            element: held,
            encoding: None,
            ..tensor
        }
        .to_type(),
        coding,
    })
}
