//! The lookup of tokens in an embedding table.

use super::{
    Error,
    body::{Body, DYNAMIC},
};
use melior::ir::{
    Attribute, Type, Value,
    attribute::{DenseElementsAttribute, IntegerAttribute, StringAttribute},
    r#type::{IntegerType, RankedTensorType},
};

/// An embedding table.
#[derive(Clone, Copy)]
pub struct Table<'c> {
    /// The constant, a tensor of `rows` × `columns`.
    pub value: Attribute<'c>,
    /// The type of its elements: f16, bf16 or f32.
    pub element: Type<'c>,
    /// V, the number of tokens.
    pub rows: usize,
    /// D, the size of a token's vector.
    pub columns: usize,
}

impl<'c> Table<'c> {
    /// Writes `x[t, d] = table[tokens[t], d]` in f32, for a `tensor<?xi32>`, or
    /// for a `tensor<1xi32>` when `count` is absent; `count` is the number of
    /// tokens as an index.
    ///
    /// A token outside of the table ends the program with a message, before
    /// anything is read.
    pub fn look_up<'b>(
        &self,
        body: Body<'c, 'b>,
        tokens: Value<'c, 'b>,
        count: Option<Value<'c, 'b>>,
    ) -> Result<Value<'c, 'b>, Error> {
        self.check(body, tokens)?;
        let context = body.context();
        let (index, float) = (Type::index(context), Type::float32(context));
        let table = body.constant(self.value)?;
        let rows = count.map_or(1, |_| DYNAMIC);
        let r#type = body.f32_tensor(&[rows, self.columns as u64]);
        let [empty] = body.op("tensor.empty", count.as_slice(), [r#type], &[])?;
        let i32 = IntegerType::new(context, 32).into();
        let element = self.element;
        let region = body.region([i32, float], [table], |body, [token, _], [table]| {
            let [token] = body.op("arith.index_cast", &[token], [index], &[])?;
            let dimension = IntegerAttribute::new(IntegerType::new(context, 64).into(), 1);
            let [column] = body.op("linalg.index", &[], [index], &[("dim", dimension.into())])?;
            let [value] = body.op("tensor.extract", &[table, token, column], [element], &[])?;
            let value = if element == float {
                value
            } else {
                body.op("arith.extf", &[value], [float], &[])?[0]
            };
            body.op("linalg.yield", &[value], [], &[]).map(|[]| ())
        })?;
        let [result] = body.op_with_regions(
            "linalg.generic",
            &[tokens, empty],
            [r#type],
            &[
                (
                    "indexing_maps",
                    body.attribute("[affine_map<(t, d) -> (t)>, affine_map<(t, d) -> (t, d)>]")?,
                ),
                (
                    "iterator_types",
                    body.attribute(
                        "[#linalg.iterator_type<parallel>, #linalg.iterator_type<parallel>]",
                    )?,
                ),
                body.segments(&[1, 1]),
            ],
            [region],
        )?;
        Ok(result)
    }

    /// Asserts that every token is a row of the table: as an unsigned integer,
    /// so that a negative one is not.
    fn check<'b>(&self, body: Body<'c, 'b>, tokens: Value<'c, 'b>) -> Result<(), Error> {
        let context = body.context();
        let bit = IntegerType::new(context, 1).into();
        let i32 = IntegerType::new(context, 32).into();
        let scalar = RankedTensorType::new(&[], bit, None).into();
        let r#true = body.constant(DenseElementsAttribute::bool_splat(scalar, true).into())?;
        let rows = body.constant(IntegerAttribute::new(i32, self.rows as i64).into())?;
        let region = body.region([i32, bit], [rows], |body, [token, all], [rows]| {
            let below = IntegerAttribute::new(IntegerType::new(context, 64).into(), 6);
            let [known] = body.op(
                "arith.cmpi",
                &[token, rows],
                [bit],
                &[("predicate", below.into())],
            )?;
            let [all] = body.op("arith.andi", &[all, known], [bit], &[])?;
            body.op("linalg.yield", &[all], [], &[]).map(|[]| ())
        })?;
        let [known] = body.op_with_regions(
            "linalg.generic",
            &[tokens, r#true],
            [scalar],
            &[
                (
                    "indexing_maps",
                    body.attribute("[affine_map<(t) -> (t)>, affine_map<(t) -> ()>]")?,
                ),
                (
                    "iterator_types",
                    body.attribute("[#linalg.iterator_type<reduction>]")?,
                ),
                body.segments(&[1, 1]),
            ],
            [region],
        )?;
        let [known] = body.op("tensor.extract", &[known], [bit], &[])?;
        let message = format!("expected tokens from 0 to {}", self.rows - 1);
        let message = StringAttribute::new(context, &message);
        body.op("cf.assert", &[known], [], &[("msg", message.into())])
            .map(|[]| ())
    }
}
