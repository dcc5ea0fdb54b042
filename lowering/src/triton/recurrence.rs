//! Kernels of recurrences: a program has channels of one sequence and goes
//! through its steps.

use super::{
    kernel::{Axis, Built, block_of, compute},
    program::{Held, Place, Program, immediate},
    tt::element_of,
};
use fidelity_dialect::{Read as StateRead, Recurrence};
use fidelity_passes::kernels::{Extent, Member, Role};
use melior::ir::{Value, operation::OperationLike};
use ods_bridge::{Builder, Diagnostic, OpView};

/// The most channels of a program.
const CHANNELS: i64 = 128;

/// S_t = d_t ⊙ S_{t-1} + value_t for some channels, with the elementwise ops
/// before and after it in each step.
pub fn build<'a>(mut program: Program<'a, '_>) -> Built<'a> {
    let kernel = program.kernel;
    let at = kernel
        .members
        .iter()
        .position(|member| member.role == Role::Recurrence);
    let Some((member, op)) = at.and_then(|at| {
        let member = &kernel.members[at];
        Some((member, Recurrence::cast(member.operation)?))
    }) else {
        return Err(Diagnostic::expected("a kernel with a recurrence", "none")
            .at(kernel.function.location()));
    };
    let mut batch = member.leading.clone();
    let Some(time) = batch.pop() else {
        return Err(Diagnostic::new("internal error: a recurrence without time"));
    };
    let width = kernel.settled(member.width);
    let block = block_of(width, 1, CHANNELS);
    let sequence = program.number(0);
    let lanes = program.indices(1, block);
    let whole = program.place_in_row(sequence, lanes, width)?;

    let tt = &program.tt;
    let state = match op.state() {
        Some(state) => {
            let loops: Vec<_> = (0..=batch.len()).map(Some).collect();
            let state = program.load(&whole, &batch, state, &loops)?;
            tt.converted(state, tt.f32())
        }
        None => tt.constant(&[block], tt.f32(), 0.0),
    };
    let steps = program.size(time)?;
    let start = tt.apply("arith.muli", &[sequence, steps]);
    let results: Vec<Value<'a, 'a>> = member.operation.results().map(Value::from).collect();
    let step = |program: &mut Program<'a, '_>, t: Value<'a, 'a>, state: Value<'a, 'a>| {
        let row = program.tt.apply("arith.addi", &[start, t]);
        let place = Place {
            row: program.tt.splat(row, &whole.shape),
            one_row: Some(row),
            ..whole.clone()
        };
        let mut next = state;
        for other in &kernel.members {
            if other.role != Role::Recurrence {
                compute(program, &place, other)?;
                continue;
            }
            next = update(program, &place, other, &op, state)?;
            let seen = match op.read() {
                StateRead::After => next,
                StateRead::Before => state,
            };
            let seen = program.tt.converted(seen, element_of(results[0]));
            program.hold(results[0], Held::Block(seen));
        }
        program.store_all(&place, width, Some(results[1]))?;
        Ok(next)
    };
    let last = if kernel.settled(time) == Extent::Known(1) {
        // Without a loop no other builder is needed.
        let mut inner = program.within(&program.tt);
        step(&mut inner, tt.int(tt.integer(64), 0), state)?
    } else {
        let mut failure = None;
        let last = tt.for_loop(
            steps,
            1,
            state,
            |builder: &Builder<'a>, t: Value<'a, 'a>, state: Value<'a, 'a>| {
                step(&mut program.within(builder), t, state).unwrap_or_else(|error| {
                    failure = Some(error);
                    state
                })
            },
        );
        if let Some(failure) = failure {
            return Err(failure);
        }
        last
    };
    let last = program.tt.converted(last, element_of(results[1]));
    program.hold(results[1], Held::Block(last));
    program.store(&whole, width, results[1])?;
    let grid = [
        Axis {
            sizes: batch,
            block: 1,
        },
        Axis {
            sizes: vec![width],
            block,
        },
    ];
    Ok((grid, (block / 64).clamp(1, 4)))
}

/// The next state.
fn update<'a>(
    program: &Program<'a, '_>,
    place: &Place<'a>,
    member: &Member<'a>,
    op: &Recurrence<'a>,
    state: Value<'a, 'a>,
) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
    let tt = &program.tt;
    let factors = op.decay().len();
    let reads = member.reads.iter().take(factors + 1);
    let mut values = reads
        .map(|read| {
            let value = match immediate(read.value) {
                Some(number) => tt.constant(&place.shape, element_of(read.value), number),
                None => program.read(place, member, read)?,
            };
            Ok(tt.converted(value, tt.f32()))
        })
        .collect::<Result<Vec<_>, Diagnostic<'a>>>()?;
    let value = values
        .pop()
        .ok_or_else(|| Diagnostic::new("internal error: a recurrence that nothing feeds"))?;
    let decay = values
        .into_iter()
        .reduce(|lhs, rhs| tt.apply("arith.mulf", &[lhs, rhs]));
    let Some(mut decay) = decay else {
        return Ok(tt.apply("arith.addf", &[state, value]));
    };
    if op.exponential() {
        decay = tt.apply("math.exp", &[decay]);
    }
    let kept = tt.apply("arith.mulf", &[decay, state]);
    Ok(tt.apply("arith.addf", &[kept, value]))
}
