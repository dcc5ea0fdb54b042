//! Products with ternary weights, looked at.

use super::{
    Machine, Place, Program,
    blocks::element_of,
    kernel::list,
    program::{Held, immediate},
};
use fidelity_dialect::{Accumulator, Storage, TensorType, TernaryLinear, storage_of};
use fidelity_passes::kernels::{Extent, Member};
use melior::ir::{Type, TypeLike, Value, operation::OperationLike};
use ods_bridge::{Diagnostic, OpView};

/// A product that is to be computed.
pub struct Layer<'a> {
    member: Member<'a>,
    /// The memory of x, where in its rows x begins, and their length there.
    x: (Value<'a, 'a>, i64, Extent),
    /// The weights, `[N, K]`.
    pub weights: Value<'a, 'a>,
    pub storage: Storage,
    /// The size K.
    pub inputs: Extent,
    /// The size N.
    pub width: Extent,
    /// The type that the sum is kept in.
    pub sum: Type<'a>,
}

impl<'a> Layer<'a> {
    /// The product that a kernel begins with.
    pub fn of<M: Machine>(program: &Program<'a, '_, M>) -> Result<Self, Diagnostic<'a>> {
        let kernel = program.kernel;
        let member = kernel.first()?;
        let location = member.operation.location();
        let refused =
            |expected: &str, got: &str| Err(Diagnostic::expected(expected, got).at(location));
        let Some(op) = TernaryLinear::cast(member.operation) else {
            return refused("a kernel that begins with a ternary_linear", "another op");
        };
        let sizes = kernel.extents.of(op.x());
        let Some(&inputs) = sizes.as_ref().and_then(|sizes| sizes.last()) else {
            return refused("x of sizes that are known", "others");
        };
        for (name, value) in [("x", op.x()), ("weights", op.weights())] {
            if immediate(value).is_some() {
                return refused(
                    &format!("{name} in memory"),
                    "a constant; pass it as an argument",
                );
            }
        }
        if ods_bridge::defining_op(op.weights()).is_some() {
            return refused(
                "weights that are an argument of the function",
                "a part of another tensor; pass the part",
            );
        }
        let (source, start) = program.origin(op.x())?;
        let sizes = kernel.extents.of(source);
        let Some(&length) = sizes.as_ref().and_then(|sizes| sizes.last()) else {
            return refused("x of sizes that are known", "others");
        };
        if let Some(accumulator) = op.accumulator()
            && !M::ACCUMULATORS.contains(&accumulator)
        {
            let types: Vec<_> = M::ACCUMULATORS.iter().map(ToString::to_string).collect();
            let types: Vec<_> = types.iter().map(String::as_str).collect();
            return refused(
                &format!(
                    "an accumulator of type {}, which {} adds in",
                    list(&types),
                    M::NAME
                ),
                &format!("{accumulator}; leave it out"),
            );
        }
        let scale = member.reads.get(2);
        if scale.is_some_and(|scale| scale.loops.is_none()) {
            return refused(
                "one scale, or one for each row of weights",
                "groups; they are lowered for CPUs only",
            );
        }
        let storage = storage_of(&TensorType::of(op.weights()));
        if storage.is_tiled() {
            return refused(
                "weights stored dense, packed2 or packed5",
                &format!(
                    "{storage}, which is for the vector units of processors; \
                     fidelity-pack-weights stores constants in another way"
                ),
            );
        }
        let blocks = &program.blocks;
        let element = element_of(op.x());
        let sum = match (element.is_float(), op.accumulator()) {
            (false, _) => blocks.integer(32),
            (true, Some(Accumulator::F64)) => blocks.named_type("f64"),
            (true, _) => blocks.compute_type(element),
        };
        Ok(Self {
            x: (source, start, length),
            weights: op.weights(),
            storage,
            inputs: kernel.settled(inputs),
            width: kernel.settled(member.width),
            sum,
            member: member.clone(),
        })
    }

    /// The sizes of the result but for the last one.
    pub fn leading(&self) -> &[Extent] {
        &self.member.leading
    }

    /// How many trits a byte holds.
    pub fn per_byte(&self) -> i64 {
        self.storage
            .trits_per_byte()
            .map_or(1, |trits| trits as i64)
    }

    /// The bytes of a row of weights, which starts on a byte.
    pub fn row_bytes<M: Machine>(
        &self,
        program: &Program<'a, '_, M>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        match self.inputs {
            Extent::Known(inputs) => {
                Ok(program.number((inputs + self.per_byte() - 1) / self.per_byte()))
            }
            // Only dense rows may be of any length.
            Extent::Argument { .. } => program.size(self.inputs),
        }
    }

    /// Where in memory x begins in a row, or in each of a block of rows.
    pub fn start_of_row<M: Machine>(
        &self,
        program: &Program<'a, '_, M>,
        row: Value<'a, 'a>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let blocks = &program.blocks;
        let (_, start, length) = self.x;
        let length = program.splat(program.size(length)?, &super::blocks::shape_of(row));
        let begin = blocks.apply("arith.muli", &[row, length]);
        if start == 0 {
            return Ok(begin);
        }
        Ok(blocks.plus(begin, blocks.like(begin, start as f64)))
    }

    /// Elements of x from places of its memory.
    pub fn load_x<M: Machine>(
        &self,
        program: &Program<'a, '_, M>,
        offset: Value<'a, 'a>,
        mask: Option<Value<'a, 'a>>,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        program.load_at(self.x.0, offset, mask)
    }

    /// Holds the sum by its scale, in the type of the result, and computes what
    /// follows the product.
    pub fn finish<M: Machine>(
        &self,
        program: &mut Program<'a, '_, M>,
        place: &Place<'a>,
        sum: Value<'a, 'a>,
    ) -> Result<(), Diagnostic<'a>> {
        let blocks = &program.blocks;
        let mut result = sum;
        if let Some(scale) = self.member.reads.get(2) {
            let scale = program.read(place, &self.member, scale)?;
            let compute = match element_of(sum) {
                float if float.is_float() => float,
                _ => blocks.compute_type(element_of(scale)),
            };
            let factors = [sum, scale].map(|value| blocks.converted(value, compute));
            result = blocks.apply("arith.mulf", &factors);
        }
        for value in self.member.operation.results().map(Value::from) {
            let result = program.blocks.converted(result, element_of(value));
            program.hold(value, Held::Block(result));
        }
        for member in &program.kernel.members[1..] {
            super::elementwise(program, place, member)?;
        }
        program.store_elements(place, self.width)
    }
}
