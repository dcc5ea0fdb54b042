//! `fidelity.recurrence`: a loop over time, one step, or chunks of steps; of f32 also
//! vectors.
//!
//! All forms compute in f32 for narrow floats, the state included.

mod chunked;
mod kernel;
mod nest;
mod producer;
mod sequential;

use fidelity_dialect::{Loops, Read, Recurrence, TensorType};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Type, Value, operation::OperationRef};
use nest::{Factor, Nest};
use ods_bridge::Diagnostic;
use producer::{Producer, Producers, is_negated};
use std::rc::Rc;

/// The space of loops of a recurrence.
#[derive(Clone)]
struct Space<'a> {
    loops: Loops,
    /// The size of each loop.
    sizes: Vec<Size<'a>>,
    /// The element type of the results.
    element: Type<'a>,
    /// The element type of the state while it is computed.
    compute: Type<'a>,
}

impl<'a> Space<'a> {
    /// The loops that are neither time nor keys.
    fn parallel(&self) -> Vec<usize> {
        let time = self.loops.time;
        self.loops
            .output
            .iter()
            .copied()
            .filter(|&at| at != time)
            .collect()
    }

    /// The sizes of some loops.
    fn sizes(&self, loops: &[usize]) -> Vec<Size<'a>> {
        loops.iter().map(|&at| self.sizes[at]).collect()
    }

    /// Takes the loops of one iteration, but time, out of the maps.
    ///
    /// A step is a slice of each operand without its dimension of time. That
    /// would be one of several dimensions of size 1, and upstream's passes do
    /// not know which of them a slice lacks.
    fn drop_units(&mut self) {
        let kept = |loops: &[usize]| -> Vec<usize> {
            self.kept(loops).into_iter().map(|at| loops[at]).collect()
        };
        let loops = &self.loops;
        let (keys, output, state) = (kept(&loops.keys), kept(&loops.output), kept(&loops.state));
        self.loops = Loops {
            keys,
            output,
            state,
            ..self.loops.clone()
        };
    }

    /// Which of some loops are kept.
    fn kept(&self, loops: &[usize]) -> Vec<usize> {
        let is_kept = |at: usize| at == self.loops.time || self.sizes[at] != Size::Static(1);
        (0..loops.len()).filter(|&at| is_kept(loops[at])).collect()
    }

    /// An operand without the loops that are not kept.
    fn fitted(&self, emit: &Emit<'a, '_>, mut factor: Factor<'a>) -> Factor<'a> {
        factor.producer = factor.producer.map(|producer| {
            let inputs = producer.inputs.iter();
            let inputs = inputs.map(|input| self.fitted(emit, input.clone()));
            Rc::new(Producer {
                body: producer.body,
                inputs: inputs.collect(),
            })
        });
        let kept = self.kept(&factor.loops);
        if kept.len() == factor.loops.len() {
            return factor;
        }
        // A size may be known from another operand.
        let value = emit.cast(factor.value, &self.sizes(&factor.loops));
        let loops = kept.iter().map(|&at| factor.loops[at]).collect();
        let value = emit.drop_units(value, &kept);
        Factor {
            value,
            loops,
            ..factor
        }
    }

    /// A tensor of zeros over some loops, to add to.
    fn zeros(&self, emit: &Emit<'a, '_>, loops: &[usize]) -> Factor<'a> {
        let zero = emit.zero(self.compute);
        Factor::new(emit.filled(&self.sizes(loops), zero), loops)
    }
}

/// The operands of a recurrence but the state.
#[derive(Clone)]
struct Operands<'a> {
    decay: Vec<Factor<'a>>,
    exponential: bool,
    /// The key and the value, those that there are.
    feed: Vec<Factor<'a>>,
    query: Option<Factor<'a>>,
    erase: Option<[Factor<'a>; 2]>,
    /// Whether what writes the part that is erased is the key with the other sign, and
    /// there is no bonus.
    erases_key: bool,
    bonus: Option<Factor<'a>>,
    read: Read,
}

impl<'a> Operands<'a> {
    /// Those that the loops of linalg ops and kernels read from memory alone.
    fn without_producers(&self) -> Self {
        self.map(|factor| Factor::new(factor.value, &factor.loops))
    }

    /// All of them.
    fn all(&self) -> impl Iterator<Item = &Factor<'a>> {
        (self.decay.iter())
            .chain(&self.feed)
            .chain(&self.query)
            .chain(self.erase.iter().flatten())
            .chain(&self.bonus)
    }

    /// The operands, each changed by a function.
    fn map(&self, change: impl Fn(&Factor<'a>) -> Factor<'a>) -> Self {
        Self {
            decay: self.decay.iter().map(&change).collect(),
            exponential: self.exponential,
            feed: self.feed.iter().map(&change).collect(),
            query: self.query.as_ref().map(&change),
            erase: self
                .erase
                .as_ref()
                .map(|pair| [change(&pair[0]), change(&pair[1])]),
            erases_key: self.erases_key,
            bonus: self.bonus.as_ref().map(&change),
            read: self.read,
        }
    }
}

/// S_t = d_t ⊙ S_{t-1} + w_t ⊗ (r_tᵀ S_{t-1}) + key_t ⊗ value_t, and the read; in
/// vectors where that is possible, for so many threads, if there are to be kernels.
pub fn recurrence<'a>(
    emit: &Emit<'a, '_>,
    operation: OperationRef<'a, 'a>,
    op: &Recurrence<'a>,
    element: Type<'a>,
    threads: Option<i64>,
) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
    let loops = Loops::of(op)?;
    let mut sizes: Vec<Option<Size<'a>>> = vec![None; loops.count];
    let mut factors = Vec::new();
    for ((name, value), map) in op.named_operands().into_iter().zip(&loops.operands) {
        let value = emit.physical(value);
        let message = format!(
            "fidelity.recurrence: expected {name} of the sizes that the other operands have"
        );
        for (index, &at) in map.iter().enumerate() {
            let size = emit.size(value, index);
            sizes[at] = Some(match sizes[at] {
                None => size,
                Some(known) => emit.same_size(known, size, &message),
            });
        }
        factors.push(Factor::new(value, map));
    }
    let sizes = sizes
        .into_iter()
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| Diagnostic::new("internal error: a loop of no operand"))?;
    let (of_output, of_state) = (loops.output.clone(), loops.state.clone());
    let mut space = Space {
        element,
        compute: emit.compute_type(element),
        sizes,
        loops,
    };
    space.drop_units();

    if threads.is_some() {
        let producers = Producers::of(operation, &factors, &space.loops.output);
        factors = (factors.into_iter())
            .map(|factor| producers.with_producer(factor))
            .collect();
    }
    let named = |wanted: &str| {
        let at = op
            .named_operands()
            .iter()
            .rposition(|&(name, _)| name == wanted);
        at.map(|at| &factors[at])
    };
    let erases_key = match (named("key"), named("erase")) {
        (Some(key), Some(writer)) => op.bonus().is_none() && is_negated(writer, key),
        _ => false,
    };
    let mut factors = factors.into_iter().map(|factor| space.fitted(emit, factor));
    let mut take = |count: usize| -> Vec<Factor<'a>> { factors.by_ref().take(count).collect() };
    let operands = Operands {
        decay: take(op.decay().len()),
        exponential: op.exponential(),
        feed: take(usize::from(op.key().is_some()) + usize::from(op.value().is_some())),
        query: take(usize::from(op.query().is_some())).pop(),
        erase: take(op.erase().len()).try_into().ok(),
        erases_key,
        bonus: take(usize::from(op.bonus().is_some())).pop(),
        read: op.read(),
    };
    let state = match take(1).pop() {
        Some(state) => converted(emit, &space, state),
        None => space.zeros(emit, &space.loops.state),
    };
    let output = emit.empty(&space.sizes(&space.loops.output), element);

    // A kernel takes as many steps at once as suits it.
    let vectorized = threads
        .and_then(|threads| kernel::vectorized(emit, &space, &operands, &state, output, threads));
    let [output, last] = match (vectorized, op.chunk()) {
        (Some(results), _) => results,
        (None, Some(steps)) if space.sizes[space.loops.time] != Size::Static(1) => {
            // No sequence is so long, and sums with it fit into 64 bits.
            let steps = steps.min(1 << 40);
            chunked::chunked(emit, &space, &operands, state, output, steps)
        }
        (None, _) => sequential::sequential(emit, &space, &operands, state, output),
    };
    let last = rounded(emit, &space, &Factor::new(last, &space.loops.state));
    Ok([(output, of_output), (last, of_state)]
        .map(|(value, loops)| emit.add_units(value, &space.kept(&loops), &space.sizes(&loops))))
}

/// A tensor under the type that is computed in.
fn converted<'a>(emit: &Emit<'a, '_>, space: &Space<'a>, factor: Factor<'a>) -> Factor<'a> {
    if TensorType::of(factor.value).element == space.compute {
        return factor;
    }
    let map = factor.loops.clone();
    let value = Nest::new(&[factor], &map).map(emit, space, space.compute, |emit, arguments| {
        emit.convert(arguments[0], space.compute)
    });
    Factor::new(value, &map)
}

/// A computed tensor under the element type of the results.
fn rounded<'a>(emit: &Emit<'a, '_>, space: &Space<'a>, factor: &Factor<'a>) -> Value<'a, 'a> {
    if space.element == space.compute {
        return factor.value;
    }
    Nest::new(std::slice::from_ref(factor), &factor.loops).map(
        emit,
        space,
        space.element,
        |emit, arguments| emit.convert(arguments[0], space.element),
    )
}
