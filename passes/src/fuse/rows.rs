//! Constants cut and joined along their first dimension, in the storage they have.

use super::rewrite::Miss;
use fidelity_dialect::{
    Storage, TensorAttr, TensorType, constant, constant_value, storage_of, stored_rows,
};
use melior::ir::{Attribute, Value, r#type::RankedTensorType};
use ods_bridge::{
    Builder, DenseResource, ResourceBytes, bit_width, dense_bytes, dense_elements, dense_resource,
    string_value,
};
use std::borrow::Cow;

/// How many rows are read at a time, whole panels of tiles.
const PANEL: usize = 16;

/// A constant tensor.
#[derive(Clone, Debug)]
pub struct Constant<'a> {
    pub r#type: TensorType<'a>,
    pub attribute: Attribute<'a>,
}

impl<'a> Constant<'a> {
    /// The constant that a value is, if its shape has a first dimension.
    pub fn of(value: Value<'a, 'a>) -> Option<Self> {
        let attribute = constant_value(value)?;
        let r#type = TensorType::of(value);
        Some(Self { r#type, attribute })
    }

    /// How many rows there are.
    pub fn rows(&self) -> usize {
        self.r#type.shape.first().map_or(1, |&rows| rows as usize)
    }

    /// Whether the dimension of the rows has a name, which stands for their number.
    fn names_rows(&self) -> bool {
        let encoding = self.r#type.encoding.and_then(TensorAttr::cast);
        encoding.is_some_and(|encoding| {
            let names = encoding.dims();
            names.first().is_some_and(|&name| string_value(name) != "_")
        })
    }

    /// Whether the elements are there, as many as the type says.
    fn is_whole(&self) -> bool {
        let Some(resource) = DenseResource::cast(self.attribute) else {
            return dense_bytes(self.attribute).is_some();
        };
        let storage = storage_of(&self.r#type);
        let size = || match (storage.trits_per_byte(), &self.r#type.shape[..]) {
            (Some(_), &[.., row]) => {
                Some(self.rows() * storage.row_bytes(usize::try_from(row).ok()?))
            }
            _ => Some(self.r#type.count()? * bit_width(self.r#type.element)? as usize / 8),
        };
        resource.data().map(<[u8]>::len) == size()
    }

    /// The bytes of all rows, as a blob has them or as `dense` writes them.
    fn bytes(&self, of_blob: bool) -> Option<Cow<'a, [u8]>> {
        if let Some(resource) = DenseResource::cast(self.attribute) {
            return resource.data().map(Cow::from);
        }
        let dense = dense_bytes(self.attribute)?;
        let mut bytes = dense.bytes;
        if dense.is_splat {
            bytes = bytes.repeat(self.r#type.count()?).into();
        }
        let storage = storage_of(&self.r#type);
        if of_blob && storage.trits_per_byte().is_some() {
            let row = usize::try_from(*self.r#type.shape.last()?).ok()?;
            let trits: Vec<i8> = bytes.iter().map(|byte| byte.cast_signed()).collect();
            bytes = storage.pack(&trits, row).into();
        }
        Some(bytes)
    }

    /// The number that all elements are, as bytes.
    fn splat(&self) -> Option<Cow<'a, [u8]>> {
        let dense = dense_bytes(self.attribute)?;
        dense.is_splat.then_some(dense.bytes)
    }

    /// Calls a function with the trits of each row of weights, `[N, K]`, in turn.
    ///
    /// `None` where they cannot be read.
    pub fn for_each_row(&self, mut look: impl FnMut(&[i8])) -> Option<()> {
        let [rows, columns] = self.r#type.shape[..] else {
            return None;
        };
        let [rows, columns] = [rows, columns].map(|size| usize::try_from(size).unwrap_or(0));
        let storage = match DenseResource::cast(self.attribute) {
            Some(_) => storage_of(&self.r#type),
            None => Storage::Dense,
        };
        let bytes = match self.splat() {
            Some(splat) => splat.repeat(columns).into(),
            None => self.bytes(false)?,
        };
        let width = storage.row_bytes(columns);
        if width == 0 {
            return None;
        }
        if self.splat().is_some() {
            let trits = storage.unpack(&bytes, columns);
            (0..rows).for_each(|_| look(&trits));
            return Some(());
        }
        if bytes.len() != rows * width {
            return None;
        }
        // Rows of a panel lie between each other; so many are in the caches at once.
        for panel in bytes.chunks(PANEL * width) {
            storage
                .unpack(panel, columns)
                .chunks(columns)
                .for_each(&mut look);
        }
        Some(())
    }

    /// A constant of other trits in the storage, and under the name, of this one.
    pub fn with_trits(
        &self,
        shape: [usize; 2],
        trits: &[i8],
        what: &str,
        builder: &Builder<'a>,
    ) -> Result<Value<'a, 'a>, Miss> {
        let r#type = TensorType {
            shape: shape.map(|size| size as i64).to_vec(),
            ..self.r#type.clone()
        };
        match DenseResource::cast(self.attribute) {
            Some(resource) => {
                let bytes = storage_of(&r#type).pack(trits, shape[1]);
                let name = format!("{}.{what}", resource.key());
                blob(&name, &r#type, ResourceBytes::from(&*bytes), builder)
            }
            None => {
                let bytes: Vec<u8> = trits.iter().map(|trit| trit.cast_unsigned()).collect();
                written(&r#type, &bytes, builder)
            }
        }
    }

    /// Some of the rows.
    pub fn select(&self, rows: &[usize], builder: &Builder<'a>) -> Result<Value<'a, 'a>, Miss> {
        let mut r#type = self.r#type.clone();
        r#type.shape[0] = rows.len() as i64;
        if let Some(splat) = self.splat() {
            return written(&r#type, &splat, builder);
        }
        let (bytes, width) =
            stored_rows(self.attribute, &self.r#type).ok_or(Miss::Near(UNREADABLE))?;
        let selected: Vec<u8> = rows
            .iter()
            .flat_map(|row| &bytes[row * width..(row + 1) * width])
            .copied()
            .collect();
        match DenseResource::cast(self.attribute) {
            Some(resource) => {
                let name = format!("{}.rows", resource.key());
                blob(&name, &r#type, ResourceBytes::from(&*selected), builder)
            }
            None => written(&r#type, &selected, builder),
        }
    }
}

/// What a remark says of rows with a name.
pub const NAMED: Miss = Miss::Near("another number of rows is none that the name stands for");

const UNREADABLE: &str = "a constant whose elements cannot be read";

fn written<'a>(
    r#type: &TensorType<'a>,
    bytes: &[u8],
    builder: &Builder<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let r#type = r#type.to_type();
    let elements = dense_elements(r#type, bytes).ok_or(Miss::Near(UNREADABLE))?;
    Ok(constant(r#type, elements, builder))
}

fn blob<'a>(
    name: &str,
    r#type: &TensorType<'a>,
    bytes: ResourceBytes,
    builder: &Builder<'a>,
) -> Result<Value<'a, 'a>, Miss> {
    let ranked =
        RankedTensorType::try_from(r#type.to_type()).map_err(|_| Miss::Near(UNREADABLE))?;
    let attribute = dense_resource(name, ranked, bytes);
    Ok(constant(r#type.to_type(), attribute, builder))
}

/// Rows of one kind, each constant's after those of the one before: joined by
/// [`Rows::build`], once it is known that they can be.
pub struct Rows<'a> {
    parts: Vec<Constant<'a>>,
    r#type: TensorType<'a>,
}

impl<'a> Rows<'a> {
    /// Looks at constants whether they join.
    ///
    /// # Errors
    ///
    /// When a row of one is not what a row of another one is.
    pub fn of(parts: Vec<Constant<'a>>) -> Result<Self, Miss> {
        let mut r#type = parts.first().ok_or(Miss::Other)?.r#type.clone();
        r#type.shape[0] = 0;
        for part in &parts {
            let own = &part.r#type;
            if own.element != r#type.element || own.encoding != r#type.encoding {
                return Err(Miss::Near(
                    "their constants differ in element type, storage, names or unit",
                ));
            }
            if own.shape[1..] != r#type.shape[1..] || !own.is_static() {
                return Err(Miss::Near("their constants have rows of other sizes"));
            }
            if part.names_rows() {
                return Err(NAMED);
            }
            if !part.is_whole() {
                return Err(Miss::Near(UNREADABLE));
            }
            if storage_of(own).is_tiled() {
                return Err(Miss::Near(
                    "their weights are tiled, and rows lie between each other",
                ));
            }
            r#type.shape[0] += own.shape[0];
        }
        Ok(Self { parts, r#type })
    }

    /// The constant of all rows: a blob if one of its parts is one.
    pub fn build(&self, builder: &Builder<'a>) -> Result<Value<'a, 'a>, Miss> {
        let names: Vec<_> = (self.parts.iter())
            .filter_map(|part| DenseResource::cast(part.attribute))
            .map(|resource| resource.key())
            .collect();
        let splats: Option<Vec<_>> = self.parts.iter().map(Constant::splat).collect();
        if let Some(splats) = splats
            && splats.windows(2).all(|pair| pair[0] == pair[1])
        {
            return written(&self.r#type, &splats[0], builder);
        }
        let of_blob = !names.is_empty();
        let parts: Option<Vec<_>> = self.parts.iter().map(|part| part.bytes(of_blob)).collect();
        let parts = parts.ok_or(Miss::Near(UNREADABLE))?;
        let mut joined = ResourceBytes::zeroed(parts.iter().map(|part| part.len()).sum());
        let mut start = 0;
        for part in parts {
            joined[start..start + part.len()].copy_from_slice(&part);
            start += part.len();
        }
        match of_blob {
            true => blob(&names.join("."), &self.r#type, joined, builder),
            false => written(&self.r#type, &joined, builder),
        }
    }
}

/// A scalar constant as one for each of so many rows; a constant of rows itself.
pub fn per_row<'a>(scale: &Constant<'a>, rows: usize) -> Option<Constant<'a>> {
    if scale.r#type.rank() > 0 {
        return Some(scale.clone());
    }
    let r#type = TensorType {
        shape: vec![rows as i64],
        ..scale.r#type.clone()
    };
    let attribute = dense_elements(r#type.to_type(), &scale.bytes(false)?)?;
    Some(Constant { r#type, attribute })
}

/// A constant that is `number` everywhere.
pub fn splat<'a>(r#type: &TensorType<'a>, number: f64) -> Option<Constant<'a>> {
    Some(Constant {
        r#type: r#type.clone(),
        attribute: fidelity_dialect::splat(r#type.to_type(), number)?,
    })
}
