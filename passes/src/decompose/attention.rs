//! Linear attention.

use super::{Core, Operand};
use crate::emit::{
    Emit, Iterator, Map, Size,
    activation::{elu_plus_one, exp, relu},
    loops,
};
use fidelity_dialect::{FeatureMap, LinearAttention, TensorType, UpdateRule};
use melior::ir::{Type, TypeLike, Value};
use ods_bridge::Diagnostic;
use std::collections::BTreeSet;

/// The state is one recurrence, of the features of the keys and the values; z
/// is another, without values.
pub fn linear_attention<'a>(
    emit: &Emit<'a, '_>,
    op: &LinearAttention<'a>,
    chunk: Option<i64>,
) -> Result<Vec<Value<'a, 'a>>, Diagnostic<'a>> {
    let attention = Attention::new(emit, op);
    let compute = attention.compute;
    let [read, state] = attention.recurrence(emit, chunk, true)?;
    let normalized = if op.normalize() {
        Some(attention.recurrence(emit, chunk, false)?)
    } else {
        None
    };

    let scale = match op.scale() {
        Some(scale) => emit.float(compute, scale),
        None if op.normalize() => emit.float(compute, 1.0),
        None => {
            // Without keys nothing is read, and any scale does.
            let size = emit.maximum(attention.key_size, Size::Static(1));
            let size = emit.index_to_float(emit.size_value(size), compute);
            emit.div(emit.float(compute, 1.0), emit.apply("math.sqrt", &[size]))
        }
    };
    let mut sizes = attention.heads.clone();
    sizes.extend(attention.group);
    sizes.extend([attention.time, attention.values]);
    let mut inputs = vec![(read, loops(0..sizes.len()))];
    inputs.extend(normalized.map(|[norm, _]| (norm, loops(0..sizes.len() - 1))));
    let element = TensorType::of(op.query()).element;
    let mut output = emit.map(&inputs, &sizes, element, |emit, arguments| {
        let read = emit.mul(scale, arguments[0]);
        let read = if op.normalize() {
            let mean = emit.div(read, arguments[1]);
            emit.select(emit.is_zero(arguments[1]), emit.zero(compute), mean)
        } else {
            read
        };
        emit.convert(read, element)
    });
    if let Some(group) = attention.group {
        let head = attention.heads.len() - 1;
        sizes.remove(head + 1);
        sizes[head] = emit.multiply(sizes[head], group);
        output = emit.collapse(output, head, &sizes);
    }
    let mut results = vec![output];
    let states = [Some(state), normalized.map(|[_, z]| z)];
    for (index, state) in states.into_iter().flatten().enumerate() {
        let like = op.state().get(index).copied().unwrap_or(op.query());
        results.push(emit.converted(state, TensorType::of(like).element));
    }
    Ok(results)
}

/// The operands of the recurrences.
///
/// The loops are those before the heads, the heads, the query heads of a head
/// where these are several, time, features, values.
struct Attention<'a> {
    rule: UpdateRule,
    causal: bool,
    /// The sizes of the loops up to the heads.
    heads: Vec<Size<'a>>,
    /// How many query heads read a head, if it is not one.
    group: Option<Size<'a>>,
    time: Size<'a>,
    /// The size of keys before the feature map.
    key_size: Size<'a>,
    features: Size<'a>,
    values: Size<'a>,
    /// q, with a dimension for the group.
    query: Value<'a, 'a>,
    /// k, or β k in the delta rules.
    fed: Value<'a, 'a>,
    value: Value<'a, 'a>,
    decay: Option<Value<'a, 'a>>,
    /// In the delta rules what reads the part that is erased, exp(g) ⊙ k, and
    /// what writes it, -β k.
    erase: Vec<Value<'a, 'a>>,
    /// S and z, as far as they are given.
    state: Vec<Value<'a, 'a>>,
    compute: Type<'a>,
}

impl<'a> Attention<'a> {
    fn new(emit: &Emit<'a, '_>, op: &LinearAttention<'a>) -> Self {
        let [query, key, value] = [op.query(), op.key(), op.value()].map(|x| emit.physical(x));
        let [decay, beta, omega] =
            [op.decay(), op.beta(), op.features()].map(|x| x.map(|x| emit.physical(x)));
        let state: Vec<_> = op.state().iter().map(|&x| emit.physical(x)).collect();
        let narrow = |value: &Value<'a, 'a>| !TensorType::of(*value).element.is_f64();
        let compute = if op.operands().iter().all(narrow) {
            emit.f32()
        } else {
            Type::float64(emit.context())
        };

        // The sizes of the dimensions of `key`, and that of values.
        let mut sizes = emit.sizes(key);
        let values_at = sizes.len();
        let [head, time, last] = [3, 2, 1].map(|from_end| values_at - from_end);
        sizes.push(emit.size(value, last));
        let check = |sizes: &mut Vec<Size<'a>>,
                     name: &str,
                     operand,
                     dimensions: &[(usize, usize)]| {
            let message = format!(
                "fidelity.linear_attention: expected {name} of the shape that the other operands \
                 ask for"
            );
            for &(dimension, at) in dimensions {
                sizes[at] = emit.same_size(sizes[at], emit.size(operand, dimension), &message);
            }
        };
        let steps = || (0..=time).map(|at| (at, at));
        let but_heads: Vec<_> = (0..=last)
            .filter(|&at| at != head)
            .map(|at| (at, at))
            .collect();
        check(&mut sizes, "query", query, &but_heads);
        let of_value: Vec<_> = steps().chain([(last, values_at)]).collect();
        check(&mut sizes, "value", value, &of_value);
        if let Some(omega) = omega {
            check(&mut sizes, "features", omega, &[(1, last)]);
        }
        let key_size = sizes[last];
        if let Some(omega) = omega {
            sizes[last] = emit.size(omega, 0);
        }
        for (name, operand) in [("decay", decay), ("beta", beta)] {
            if let Some(operand) = operand {
                let own: Vec<_> = own_dimensions(operand)
                    .into_iter()
                    .map(|at| (at, at))
                    .collect();
                check(&mut sizes, name, operand, &own);
            }
        }
        for (&state, name) in state.iter().zip(["S", "z"]) {
            let dimensions: Vec<_> = (0..=values_at)
                .filter(|&at| at != time)
                .take(TensorType::of(state).rank())
                .enumerate()
                .collect();
            check(&mut sizes, name, state, &dimensions);
        }
        let group = group(emit, emit.size(query, head), sizes[head]);

        let mut attention = Self {
            rule: op.update_rule(),
            causal: op.causal(),
            heads: sizes[..=head].to_vec(),
            group,
            time: sizes[time],
            key_size,
            features: sizes[last],
            values: sizes[values_at],
            query,
            fed: key,
            value,
            decay,
            erase: Vec::new(),
            state,
            compute,
        };
        if let Some(group) = group {
            let sizes = [&attention.heads[..], &[group, attention.time, key_size]].concat();
            attention.query = emit.expand(query, head, &sizes);
        }
        let map = op.feature_map();
        let is_mean = op.normalize();
        attention.query = features(emit, attention.query, map, omega, compute, is_mean);
        // Results in the compute type follow: they are rounded once, at the end.
        attention.fed = emit.converted(features(emit, key, map, omega, compute, false), compute);
        if let Some(beta) = beta {
            attention.erase(emit, beta);
        }
        attention
    }

    /// Makes of the keys what the delta rules feed and erase.
    fn erase(&mut self, emit: &Emit<'a, '_>, beta: Value<'a, 'a>) {
        let sizes = [&self.heads[..], &[self.time, self.features]].concat();
        let key = (self.fed, loops(0..sizes.len()));
        let compute = self.compute;
        let map =
            |inputs: &[Operand<'a>],
             body: &dyn Fn(&Emit<'a, '_>, &[Value<'a, 'a>]) -> Value<'a, 'a>| {
                emit.map(inputs, &sizes, compute, body)
            };
        let reader = match self.decay {
            Some(decay) => map(&[key.clone(), shown(decay)], &|emit, arguments| {
                let decay = exp(emit, emit.convert(arguments[1], compute));
                emit.mul(decay, arguments[0])
            }),
            None => self.fed,
        };
        let fed = map(&[key, shown(beta)], &|emit, arguments| {
            emit.mul(emit.convert(arguments[1], compute), arguments[0])
        });
        let writer = map(&[(fed, loops(0..sizes.len()))], &|emit, arguments| {
            emit.apply("arith.negf", &[arguments[0]])
        });
        self.fed = fed;
        self.erase = vec![reader, writer];
    }

    /// What the queries read and the last state: S, or z without values.
    fn recurrence(
        &self,
        emit: &Emit<'a, '_>,
        chunk: Option<i64>,
        has_values: bool,
    ) -> Result<[Value<'a, 'a>; 2], Diagnostic<'a>> {
        // Where all read the last state, nothing is read on the way.
        let group = self.group.filter(|_| self.causal);
        let head = self.heads.len() - 1;
        let time = head + 1 + usize::from(group.is_some());
        let (feature, value) = (time + 1, time + 2);
        let values_at = has_values.then_some(value);
        let of = |last: &[usize]| loops((0..=head).chain(last.iter().copied()));
        let state_loops = || (0..time).chain([feature]).chain(values_at);
        let mut state = self.state.get(usize::from(!has_values)).copied();
        let sizes = [&self.heads[..], &[self.features, self.values]].concat();
        let state_sizes = &sizes[..head + 2 + usize::from(has_values)];
        let core = Core {
            loops: value + usize::from(has_values),
            decay: self
                .decay
                .iter()
                .map(|&decay| own(emit, decay, head, time))
                .collect(),
            exponential: self.decay.is_some(),
            key: Some((self.fed, of(&[time, feature]))),
            value: has_values.then(|| (self.value, of(&[time, value]))),
            erase: self
                .erase
                .iter()
                .map(|&x| (x, of(&[time, feature])))
                .collect(),
            output: loops((0..=time).chain(values_at)),
            last_state: loops(state_loops()),
            ..Core::default()
        };
        if !self.causal {
            let last = if self.rule == UpdateRule::Linear {
                let first = match state {
                    Some(state) => emit.converted(state, self.compute),
                    None => emit.filled(state_sizes, emit.zero(self.compute)),
                };
                let inputs: Vec<_> = core.key.into_iter().chain(core.value).collect();
                self.sum(emit, &inputs, (first, core.last_state))
            } else {
                Core { state, ..core }.build(emit, chunk)?[1]
            };
            return Ok([self.read_last(emit, last, has_values), last]);
        }
        if let (Some(group), Some(first)) = (group, state) {
            let mut sizes = state_sizes.to_vec();
            sizes.insert(head + 1, group);
            let map = loops((0..sizes.len()).filter(|&at| at != head + 1));
            let element = TensorType::of(first).element;
            state = Some(emit.map(&[(first, map)], &sizes, element, |_, arguments| {
                arguments[0]
            }));
        }
        let query = (self.query, loops(0..=feature));
        let [read, last] = Core {
            query: Some(query),
            state,
            ..core
        }
        .build(emit, chunk)?;
        // The query heads of a head carry the same state. A slice without their
        // dimension would not say which one it lacks where there is one sequence
        // too.
        let last = match group {
            Some(_) => {
                let first = emit.range(last, head + 1, Size::Static(0), Size::Static(1));
                emit.collapse(first, head, state_sizes)
            }
            None => last,
        };
        Ok([read, last])
    }

    /// What all queries read from the last state.
    fn read_last(
        &self,
        emit: &Emit<'a, '_>,
        last: Value<'a, 'a>,
        has_values: bool,
    ) -> Value<'a, 'a> {
        let head = self.heads.len() - 1;
        let time = head + 1 + usize::from(self.group.is_some());
        let (feature, value) = (time + 1, has_values.then_some(time + 2));
        let mut sizes = self.heads.clone();
        sizes.extend(self.group);
        sizes.push(self.time);
        sizes.extend(has_values.then_some(self.values));
        let zeros = emit.filled(&sizes, emit.zero(self.compute));
        let state = loops((0..=head).chain([feature]).chain(value));
        self.sum(
            emit,
            &[(self.query, loops(0..=feature)), (last, state)],
            (zeros, loops((0..=time).chain(value))),
        )
    }

    /// Adds the products of the inputs, over the loops that the sums lack.
    fn sum(&self, emit: &Emit<'a, '_>, inputs: &[Operand<'a>], sums: Operand<'a>) -> Value<'a, 'a> {
        let all = inputs.iter().flat_map(|(_, map)| map).chain(&sums.1);
        let count = all.collect::<BTreeSet<_>>().len();
        let iterators: Vec<Iterator> = loops(0..count)
            .iter()
            .map(|at| match sums.1.contains(at) {
                true => Iterator::Parallel,
                false => Iterator::Reduction,
            })
            .collect();
        emit.generic(inputs, &[sums], &iterators, |emit, arguments| {
            let (&sum, factors) = arguments.split_last().expect("an output");
            let product = factors
                .iter()
                .map(|&factor| emit.convert(factor, self.compute))
                .reduce(|product, factor| emit.mul(product, factor))
                .expect("a factor");
            vec![emit.sum(sum, product)]
        })[0]
    }
}

/// How many query heads read a head, if it is not one.
fn group<'a>(emit: &Emit<'a, '_>, query_heads: Size<'a>, heads: Size<'a>) -> Option<Size<'a>> {
    if query_heads == heads {
        return None;
    }
    let one = Size::Static(1);
    // Without heads there are no query heads either, in groups of any size.
    let group = emit.quotient(query_heads, emit.maximum(heads, one));
    let group = emit.maximum(group, one);
    emit.same_size(
        emit.multiply(heads, group),
        query_heads,
        "fidelity.linear_attention: expected the heads of query to be a multiple of those of key",
    );
    Some(group)
}

/// The dimensions in which an operand does not stretch.
fn own_dimensions(value: Value<'_, '_>) -> Vec<usize> {
    let shape = TensorType::of(value).shape;
    (0..shape.len()).filter(|&at| shape[at] != 1).collect()
}

/// An operand that stretches to loops which are the dimensions of the keys.
fn shown<'a>(value: Value<'a, 'a>) -> Operand<'a> {
    let mut map: Map = vec!["0".to_owned(); TensorType::of(value).rank()];
    for at in own_dimensions(value) {
        map[at] = format!("d{at}");
    }
    (value, map)
}

/// The decay as an operand of a recurrence: without the dimensions in which it
/// stretches.
fn own<'a>(emit: &Emit<'a, '_>, decay: Value<'a, 'a>, head: usize, time: usize) -> Operand<'a> {
    let own = own_dimensions(decay);
    let map = loops(own.iter().map(|&at| match at {
        at if at <= head => at,
        at => at - head - 1 + time,
    }));
    (emit.drop_units(decay, &own), map)
}

/// φ(x), of the last dimension of a tensor; or with `any_factor` that times any
/// positive number.
fn features<'a>(
    emit: &Emit<'a, '_>,
    x: Value<'a, 'a>,
    map: FeatureMap,
    omega: Option<Value<'a, 'a>>,
    compute: Type<'a>,
    any_factor: bool,
) -> Value<'a, 'a> {
    let function = match (map, omega) {
        (FeatureMap::EluPlusOne, _) => elu_plus_one,
        (FeatureMap::Relu, _) => relu,
        (FeatureMap::PositiveRandom, Some(omega)) => {
            return positive_random(emit, x, omega, compute, any_factor);
        }
        _ => return x,
    };
    let sizes = emit.sizes(x);
    let all = loops(0..sizes.len());
    emit.map(&[(x, all)], &sizes, compute, |emit, arguments| {
        function(emit, emit.convert(arguments[0], compute))
    })
}

/// exp(ω x - |x|²/2) / √m, or with `any_factor` so that the largest is 1 / √m: of
/// an x that is far from 0 all of them would be 0.
fn positive_random<'a>(
    emit: &Emit<'a, '_>,
    x: Value<'a, 'a>,
    omega: Value<'a, 'a>,
    compute: Type<'a>,
    any_factor: bool,
) -> Value<'a, 'a> {
    let mut sizes = emit.sizes(x);
    let (feature, key) = (sizes.len() - 1, sizes.len());
    let count = emit.size(omega, 0);
    sizes[feature] = count;
    let mut iterators = vec![Iterator::Parallel; key];
    iterators.push(Iterator::Reduction);
    // ω x - |x|²/2 as the sum over keys of (ω - x/2) x
    let exponents = emit.generic(
        &[
            (x, loops((0..feature).chain([key]))),
            (omega, loops([feature, key])),
        ],
        &[(emit.filled(&sizes, emit.zero(compute)), loops(0..key))],
        &iterators,
        |emit, arguments| {
            let [x, omega] = [0, 1].map(|index| emit.convert(arguments[index], compute));
            let half = emit.mul(x, emit.float(compute, 0.5));
            let term = emit.mul(emit.sub(omega, half), x);
            vec![emit.sum(arguments[2], term)]
        },
    )[0];
    let count = emit.index_to_float(emit.size_value(count), compute);
    let root = emit.apply("math.sqrt", &[count]);
    let mut inputs = vec![(exponents, loops(0..key))];
    if any_factor {
        let least = emit.float(compute, f64::NEG_INFINITY);
        iterators.remove(0);
        let largest = emit.generic(
            &inputs,
            &[(emit.filled(&sizes[..feature], least), loops(0..feature))],
            &iterators,
            |emit, arguments| vec![emit.apply("arith.maximumf", &[arguments[1], arguments[0]])],
        )[0];
        inputs.push((largest, loops(0..feature)));
    }
    emit.map(&inputs, &sizes, compute, |emit, arguments| {
        let exponent = match arguments {
            [exponent, largest, ..] if any_factor => emit.sub(*exponent, *largest),
            _ => arguments[0],
        };
        emit.div(exp(emit, exponent), root)
    })
}
