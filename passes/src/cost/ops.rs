//! The work of each op, from its equation.
//!
//! Sequence ops differ in the gates around their recurrence; what the recurrence
//! itself takes is in `sequence`.

use super::{
    Extent, Kind, Sizes, Work,
    sequence::{self, Sequence},
};
use fidelity_dialect::{self as ir, index_value};
use melior::ir::{
    AffineMap, Value,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{OpView, indexing_maps_of, name_of, operations_within};

/// How an op is computed, as far as its work depends on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Form {
    /// How many steps of a recurrence are computed at once; `None` for one.
    pub chunk: Option<i64>,
}

impl Work {
    /// The work of one execution of an op, without the ops within it; `None` of
    /// one that computes nothing on tensors.
    pub fn of_op<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes, form: Form) -> Option<Self> {
        let mut results = operation.results().map(Value::from);
        let on_tensors = |value: Value<'a, 'a>| sizes.of(value).is_some();
        if !results.any(on_tensors) && !operation.operands().any(on_tensors) {
            return None;
        }
        match name_of(operation) {
            // These say what a tensor is, or which part of one, or end a region.
            "arith.constant"
            | "tensor.empty"
            | "tensor.dim"
            | "tensor.cast"
            | "tensor.extract_slice"
            | "tensor.collapse_shape"
            | "tensor.expand_shape"
            | "func.return"
            | "func.call"
            | "cf.br"
            | "cf.cond_br"
            | "cf.switch"
            | "scf.condition"
            | "scf.execute_region"
            | "scf.forall"
            | "scf.index_switch"
            | "scf.while"
            | "scf.yield"
            | "scf.for"
            | "scf.if"
            | "linalg.yield" => return None,
            _ => (),
        }
        let mut work = arithmetic_of(operation, sizes, form).unwrap_or_default();
        let weights = ternary_weights(operation);
        for operand in operation.operands() {
            let Some(extent) = sizes.of(operand) else {
                continue;
            };
            // What is the same in each call: a constant, or trits.
            if sizes.is_constant(operand) || weights == Some(operand) {
                work.weights += extent.bytes;
            } else {
                work.read += extent.bytes;
            }
        }
        for result in operation.results() {
            work.written += sizes.of(result.into()).map_or(0.0, |extent| extent.bytes);
        }
        Some(work * trips(operation, sizes))
    }
}

/// The ternary weights of a layer.
pub fn ternary_weights<'a>(operation: OperationRef<'a, 'a>) -> Option<Value<'a, 'a>> {
    if let Some(op) = ir::TernaryLinear::cast(operation) {
        return Some(op.weights());
    }
    if let Some(op) = ir::BitLinear::cast(operation) {
        return Some(op.weights());
    }
    ir::TernaryAccumulate::cast(operation).map(|op| op.weights())
}

/// An elementwise op: functions and other operations for each element.
pub fn elementwise(functions: f64, operations: f64, elements: f64) -> Work {
    Work::of(Kind::Function, functions * elements)
        + Work::of(Kind::Arithmetic, operations * elements)
}

/// The mean of squares of each row, its root, and two products an element.
fn rms_norm(x: &Extent) -> Work {
    elementwise(0.0, 4.0, x.count()) + Work::of(Kind::Function, x.rows())
}

/// The greatest magnitude of each row, then a product, a rounding, two bounds.
fn quantize(x: &Extent) -> Work {
    elementwise(0.0, 6.0, x.count())
}

/// Terms of rows of x with each row of the weights, and the scale of each sum.
fn ternary(x: &Extent, weights: &Extent, kind: Kind, epilogue: f64) -> Work {
    let rows = x.rows() * weights.size(0);
    let mut work = Work::of(kind, rows * weights.size(1)) + elementwise(0.0, epilogue, rows);
    // Each row of x comes back to the weights.
    if x.rows() > 1.0 {
        work.reused = weights.bytes;
    }
    work
}

fn arithmetic_of<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes, form: Form) -> Option<Work> {
    let extent = |value: Value<'a, 'a>| sizes.of(value);
    let result = || extent(operation.result(0).ok()?.into());
    let elements = || result().map(|result| result.count());
    let per_element = |functions, operations| Some(elementwise(functions, operations, elements()?));
    match name_of(operation) {
        "fidelity.add" | "fidelity.subtract" | "fidelity.multiply" | "fidelity.relu" => {
            return per_element(0.0, 1.0);
        }
        "fidelity.squared_relu" => return per_element(0.0, 2.0),
        "fidelity.exp" => return per_element(1.0, 0.0),
        // It takes as long as two exponentials.
        "fidelity.tanh" => return per_element(2.0, 0.0),
        "fidelity.sigmoid" | "fidelity.elu_plus_one" => return per_element(1.0, 2.0),
        "fidelity.silu" => return per_element(1.0, 3.0),
        "fidelity.swiglu" => return per_element(1.0, 4.0),
        // An erfc takes as long as five exponentials.
        "fidelity.gelu" => return per_element(5.0, 4.0),
        // An exponential, and a log1p, which takes as long as three.
        "fidelity.softplus" => return per_element(4.0, 3.0),
        // Δ for each channel, exp(Δ A) and its quotient for each state.
        "fidelity.ssm.discretize" => return per_element(1.0, 4.0),
        "fidelity.ssm.state_update" => return per_element(0.0, 3.0),
        _ => (),
    }
    macro_rules! try_ops {
        ($($op:ident => |$view:ident| $work:expr),* $(,)?) => {
            $(
                if let Some($view) = ir::$op::cast(operation) {
                    return $work;
                }
            )*
        };
    }
    try_ops! {
        RmsNorm => |_op| result().map(|x| rms_norm(&x)),
        TernaryLinear => |op| {
            let x = extent(op.x())?;
            let kind = if x.is_float { Kind::TernaryFloat } else { Kind::TernaryInteger };
            Some(ternary(&x, &extent(op.weights())?, kind, f64::from(op.scale().is_some())))
        },
        TernaryAccumulate => |op| {
            let x = extent(op.x())?;
            let kind = if x.is_float { Kind::TernaryFloat } else { Kind::TernaryInteger };
            Some(ternary(&x, &extent(op.weights())?, kind, 1.0))
        },
        BitLinear => |op| {
            let x = extent(op.x())?;
            let sum = ternary(&x, &extent(op.weights())?, Kind::TernaryInteger, 3.0);
            Some(rms_norm(&x) + quantize(&x) + sum)
        },
        QuantizeActivations => |op| extent(op.input()).map(|x| quantize(&x)),
        Ternarize => |_op| per_element(0.0, 5.0),
        Pack => |op| extent(op.input()).map(|trits| elementwise(0.0, 2.0, trits.count())),
        Unpack => |_op| per_element(0.0, 2.0),
        SsmOutput => |op| extent(op.state()).map(|state| elementwise(0.0, 2.0, state.count())),
        CausalConv1d => |op| {
            let taps = extent(op.weights())?.last();
            let activation = op.activation() != ir::ConvolutionActivation::None;
            per_element(f64::from(activation), 2.0 * taps)
        },
        Route => |op| {
            let logits = extent(op.logits())?;
            Some(elementwise(1.0, op.top_k() as f64 + 2.0, logits.count()))
        },
        Dispatch => |_op| per_element(0.0, 0.0),
        Combine => |op| {
            let chosen = extent(op.weights())?.last();
            per_element(0.0, 2.0 * chosen)
        },
        Slstm => |op| {
            // Four gates of a head, each from all of the last hidden state.
            let gates = extent(op.recurrent())?;
            let tokens = result()?.count();
            let mixing = tokens * 4.0 * gates.last();
            Some(Work::of(Kind::Product, mixing) + elementwise(5.0, 12.0, tokens))
        },
    }
    if let Some(sequence) = Sequence::of(operation, sizes) {
        return Some(sequence::work(&sequence, form));
    }
    structured(operation, sizes)
}

/// A linalg op: what its body computes, at each point of its loops. A sum of products
/// is a matrix product.
fn structured<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes) -> Option<Work> {
    let maps = indexing_maps_of(operation)?;
    let mut loops: Vec<f64> = Vec::new();
    for (operand, map) in operation.operands().zip(&maps) {
        let Some(extent) = sizes.of(operand) else {
            continue;
        };
        for (size, at) in extent.shape.iter().zip(dims_of(*map)) {
            if let Some(at) = at {
                loops.resize(loops.len().max(at + 1), 1.0);
                loops[at] = loops[at].max(*size);
            }
        }
    }
    let points: f64 = loops.iter().product();
    let output = sizes.of(operation.result(0).ok()?.into())?.count();
    let names: Vec<&str> = operations_within(operation)
        .into_iter()
        .map(name_of)
        .collect();
    let among = |list: &[&str]| names.iter().filter(|name| list.contains(name)).count() as f64;
    if points > output && among(&["arith.mulf", "arith.muli"]) == 1.0 {
        return Some(Work::of(Kind::Product, points));
    }
    let functions = names
        .iter()
        .filter(|name| name.starts_with("math."))
        .count() as f64;
    // The op itself and its yield are no operations.
    let operations = names
        .iter()
        .filter(|name| name.starts_with("arith."))
        .count() as f64;
    let gathered = among(&["tensor.extract"]) * points;
    Some(elementwise(functions, operations, points) + Work::of(Kind::Gather, gathered))
}

/// The loop that each result of a map is, if it is one.
fn dims_of(map: AffineMap<'_>) -> Vec<Option<usize>> {
    let text = map.to_string();
    let results = text.rsplit_once("-> (").map_or("", |(_, results)| results);
    results
        .trim_end_matches([')', '>'])
        .split(", ")
        .map(|result| result.strip_prefix('d')?.parse().ok())
        .collect()
}

/// How often an op is executed when its function is called: the product of the trips of
/// the loops around it, each of which is taken as the sizes say where it is not known.
pub fn trips<'a>(operation: OperationRef<'a, 'a>, sizes: &Sizes) -> f64 {
    let mut trips = 1.0;
    let mut inner = operation;
    while let Some(outer) = inner.parent_operation() {
        if name_of(outer) == "scf.for" {
            let bound = |index| index_value(outer.operand(index).ok()?);
            trips *= match (bound(0), bound(1), bound(2)) {
                (Some(from), Some(to), Some(step)) if step > 0 => {
                    ((to - from).max(0) as f64 / step as f64).ceil()
                }
                _ => sizes.other as f64,
            };
        }
        inner = outer;
    }
    trips
}
