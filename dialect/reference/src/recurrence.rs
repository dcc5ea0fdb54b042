//! The core op, `FidelityCoreOps.td`.

use crate::number::Number;
use crate::operand::Op;
use crate::shape::{buffer, element_count, unravel};
use crate::{Complex, ElementType, Error, Tensor};
use std::cmp::Ordering;

const OP: Op = Op("recurrence");

/// An operand, and the loops that index its dimensions.
#[derive(Clone, Copy, Debug)]
pub struct Mapped<'a> {
    /// The operand.
    pub tensor: &'a Tensor,
    /// The loops.
    pub loops: &'a [usize],
}

/// The operands of `fidelity.recurrence`, but `state`, and its attributes.
#[derive(Clone, Debug, Default)]
pub struct Operands<'a> {
    /// The factors of the decay.
    pub decay: Vec<Mapped<'a>>,
    /// Whether the decay is the exponential of their product.
    pub exponential: bool,
    /// The key.
    pub key: Option<Mapped<'a>>,
    /// The value.
    pub value: Option<Mapped<'a>>,
    /// The query.
    pub query: Option<Mapped<'a>>,
    /// The vector that reads what is erased, and the one that writes it.
    pub erase: Option<[Mapped<'a>; 2]>,
    /// The weight of the current key and value in a read before the update.
    pub bonus: Option<Mapped<'a>>,
    /// The state before the first step.
    pub state: Option<Mapped<'a>>,
    /// Whether the state is read before its update.
    pub read_before: bool,
}

impl<'a> Operands<'a> {
    fn all(&self) -> impl Iterator<Item = Mapped<'a>> {
        let single = [self.key, self.value, self.query, self.bonus, self.state];
        self.decay
            .iter()
            .copied()
            .chain(single.into_iter().flatten())
            .chain(self.erase.into_iter().flatten())
    }
}

/// `fidelity.recurrence`: the state S decays, changes by a rank-one update, is
/// fed an outer product and is read by a contraction, at each step of a loop
/// over time.
///
/// ```text
/// S_t = d_t ⊙ S_{t-1} + w_t ⊗ (r_tᵀ S_{t-1}) + key_t ⊗ value_t
/// o_t = Σ_keys query_t ⊙ S_t, or of S_{t-1} + bonus ⊙ key_t ⊗ value_t
/// ```
///
/// `output` and `state` are the loops of the results; time is the loop that
/// `state` lacks, and the keys are those that `output` lacks. Returns the outputs
/// and the last state, in the widest of the operands' float types, complex when
/// an operand is.
///
/// # Errors
/// When the loops are other than that, sizes of a loop differ, or an operand has
/// no float or complex type.
pub fn recurrence(
    operands: &Operands<'_>,
    output: &[usize],
    state: &[usize],
) -> Result<(Tensor, Tensor), Error> {
    let types = || operands.all().map(|operand| operand.tensor.element_type());
    let widest = types()
        .map(ElementType::part)
        .reduce(wider)
        .ok_or_else(|| OP.error("an operand", "none"))?;
    if !types().any(ElementType::is_complex) {
        return evaluate::<f64>(operands, output, state, widest);
    }
    let element = match widest {
        ElementType::F64 => ElementType::ComplexF64,
        _ => ElementType::ComplexF32,
    };
    evaluate::<Complex>(operands, output, state, element)
}

fn evaluate<N: Number>(
    operands: &Operands<'_>,
    output: &[usize],
    state: &[usize],
    element: ElementType,
) -> Result<(Tensor, Tensor), Error> {
    let sizes = sizes(operands)?;
    let within = |loops: &[usize]| loops.iter().all(|&at| at < sizes.len());
    let missing: Vec<usize> = (0..sizes.len()).filter(|at| !state.contains(at)).collect();
    let [time] = *missing else {
        return Err(OP.error("`state` to lack one loop", format!("{state:?}")));
    };
    if !within(output) || !within(state) || !output.contains(&time) {
        return Err(OP.error("`output` to have time", format!("{output:?}")));
    }
    let shape = |loops: &[usize]| -> Vec<usize> { loops.iter().map(|&at| sizes[at]).collect() };
    let decays = [
        Reader::<N>::new(operands.decay.first().copied())?,
        Reader::<N>::new(operands.decay.get(1).copied())?,
    ];
    let has_decay = !operands.decay.is_empty();
    let (key, value, query) = (
        Reader::<N>::new(operands.key)?,
        Reader::<N>::new(operands.value)?,
        Reader::<N>::new(operands.query)?,
    );
    let erase = match operands.erase {
        Some([from, to]) => Some([Reader::<N>::new(Some(from))?, Reader::<N>::new(Some(to))?]),
        None => None,
    };
    let bonus = Reader::<N>::new(operands.bonus)?;

    let state_shape = shape(state);
    let mut s = match operands.state {
        Some(first) if first.loops == state => N::all(OP, "state", first.tensor)?,
        Some(first) => {
            return Err(OP.error(
                "`state` to have the loops of the last state",
                format!("{:?}", first.loops),
            ));
        }
        None => vec![N::from(0.0); element_count(&state_shape)?],
    };
    let output_shape = shape(output);
    let count = element_count(&output_shape)?;
    let mut o = buffer(count)?;
    o.resize(count, N::from(0.0));

    let keys: Vec<usize> = (0..sizes.len()).filter(|at| !output.contains(at)).collect();
    let parallel: Vec<usize> = output.iter().copied().filter(|&at| at != time).collect();
    let (key_shape, parallel_shape) = (shape(&keys), shape(&parallel));
    let mut point = vec![0; sizes.len()];
    for t in 0..sizes[time] {
        point[time] = t;
        for index in 0..element_count(&parallel_shape)? {
            set(&mut point, &parallel, &unravel(&parallel_shape, index));
            let points: Vec<Vec<usize>> = (0..element_count(&key_shape)?)
                .map(|index| {
                    let mut point = point.clone();
                    set(&mut point, &keys, &unravel(&key_shape, index));
                    point
                })
                .collect();
            let place = |point: &[usize]| offset(state, &state_shape, point);
            let erased: N = match &erase {
                Some([from, _]) => points.iter().map(|at| from.at(at) * s[place(at)]).sum(),
                None => 0.0.into(),
            };
            let mut read = N::from(0.0);
            for at in &points {
                let old = s[place(at)];
                let fed = key.at(at) * value.at(at);
                let factor = decays[0].at(at) * decays[1].at(at);
                let decayed = match (has_decay, operands.exponential) {
                    (false, _) => old,
                    (true, false) => factor * old,
                    (true, true) => factor.exp() * old,
                };
                let written = match &erase {
                    Some([_, to]) => to.at(at) * erased,
                    None => 0.0.into(),
                };
                let new = decayed + written + fed;
                s[place(at)] = new;
                let seen = match (operands.read_before, operands.bonus) {
                    (false, _) => new,
                    (true, None) => old,
                    (true, Some(_)) => old + bonus.at(at) * fed,
                };
                read = read + query.at(at) * seen;
            }
            o[offset(output, &output_shape, &point)] = read;
        }
    }
    Ok((
        N::tensor(element, &output_shape, o)?,
        N::tensor(element, &state_shape, s)?,
    ))
}

/// The values of an operand by point, 1 of one that is absent.
struct Reader<'a, N>(Option<(Vec<N>, Mapped<'a>)>);

impl<'a, N: Number> Reader<'a, N> {
    fn new(operand: Option<Mapped<'a>>) -> Result<Self, Error> {
        let values = |operand: Mapped<'a>| Ok((N::all(OP, "an operand", operand.tensor)?, operand));
        Ok(Self(operand.map(values).transpose()?))
    }

    fn at(&self, point: &[usize]) -> N {
        match &self.0 {
            Some((values, operand)) => values[offset(operand.loops, operand.tensor.shape(), point)],
            None => 1.0.into(),
        }
    }
}

/// The size of each loop.
fn sizes(operands: &Operands<'_>) -> Result<Vec<usize>, Error> {
    let highest = operands.all().flat_map(|operand| operand.loops).max();
    let mut sizes = vec![None; highest.map_or(0, |highest| highest + 1)];
    for operand in operands.all() {
        let shape = operand.tensor.shape();
        if shape.len() != operand.loops.len() {
            return Err(OP.error(
                format!("an operand to have {} dimensions", operand.loops.len()),
                format!("{shape:?}"),
            ));
        }
        for (&at, &size) in operand.loops.iter().zip(shape) {
            let known = *sizes[at].get_or_insert(size);
            if known != size {
                return Err(OP.error(
                    format!("operands to have one size of loop {at}, {known}"),
                    size.to_string(),
                ));
            }
        }
    }
    sizes
        .into_iter()
        .enumerate()
        .map(|(at, size)| {
            size.ok_or_else(|| OP.error(format!("an operand with loop {at}"), "none"))
        })
        .collect()
}

/// The wider of two float types; f32 for f16 beside bf16.
fn wider(lhs: ElementType, rhs: ElementType) -> ElementType {
    match lhs.byte_width().cmp(&rhs.byte_width()) {
        Ordering::Less => rhs,
        Ordering::Greater => lhs,
        Ordering::Equal if lhs == rhs => lhs,
        Ordering::Equal => ElementType::F32,
    }
}

/// Sets the positions of some loops.
fn set(point: &mut [usize], loops: &[usize], positions: &[usize]) {
    for (&at, &position) in loops.iter().zip(positions) {
        point[at] = position;
    }
}

/// The row-major offset of a point in a tensor that those loops index.
fn offset(loops: &[usize], shape: &[usize], point: &[usize]) -> usize {
    loops
        .iter()
        .zip(shape)
        .fold(0, |offset, (&at, &size)| offset * size + point[at])
}
