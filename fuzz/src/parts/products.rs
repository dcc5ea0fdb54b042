//! Attention without a softmax, as two products of `linalg`.

use super::{binary, unary};
use crate::{
    function::Function,
    value::{TensorType, Type, Value},
};
use fidelity_reference::ElementType::{self, F32, F64};

/// A factor, and whether its last two dimensions are the other way round.
struct Factor {
    value: Value,
    is_transposed: bool,
}

/// (Q Kᵀ) V of matrices or a batch of them, the scores times a number, a causal mask or
/// neither. The sizes are mostly such that Q (Kᵀ V) takes less.
///
/// Checks know the roundings of the dialect's ops alone, so that what is multiplied and
/// what comes out go through one; narrow floats, of which each sum is rounded, are not
/// drawn.
pub fn products(f: &mut Function<'_>) -> Result<(), String> {
    let element = *f.random.pick(&[F32, F32, F64]);
    let batch = match f.random.chance(50) {
        true => vec![f.random.below(4)],
        false => Vec::new(),
    };
    let [queries, keys, tokens, values] = match f.random.chance(80) {
        true => [8..20, 1..5, 8..20, 1..5].map(|range| f.random.between(range)),
        false => [0; 4].map(|_| f.size()),
    };
    let query = Factor::draw(f, element, &batch, [queries, keys])?;
    let key = Factor::draw(f, element, &batch, [keys, tokens])?;
    let value = Factor::draw(f, element, &batch, [tokens, values])?;
    let scores = product(f, &query, &key);
    let scores = match f.random.below(10) {
        0..5 => scores,
        5..8 => {
            let number = number(f, &scores);
            binary(f, "fidelity.multiply", &scores, &number)?
        }
        _ => {
            let mask = mask(f, element, queries, tokens);
            binary(f, "fidelity.multiply", &scores, &mask)?
        }
    };
    let scores = Factor {
        value: scores,
        is_transposed: false,
    };
    let output = product(f, &scores, &value);
    unary(f, "fidelity.silu", &output).map(|_| ())
}

impl Factor {
    /// One of that many rows and columns.
    fn draw(
        f: &mut Function<'_>,
        element: ElementType,
        batch: &[usize],
        mut matrix: [usize; 2],
    ) -> Result<Self, String> {
        let is_transposed = f.random.chance(40);
        if is_transposed {
            matrix.reverse();
        }
        let value = f.plain(element, &[batch, &matrix].concat());
        let value = unary(f, "fidelity.tanh", &value)?;
        Ok(Self {
            value,
            is_transposed,
        })
    }

    /// Its rows and columns, as loops or as dimensions are numbered.
    fn in_order<T>(&self, mut rows_and_columns: [T; 2]) -> [T; 2] {
        if self.is_transposed {
            rows_and_columns.reverse();
        }
        rows_and_columns
    }
}

/// A number that scores are multiplied with: a power of two or any, of rank 0 or one for
/// each.
fn number(f: &mut Function<'_>, scores: &Value) -> Value {
    let tensor = scores.tensor().map(TensorType::to_static);
    let tensor = tensor.unwrap_or(TensorType::new(F32, &[]));
    let r#type = match f.random.chance(40) {
        true => tensor,
        false => TensorType::new(tensor.element, &[]),
    };
    let text = *f.random.pick(&["0.5", "0.25", "0.375", "-1.5"]);
    match f.random.chance(80) {
        true => f.constant_of(r#type, text),
        false => f.plain(r#type.element, &[]),
    }
}

/// 1 for the tokens that a query sees, and 0 for those after it.
fn mask(f: &mut Function<'_>, element: ElementType, queries: usize, tokens: usize) -> Value {
    let row = |query: usize| {
        let seen = (0..tokens).map(|token| if token <= query { "1.0" } else { "0.0" });
        format!("[{}]", seen.collect::<Vec<_>>().join(", "))
    };
    let text = match queries * tokens {
        0 => String::new(),
        _ => format!("[{}]", (0..queries).map(row).collect::<Vec<_>>().join(", ")),
    };
    f.constant_of(TensorType::new(element, &[queries, tokens]), &text)
}

/// The product of two factors, as an op of that name or a `linalg.generic`.
fn product(f: &mut Function<'_>, lhs: &Factor, rhs: &Factor) -> Value {
    let (left, right) = (types(&lhs.value), types(&rhs.value));
    let batch = left.rank() - 2;
    let row = lhs.in_order([batch, batch + 1])[0];
    let column = rhs.in_order([batch, batch + 1])[1];
    let mut dimensions: Vec<_> = (0..batch).map(|index| (&lhs.value, &left, index)).collect();
    dimensions.push((&lhs.value, &left, row));
    dimensions.push((&rhs.value, &right, column));
    let r#type = TensorType {
        dynamic: (dimensions.iter())
            .map(|(_, r#type, index)| r#type.dynamic[*index])
            .collect(),
        ..TensorType::new(
            left.element,
            &(dimensions.iter())
                .map(|(_, r#type, index)| r#type.shape[*index])
                .collect::<Vec<_>>(),
        )
    };
    let zeros = zeros(f, &dimensions, &r#type);
    for value in [&lhs.value, &rhs.value, &zeros] {
        f.note_use(value);
    }
    let result = Value {
        name: f.fresh(),
        r#type: Type::Tensor(r#type),
    };
    let maps = maps(batch, lhs, rhs);
    let operands = format!(
        "ins({}, {} : {}, {}) outs({} : {})",
        lhs.value.name,
        rhs.value.name,
        lhs.value.r#type,
        rhs.value.r#type,
        zeros.name,
        zeros.r#type
    );
    let op = match f.random.chance(60) {
        true => named(
            f,
            batch,
            &maps,
            &operands,
            lhs.is_transposed || rhs.is_transposed,
        ),
        false => generic(f, batch, left.element, &maps, &operands),
    };
    f.line(&format!("{} = {op} -> {}", result.name, result.r#type));
    // Mostly one op reads it.
    if f.random.chance(10) {
        f.show(result.clone());
    }
    result
}

fn types(value: &Value) -> TensorType {
    let none = || TensorType::new(F32, &[0, 0]);
    value.tensor().cloned().unwrap_or_else(none)
}

/// Zeros of sizes that are those of dimensions.
fn zeros(
    f: &mut Function<'_>,
    dimensions: &[(&Value, &TensorType, usize)],
    r#type: &TensorType,
) -> Value {
    if !r#type.dynamic.contains(&true) && f.random.chance(40) {
        return f.constant_of(r#type.clone(), "0.0");
    }
    let sizes: Vec<_> = (dimensions.iter())
        .filter(|(_, r#type, index)| r#type.dynamic[*index])
        .map(|(value, r#type, index)| f.size_of(value, *index, r#type.shape[*index]))
        .collect();
    let empty = f.empty(r#type, &sizes);
    let (zero, zeros) = (f.fresh(), f.fresh());
    let element = r#type.element;
    f.line(&format!("{zero} = arith.constant 0.0 : {element}"));
    f.line(&format!(
        "{zeros} = linalg.fill ins({zero} : {element}) outs({} : {type}) -> {type}",
        empty.name
    ));
    Value {
        name: zeros,
        r#type: empty.r#type,
    }
}

/// The loops of each operand: those of the batch, rows, columns, and what is summed.
fn maps(batch: usize, lhs: &Factor, rhs: &Factor) -> String {
    let all: Vec<_> = (0..batch + 3).map(|index| format!("d{index}")).collect();
    let [row, column, sum] = [batch, batch + 1, batch + 2];
    let operands = [
        lhs.in_order([row, sum]),
        rhs.in_order([sum, column]),
        [row, column],
    ];
    let maps = operands.map(|matrix| {
        let of = [&all[..batch], &matrix.map(|index| all[index].clone())].concat();
        format!("affine_map<({}) -> ({})>", all.join(", "), of.join(", "))
    });
    format!("indexing_maps = [{}]", maps.join(", "))
}

/// A matrix product by its name, which says its maps where they are not those of it.
fn named(
    f: &mut Function<'_>,
    batch: usize,
    maps: &str,
    operands: &str,
    is_transposed: bool,
) -> String {
    let name = match batch {
        0 => "linalg.matmul",
        _ => "linalg.batch_matmul",
    };
    match is_transposed || f.random.chance(20) {
        true => format!("{name} {maps} {operands}"),
        false => format!("{name} {operands}"),
    }
}

/// A matrix product by its body, whose sums may be reordered or not.
fn generic(
    f: &mut Function<'_>,
    batch: usize,
    element: ElementType,
    maps: &str,
    operands: &str,
) -> String {
    let mut iterators = vec!["\"parallel\""; batch + 2];
    iterators.push("\"reduction\"");
    let flags = *f
        .random
        .pick(&["", " fastmath<reassoc>", " fastmath<fast>"]);
    let [a, b, c, product, sum] = [0; 5].map(|_| f.fresh());
    format!(
        "linalg.generic {{{maps}, iterator_types = [{}]}} {operands} {{ \
         ^bb0({a}: {element}, {b}: {element}, {c}: {element}): \
         {product} = arith.mulf {a}, {b}{flags} : {element} \
         {sum} = arith.addf {c}, {product}{flags} : {element} \
         linalg.yield {sum} : {element} }}",
        iterators.join(", ")
    )
}
