//! Changes of storage.

use crate::{
    DYNAMIC, Pack, Storage, TensorType, Ternarize, Unpack,
    attributes::storage_of,
    canonicalize,
    canonicalize::canonicalize,
    constant::{constant_value, splat_number},
    shape::{Operand, ResultShape, Shaped, infer_from_shapes},
    tiling::{rowwise, tile, uncut},
};
use melior::ir::{Attribute, Type, Value, ValueLike, r#type::RankedTensorType};
use ods_bridge::{
    Builder, DenseResource, Diagnostic, Fold, FoldResult, NoMatch, OpView, ResourceBytes, Tiling,
    defining_op, dense_bytes, dense_elements, dense_resource, name_of, shaped_type_of,
};

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
        canonicalize::of_same_type(unpack.input(), self.result(0)?)
    }
}

impl<'a> Fold<'a> for Unpack<'a> {
    /// unpack(pack(w)) → w where w holds trits: of another number `pack` keeps
    /// the sign only
    fn fold(&self, _: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        let trits = Pack::cast(defining_op(self.input())?)?.input();
        holds_trits(trits)
            .then(|| canonicalize::of_same_type(trits, self.result(0)?))
            .flatten()
    }
}

/// Whether the rows of a tensor lie between each other, so that it is not cut.
pub fn is_tiled(value: Value<'_, '_>) -> bool {
    storage_of(&TensorType::of(value)).is_tiled()
}

/// Rows are cut where they lie one after the other.
fn row_by_row<'a>(op: &impl OpView<'a>) -> Result<Tiling, Diagnostic<'a>> {
    let view = op.view();
    let values = view.operands().iter().copied().chain(view.result(0));
    match values.into_iter().any(is_tiled) {
        false => rowwise(op),
        true => uncut(op, "the rows of tiled weights lie between each other"),
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

infer_from_shapes!(Pack, Unpack);
tile!(Pack, Unpack => row_by_row);
canonicalize!(Pack, pack_constant);
canonicalize!(Unpack, unpack_constant);

/// pack(constant) → constant
fn pack_constant<'a>(op: &Pack<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    restore_constant(op.input(), op, builder)
}

/// unpack(constant) → constant
fn unpack_constant<'a>(op: &Unpack<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    restore_constant(op.input(), op, builder)
}

/// Replaces a change of storage of a constant.
fn restore_constant<'a>(
    input: Value<'a, 'a>,
    op: &impl OpView<'a>,
    builder: &Builder<'a>,
) -> Result<(), NoMatch> {
    let operation = op.view().operation().ok_or("an op that does not exist")?;
    let result = op.view().result(0).ok_or("no result")?.r#type();
    let constant = constant_value(input).ok_or("the input is not constant")?;
    let value = stored_constant(constant, result)?;
    let value = canonicalize::constant(result, value, builder);
    builder.replace(operation, &[value]);
    Ok(())
}

/// A constant of trits under a type of the same shape and of any storage. What is
/// written out stays so, as trits; of a blob, which is bytes of its storage,
/// another one is made. A number that is not a trit counts by its sign.
///
/// # Errors
///
/// When the constant is neither, has another shape, or has not as many bytes as
/// its type asks for.
pub fn stored_constant<'a>(
    constant: Attribute<'a>,
    r#type: Type<'a>,
) -> Result<Attribute<'a>, NoMatch> {
    let from = shaped_type_of(constant).and_then(TensorType::new);
    let (Some(from), Some(to)) = (from, TensorType::new(r#type)) else {
        return Err("a constant that is no ranked tensor");
    };
    // A result type may say less than the constant's.
    if from.shape != to.shape {
        return Err("a result of another shape");
    }
    let Some(resource) = DenseResource::cast(constant) else {
        let dense = dense_bytes(constant).ok_or("a constant of another kind")?;
        let mut trits = vec![0; dense.bytes.len()];
        Storage::Dense.convert(Storage::Dense, &dense.bytes, trits.len(), &mut trits);
        return dense_elements(r#type, &trits).ok_or("elements that do not fit the type");
    };
    let bytes = resource.data().ok_or("a blob that is not there")?;
    let row = from.shape.last().map_or(1, |&last| last as usize);
    let count = from.count().ok_or("a constant of unknown size")?;
    let rows = count.checked_div(row).unwrap_or(0);
    let storages = [&from, &to].map(storage_of);
    let [size, new_size] = storages.map(|storage| rows.checked_mul(storage.row_bytes(row)));
    if size != Some(bytes.len()) {
        return Err("a blob of another size than its type");
    }
    let r#type = RankedTensorType::try_from(r#type).map_err(|_| "no ranked tensor")?;
    let mut converted = ResourceBytes::zeroed(new_size.ok_or("a constant of unknown size")?);
    storages[0].convert(storages[1], bytes, row, &mut converted);
    let name = format!("{}.{}", resource.key(), storages[1]);
    Ok(dense_resource(&name, r#type, converted))
}
