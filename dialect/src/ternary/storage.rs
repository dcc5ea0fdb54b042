//! Changes of storage.

use crate::{
    DYNAMIC, Pack, Storage, Ternarize, Unpack,
    attributes::storage_of,
    canonicalize::canonicalize,
    constant::{constant_value, splat_number},
    shape::{Operand, ResultShape, Shaped, infer_from_shapes},
    tiling::{rowwise, tile},
};
use melior::ir::{Attribute, Value, ValueLike};
use ods_bridge::{Diagnostic, Fold, FoldResult, OpView, defining_op, name_of};

impl<'a> Shaped<'a> for Pack<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        let storage = self.storage();
        // C1
        let stored = storage_of(&input.r#type);
        if stored != Storage::Dense {
            return Err(Diagnostic::expected("input to be stored dense", stored));
        }
        // C2
        if storage == Storage::Dense {
            return Err(Diagnostic::expected("a packed storage to pack to", storage));
        }
        // C3
        let (_, last) = input.split_last()?;
        if last.get() == DYNAMIC {
            return Err(Diagnostic::expected(
                "input to have a static last dimension",
                "?",
            ));
        }
        Ok(vec![restored(&input, storage)])
    }
}

impl<'a> Shaped<'a> for Unpack<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let input = Operand::new("input", self.input())?;
        // C1
        let stored = storage_of(&input.r#type);
        if stored == Storage::Dense {
            return Err(Diagnostic::expected("input to be stored packed", stored));
        }
        Ok(vec![restored(&input, Storage::Dense)])
    }
}

/// An operand's shape with another storage.
fn restored<'a>(input: &Operand<'a>, storage: Storage) -> ResultShape<'a> {
    ResultShape::new(&input.all_sizes(), input.r#type.element)
        .with_unit(&input.unit())
        .with_storage(storage)
}

impl<'a> Fold<'a> for Pack<'a> {
    /// pack(unpack(p)) → p for one storage: the codes stand for the same trits
    fn fold(&self, _: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let unpack = Unpack::cast(defining_op(self.input())?)?;
        same_type(unpack.input(), self.result(0)?)
    }
}

impl<'a> Fold<'a> for Unpack<'a> {
    /// unpack(pack(w)) → w where w holds trits: of another number `pack` keeps
    /// the sign only
    fn fold(&self, _: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let trits = Pack::cast(defining_op(self.input())?)?.input();
        holds_trits(trits)
            .then(|| same_type(trits, self.result(0)?))
            .flatten()
    }
}

/// Whether a value is known to hold trits only.
fn holds_trits(value: Value<'_, '_>) -> bool {
    let Some(operation) = defining_op(value) else {
        return false;
    };
    match name_of(operation) {
        // The other result holds floats.
        Ternarize::NAME | Unpack::NAME => true,
        _ => constant_value(value)
            .and_then(splat_number)
            .is_some_and(|number| matches!(number, -1.0 | 0.0 | 1.0)),
    }
}

fn same_type<'a>(value: Value<'a, 'a>, result: Value<'a, 'a>) -> Option<Vec<FoldResult<'a>>> {
    (value.r#type() == result.r#type()).then(|| vec![FoldResult::Value(value)])
}

infer_from_shapes!(Pack, Unpack);
tile!(Pack, Unpack => rowwise);
canonicalize!(Pack);
canonicalize!(Unpack);
