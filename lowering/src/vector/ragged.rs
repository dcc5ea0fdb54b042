//! Panels of fewer rows than others.

use super::{
    call::{Arguments, Form, ROWS},
    code::Code,
    scales::Groups,
    tile::TILE_BYTES,
};
use fidelity_passes::emit::Size;
use melior::ir::{TypeLike, Value};

/// The panels that are asked for, from one to before another one, without one of fewer
/// rows.
pub fn whole_panels<'a>(code: &Code<'a, '_, '_>, arguments: &Arguments<'a>) -> [Value<'a, 'a>; 2] {
    let [first, last] = arguments.panels;
    let whole = code.divided(arguments.outputs, ROWS);
    [first, code.apply("arith.minui", &[last, whole])]
}

/// The last panel, where it is asked for and has fewer rows than others: by a call of the
/// kernel of that name with a whole one, whose sums are then added one by one.
pub fn add<'a>(code: &Code<'a, '_, '_>, name: &str, form: Form<'a>, arguments: Arguments<'a>) {
    let whole = code.divided(arguments.outputs, ROWS);
    let is_last = code.compare_integers("ult", whole, arguments.panels[1]);
    code.when(is_last, &[], |emit| {
        add_panel(&Code(emit), name, form, arguments, whole);
        vec![]
    });
}

fn add_panel<'a>(
    code: &Code<'a, '_, '_>,
    name: &str,
    form: Form<'a>,
    arguments: Arguments<'a>,
    whole: Value<'a, 'a>,
) {
    let rows = code.remainder(arguments.outputs, ROWS);
    let bytes = code.times(arguments.tiles, TILE_BYTES);
    let panel = code.allocate(bytes, code.integer(8));
    let begin = code.mul(whole, bytes);
    let tile_bytes = code.times(rows, TILE_BYTES / ROWS);
    code.for_loop(Size::Dynamic(arguments.tiles), &[], |emit, tile, _| {
        let from = emit.add(begin, emit.mul(tile, tile_bytes));
        let to = Code(emit).times(tile, TILE_BYTES);
        emit.for_loop(Size::Dynamic(tile_bytes), &[], |emit, byte, _| {
            let code = Code(emit);
            let value = code.element(arguments.weights, &[code.add(from, byte)]);
            code.store_element(value, panel, code.add(to, byte));
            vec![]
        });
        vec![]
    });
    let count = code.times(arguments.rows, ROWS);
    let sums = code.allocate(count, form.sums);
    // To which nothing added is nothing: a sum of -0 stays -0.
    let nothing = match form.sums.is_float() {
        true => code.float(form.sums, -0.0),
        false => code.int(form.sums, 0),
    };
    code.for_loop(Size::Dynamic(count), &[], |emit, index, _| {
        let code = Code(emit);
        code.store_element(nothing, sums, index);
        vec![]
    });
    let scale = arguments
        .scale
        .zip(form.groups)
        .map(|(scale, groups)| whole_panel_of(code, &arguments, groups, scale, [whole, rows]));
    // There are 16 rows in this call.
    let panel_arguments = Arguments {
        weights: panel,
        sums,
        scale,
        outputs: code.index(ROWS),
        panels: [code.index(0), code.index(1)],
        ..arguments
    };
    panel_arguments.call(code, name);
    code.for_loop(Size::Dynamic(arguments.rows), &[], |emit, row, _| {
        let code = Code(emit);
        let first = code.times(whole, ROWS);
        let to = code.add(code.mul(row, arguments.outputs), first);
        let from = code.times(row, ROWS);
        code.for_loop(Size::Dynamic(rows), &[], |emit, index, _| {
            let code = Code(emit);
            let sum = code.element(sums, &[code.add(from, index)]);
            let at = code.add(to, index);
            let sum = code.add(code.element(arguments.sums, &[at]), sum);
            code.store_element(sum, arguments.sums, at);
            vec![]
        });
        vec![]
    });
    code.free(panel);
    code.free(sums);
    if let Some(scale) = scale {
        code.free(scale);
    }
}

/// The scales of the last panel's rows, in memory that has as many as those of a whole one;
/// what they are in rows that there are not reaches no sum that is used.
fn whole_panel_of<'a>(
    code: &Code<'a, '_, '_>,
    arguments: &Arguments<'a>,
    groups: Groups<'a>,
    scale: Value<'a, 'a>,
    [whole, rows]: [Value<'a, 'a>; 2],
) -> Value<'a, 'a> {
    let count = code.divided(arguments.tiles, groups.tiles);
    let copy = code.allocate(code.times(count, ROWS), groups.scale);
    let begin = code.mul(code.times(whole, ROWS), count);
    code.for_loop(
        Size::Dynamic(code.mul(rows, count)),
        &[],
        |emit, index, _| {
            let code = Code(emit);
            let value = code.element(scale, &[code.add(begin, index)]);
            code.store_element(value, copy, index);
            vec![]
        },
    );
    copy
}
