//! Replacing types and attributes wherever they stand.

use crate::{Diagnostic, ffi, panic::catch};
use melior::ir::{Attribute, AttributeLike, Type, TypeLike, operation::OperationRef};
use mlir_sys::{MlirAttribute, MlirType};
use std::ffi::c_void;

/// What to put in the place of types and attributes; of each, `None` leaves it
/// and looks into it.
pub trait Retype {
    /// The type in the place of one.
    fn retype<'a>(&self, r#type: Type<'a>) -> Option<Type<'a>>;

    /// The attribute in the place of one.
    fn retype_attribute<'a>(&self, attribute: Attribute<'a>) -> Option<Attribute<'a>>;
}

/// Replaces types and attributes wherever they stand within an op and the ops
/// below it: as types of results and block arguments, as attributes, and
/// inside one another, the outer one first. Locations stay.
///
/// # Errors
///
/// When `replacements` panics; what had been replaced then stays so.
pub fn retype<'a>(
    operation: OperationRef<'a, 'a>,
    replacements: &impl Retype,
) -> Result<(), Diagnostic<'a>> {
    let mut call = Call {
        replacements,
        error: None,
    };
    // SAFETY: the operation is valid, and `call` outlives the call, in which
    // the callbacks are its only users.
    unsafe {
        ffi::odsBridgeReplaceTypes(
            operation.to_raw(),
            ffi::Replacements {
                user: (&raw mut call).cast(),
                r#type: replace_type_of(&call),
                attribute: replace_attribute_of(&call),
            },
        );
    }
    call.error
        .map_or(Ok(()), |error| Err(Diagnostic::new(error)))
}

/// What the callbacks work with.
struct Call<'a, R> {
    replacements: &'a R,
    error: Option<String>,
}

impl<R> Call<'_, R> {
    /// Runs a callback; nothing is replaced once one has panicked.
    fn run<T>(&mut self, callback: impl FnOnce(&R) -> Option<T>) -> Option<T> {
        if self.error.is_some() {
            return None;
        }
        let replacements = self.replacements;
        catch(|| callback(replacements)).unwrap_or_else(|error| {
            self.error = Some(error.message().to_owned());
            None
        })
    }
}

type TypeCallback = unsafe extern "C" fn(*mut c_void, MlirType) -> MlirType;
type AttributeCallback = unsafe extern "C" fn(*mut c_void, MlirAttribute) -> MlirAttribute;

fn replace_type_of<R: Retype>(_: &Call<'_, R>) -> TypeCallback {
    replace_type::<R>
}

fn replace_attribute_of<R: Retype>(_: &Call<'_, R>) -> AttributeCallback {
    replace_attribute::<R>
}

/// # Safety
///
/// `user` is a `Call` of that `R` that nobody else uses, the type is valid.
unsafe extern "C" fn replace_type<R: Retype>(user: *mut c_void, raw: MlirType) -> MlirType {
    // SAFETY: promised by the caller; the type lives as long as its context.
    let (call, r#type) = unsafe { (&mut *user.cast::<Call<'_, R>>(), Type::from_raw(raw)) };
    call.run(|replacements| replacements.retype(r#type)).map_or(
        MlirType {
            ptr: std::ptr::null(),
        },
        |new| new.to_raw(),
    )
}

/// # Safety
///
/// As [`replace_type`], of an attribute.
unsafe extern "C" fn replace_attribute<R: Retype>(
    user: *mut c_void,
    raw: MlirAttribute,
) -> MlirAttribute {
    // SAFETY: as in `replace_type`.
    let (call, attribute) = unsafe { (&mut *user.cast::<Call<'_, R>>(), Attribute::from_raw(raw)) };
    call.run(|replacements| replacements.retype_attribute(attribute))
        .map_or(
            MlirAttribute {
                ptr: std::ptr::null(),
            },
            |new| new.to_raw(),
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use melior::{Context, ir::Module};
    use pretty_assertions::assert_eq;

    struct Wider;

    impl Retype for Wider {
        fn retype<'a>(&self, r#type: Type<'a>) -> Option<Type<'a>> {
            assert!(r#type.to_string() != "i7", "no seven");
            let context = crate::context_of(r#type.context());
            (r#type.to_string() == "i8").then(|| Type::parse(context, "i16").expect("a type"))
        }

        fn retype_attribute<'a>(&self, attribute: Attribute<'a>) -> Option<Attribute<'a>> {
            let context = crate::context_of(attribute.context());
            (attribute.to_string() == "\"old\"")
                .then(|| Attribute::parse(context, "\"new\"").expect("an attribute"))
        }
    }

    fn retyped(text: &str) -> Result<String, String> {
        let context = Context::new();
        context.set_allow_unregistered_dialects(true);
        let module = Module::parse(&context, text).expect("a module");
        // SAFETY: the module outlives the reference.
        let operation = unsafe { OperationRef::from_raw(module.as_operation().to_raw()) };
        retype(operation, &Wider).map_err(|error| error.message().to_owned())?;
        Ok(module.as_operation().to_string())
    }

    #[test]
    fn replaces_everywhere() {
        let text = |bits: &str, word: &str| {
            format!(
                "module {{\n  \"a.op\"() ({{\n  ^bb0(%arg0: tensor<2x{bits}>):\n    \
                 %0 = \"a.value\"() {{t = [({bits}) -> tuple<{bits}, i32>], w = {{k = \"{word}\"}}}} \
                 : () -> {bits}\n  }}) : () -> ()\n}}\n"
            )
        };
        assert_eq!(retyped(&text("i8", "old")), Ok(text("i16", "new")));
    }

    #[test]
    fn a_panic_is_an_error() {
        let error = retyped("\"a.value\"() {t = i7} : () -> ()").expect_err("an error");
        assert!(error.starts_with("internal error: no seven"), "{error}");
    }
}
