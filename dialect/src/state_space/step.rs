//! One step of a state-space model.

use crate::{
    SsmOutput, SsmStateUpdate, TensorType, canonicalize,
    canonicalize::canonicalize,
    shape::{
        Operand, ResultShape, Shaped, count, expect_broadcast_to, expect_shape, infer_from_shapes,
        speculatable_if_static,
    },
    tiling,
};
use ods_bridge::{Along, Builder, Diagnostic, NoMatch, Tile, Tiling};

impl<'a> Shaped<'a> for SsmStateUpdate<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let state = Operand::new("state", self.state())?;
        // C1
        let (vectors, last) = state.split_last()?;
        // C2
        let input = Operand::new("input", self.input())?;
        let mut sizes = expect_shape(&input, &vectors, &state)?;
        sizes.push(last);
        // C3
        let a = Operand::new("A", self.a())?;
        sizes = expect_broadcast_to(&a, &sizes, &state)?;
        // C4
        let b = Operand::new("B", self.b())?;
        sizes = expect_broadcast_to(&b, &sizes, &state)?;
        // C5
        let kept = a.unit().expect_dimensionless()?.times(&state.unit());
        // C6
        let unit = b.unit().times(&input.unit()).agree(&kept)?;
        Ok(vec![
            ResultShape::new(&sizes, state.r#type.element)
                .with_encoding(state.r#type.encoding)
                .with_unit(&unit),
        ])
    }
}

impl<'a> Shaped<'a> for SsmOutput<'a> {
    fn result_shapes(&self) -> Result<Vec<ResultShape<'a>>, Diagnostic<'a>> {
        let state = Operand::new("state", self.state())?;
        // C1
        state.expect_rank_at_least(1)?;
        // C2
        let c = Operand::new("C", self.c())?;
        let mut sizes = expect_broadcast_to(&c, &state.all_sizes(), &state)?;
        sizes.pop();
        let mut unit = c.unit().times(&state.unit());
        // C3
        match *self.skip() {
            [] => {}
            [d, input] => {
                // C4
                let input = Operand::new("the input", input)?;
                sizes = expect_shape(&input, &sizes, &state)?;
                // C5
                let d = Operand::new("D", d)?;
                sizes = expect_broadcast_to(&d, &sizes, &state)?;
                // C6
                unit = d.unit().times(&input.unit()).agree(&unit)?;
            }
            ref others => {
                return Err(Diagnostic::expected(
                    "skip to be D and the input",
                    count(others.len(), "operand"),
                ));
            }
        }
        Ok(vec![
            ResultShape::new(&sizes, state.r#type.element).with_unit(&unit),
        ])
    }
}

impl<'a> Tile<'a> for SsmStateUpdate<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let sizes = TensorType::of(self.state()).shape;
        let all = Along::loops(0..sizes.len());
        Ok(Tiling::parallel(sizes.len())
            .operand(all.clone())
            .operand(&all[..sizes.len() - 1])
            .operand(tiling::broadcast(self.a(), &sizes))
            .operand(tiling::broadcast(self.b(), &sizes))
            .result(all))
    }
}

impl<'a> Tile<'a> for SsmOutput<'a> {
    fn tiling(&self) -> Result<Tiling, Diagnostic<'a>> {
        let sizes = TensorType::of(self.state()).shape;
        let last = sizes.len() - 1;
        let vectors = Along::loops(0..last);
        // The state is summed over.
        let mut c = tiling::broadcast(self.c(), &sizes);
        for along in &mut c {
            if *along == Along::Loop(last) {
                *along = Along::Whole;
            }
        }
        let mut tiling = Tiling::parallel(last)
            .operand(tiling::rows(self.state()))
            .operand(c);
        if let [d, _] = *self.skip() {
            tiling = tiling
                .operand(tiling::broadcast(d, &sizes[..last]))
                .operand(vectors.clone());
        }
        Ok(tiling.result(vectors))
    }
}

infer_from_shapes!(SsmStateUpdate, SsmOutput);
speculatable_if_static!(SsmStateUpdate, SsmOutput);
canonicalize!(SsmStateUpdate);
canonicalize!(SsmOutput, zeros_of_no_state);

/// ssm.output of a state without elements, and without a skip → 0
///
/// A C or D of 0 is no reason: 0 times an infinite state or input is NaN.
fn zeros_of_no_state<'a>(op: &SsmOutput<'a>, builder: &Builder<'a>) -> Result<(), NoMatch> {
    if TensorType::of(op.state()).shape.last() != Some(&0) {
        return Err("the state may have elements");
    }
    if !op.skip().is_empty() {
        return Err("there is a skip");
    }
    canonicalize::replace_by_zeros(op, builder)
}
