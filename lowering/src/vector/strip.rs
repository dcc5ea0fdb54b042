//! What kernels go through: vectors of weights, and rows of activations.

use super::{
    call::{Arguments, ROWS},
    code::Code,
    isa::Isa,
    tile::TILE_BYTES,
};
use fidelity_passes::emit::Size;
use melior::ir::Value;

/// Vectors of weights that are read at once.
pub struct Strip<'a> {
    /// Where each vector begins in the weights.
    pub weights: Vec<Value<'a, 'a>>,
    /// The first row of each, which is a column of the sums.
    pub columns: Vec<Value<'a, 'a>>,
}

/// Does something with whole panels of the weights, from one to before another one, by so
/// many vectors at once, and with those that are left one by one.
pub fn strips<'a>(
    code: &Code<'a, '_, '_>,
    isa: Isa,
    arguments: &Arguments<'a>,
    panels: [Value<'a, 'a>; 2],
    vectors: usize,
    body: impl Fn(&Code<'a, '_, '_>, Strip<'a>),
) {
    let lanes = isa.lanes();
    let of_panel = ROWS / lanes;
    let panel_bytes = code.times(arguments.tiles, TILE_BYTES);
    let strip = |code: &Code<'a, '_, '_>, first, vectors| {
        let vectors: Vec<_> = (0..vectors)
            .map(|index| code.add(first, code.index(index)))
            .collect();
        let begin = |&vector: &Value<'a, 'a>| {
            let panel = code.mul(code.divided(vector, of_panel), panel_bytes);
            let within = code.times(code.remainder(vector, of_panel), 4 * lanes);
            code.add(panel, within)
        };
        let strip = Strip {
            weights: vectors.iter().map(begin).collect(),
            columns: (vectors.iter())
                .map(|&vector| code.times(vector, lanes))
                .collect(),
        };
        body(code, strip);
    };
    let [first, end] = panels.map(|panel| code.times(panel, of_panel));
    let count = code.sub(end, first);
    let width = vectors as i64;
    let strips = code.divided(count, width);
    code.for_loop(Size::Dynamic(strips), &[], |emit, index, _| {
        let code = Code(emit);
        strip(&code, code.add(first, code.times(index, width)), width);
        vec![]
    });
    if of_panel % width == 0 {
        return;
    }
    let done = code.times(strips, width);
    let left = code.sub(count, done);
    let done = code.add(first, done);
    code.for_loop(Size::Dynamic(left), &[], |emit, index, _| {
        let code = Code(emit);
        strip(&code, code.add(done, index), 1);
        vec![]
    });
}

/// Does something with rows, by so many at once, a power of two. What whole blocks leave
/// are blocks of half as many, and so on: each reads the weights once.
pub fn blocks_of_rows<'a>(
    code: &Code<'a, '_, '_>,
    rows: Value<'a, 'a>,
    most: usize,
    body: impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, usize),
) {
    let mut done = code.index(0);
    let mut size = most;
    loop {
        let left = code.sub(rows, done);
        let count = code.divided(left, size as i64);
        code.for_loop(Size::Dynamic(count), &[], |emit, index, _| {
            let code = Code(emit);
            let row = code.add(done, code.times(index, size as i64));
            body(&code, row, size);
            vec![]
        });
        if size == 1 {
            return;
        }
        done = code.add(done, code.times(count, size as i64));
        size /= 2;
    }
}
