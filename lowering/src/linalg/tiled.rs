//! Trits stored in tiles, read and written one by one wherever they lie. What is
//! fast is `convert-fidelity-to-vector`.

use fidelity_passes::emit::{Emit, Iterator, Size, loops};
use melior::ir::Value;

/// The rows of a panel.
const PANEL: i64 = 16;
/// The bytes of a row of a tile, which has as many columns for each trit of a byte.
const BYTES: i64 = 4;

/// Where a trit of a matrix of so many rows lies, in rows of so many bytes: the
/// indices of its byte, and its place in it. A byte has `per_byte` trits.
pub fn place<'a>(
    emit: &Emit<'a, '_>,
    per_byte: i64,
    [rows, row_bytes]: [Size<'a>; 2],
    [row, column]: [Value<'a, 'a>; 2],
) -> ([Value<'a, 'a>; 2], Value<'a, 'a>) {
    let index = |number| emit.index(number);
    let apply = |name: &str, lhs, rhs| emit.apply(name, &[lhs, rhs]);
    let (in_panel, in_tile) = (
        apply("arith.remui", row, index(PANEL)),
        apply("arith.remui", column, index(BYTES * per_byte)),
    );
    let panel = emit.sub(row, in_panel);
    let tile_row_bytes = emit.mul(rows_of(emit, rows, panel), index(BYTES));
    let width = emit.size_value(row_bytes);
    // The bytes of panels, of tiles, of rows and within one.
    let terms = [
        emit.mul(panel, width),
        emit.mul(
            apply("arith.divui", column, index(BYTES * per_byte)),
            tile_row_bytes,
        ),
        emit.mul(in_panel, index(BYTES)),
        apply("arith.remui", column, index(BYTES)),
    ];
    let byte = terms.into_iter().reduce(|sum, term| emit.add(sum, term));
    let byte = byte.unwrap_or(panel);
    let indices = [
        apply("arith.divui", byte, width),
        apply("arith.remui", byte, width),
    ];
    (indices, apply("arith.divui", in_tile, index(BYTES)))
}

/// The row and the column of the trit in a place of a byte of `per_byte` trits.
fn trit<'a>(
    emit: &Emit<'a, '_>,
    per_byte: i64,
    [rows, row_bytes]: [Size<'a>; 2],
    [row, byte]: [Value<'a, 'a>; 2],
    place: Value<'a, 'a>,
) -> [Value<'a, 'a>; 2] {
    let index = |number| emit.index(number);
    let apply = |name: &str, lhs, rhs| emit.apply(name, &[lhs, rhs]);
    // A panel has the bytes of its rows.
    let in_panel = apply("arith.remui", row, index(PANEL));
    let panel = emit.sub(row, in_panel);
    let within = emit.add(emit.mul(in_panel, emit.size_value(row_bytes)), byte);
    let tile_bytes = emit.mul(rows_of(emit, rows, panel), index(BYTES));
    let (tile, in_tile) = (
        apply("arith.divui", within, tile_bytes),
        apply("arith.remui", within, tile_bytes),
    );
    let row = emit.add(panel, apply("arith.divui", in_tile, index(BYTES)));
    let column = [
        emit.mul(tile, index(BYTES * per_byte)),
        emit.mul(place, index(BYTES)),
        apply("arith.remui", in_tile, index(BYTES)),
    ];
    let column = column.into_iter().reduce(|sum, term| emit.add(sum, term));
    [row, column.unwrap_or(tile)]
}

/// How many rows the panel has that begins with a row.
fn rows_of<'a>(emit: &Emit<'a, '_>, rows: Size<'a>, panel: Value<'a, 'a>) -> Value<'a, 'a> {
    if let Size::Static(rows) = rows
        && rows % PANEL == 0
    {
        return emit.index(PANEL);
    }
    let left = emit.sub(emit.size_value(rows), panel);
    emit.apply("arith.minui", &[left, emit.index(PANEL)])
}

/// Dense trits, padded to whole tiles, as bytes of those sizes; `powers` is what a
/// digit counts in each of the `per_byte` places of a byte.
pub fn pack<'a>(
    emit: &Emit<'a, '_>,
    per_byte: i64,
    padded: Value<'a, 'a>,
    sizes: [Size<'a>; 2],
    powers: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let byte = emit.integer(8);
    let iterators = [Iterator::Parallel, Iterator::Parallel, Iterator::Reduction];
    emit.generic(
        &[(powers, loops([2]))],
        &[(emit.filled(&sizes, emit.zero(byte)), loops(0..2))],
        &iterators,
        |emit, arguments| {
            let at = [emit.loop_index(0), emit.loop_index(1)];
            let [row, column] = trit(emit, per_byte, sizes, at, emit.loop_index(2));
            let trit = emit.element(padded, &[row, column]);
            let zero = emit.int(byte, 0);
            let sign = emit.select(
                emit.compare_integers("sgt", trit, zero),
                emit.int(byte, 2),
                emit.select(
                    emit.compare_integers("slt", trit, zero),
                    zero,
                    emit.int(byte, 1),
                ),
            );
            let term = emit.apply("arith.muli", &[sign, arguments[0]]);
            vec![emit.add(arguments[1], term)]
        },
    )[0]
}
