//! How a kernel is called: on one thread, or by parts on some.

use super::{code::Code, scales::Groups, tile::Tile};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Type, Value, attribute::FlatSymbolRefAttribute};

/// The rows of a panel of weights.
pub const ROWS: i64 = 16;
/// From how many tiles, counted once for each row of activations, threads pay: a million
/// products, of some 20 µs, so that waking a thread is a small part of it.
const TILES_OF_THREADS: i64 = 4096;

/// What a kernel takes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Form<'a> {
    /// How the weights are stored.
    pub tile: Tile,
    /// The element type of x.
    pub x: Type<'a>,
    /// The element type of the sums.
    pub sums: Type<'a>,
    /// Groups of weights, each of which has a scale, if there are any.
    pub groups: Option<Groups<'a>>,
}

/// What a kernel is called with: memory of one dimension, and sizes.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// Rows of activations, as wide as [`Isa::columns`](super::Isa::columns) says.
    pub x: Value<'a, 'a>,
    /// The bytes of the weights.
    pub weights: Value<'a, 'a>,
    /// What the sums are added to: i32, or f32 with groups or an x of floats.
    pub sums: Value<'a, 'a>,
    /// The scales of groups, one row of weights after the other.
    pub scale: Option<Value<'a, 'a>>,
    /// M, the rows of x.
    pub rows: Value<'a, 'a>,
    /// N, the rows of weights.
    pub outputs: Value<'a, 'a>,
    /// The tiles of a row.
    pub tiles: Value<'a, 'a>,
    /// Of the panels of weights the first one that is used, and the one after the
    /// last.
    pub panels: [Value<'a, 'a>; 2],
}

impl<'a> Arguments<'a> {
    /// The types of the kernel's arguments.
    pub fn types(code: &Code<'a, '_, '_>, form: Form<'a>) -> Vec<Type<'a>> {
        let elements = [form.x, code.integer(8), form.sums];
        let mut types = elements.map(|element| code.memory(element)).to_vec();
        types.extend(form.groups.map(|groups| code.memory(groups.scale)));
        types.extend([code.index_type(); 5]);
        types
    }

    /// The arguments of the kernel, within it.
    pub fn of(values: &[Value<'a, 'a>], form: Form<'a>) -> Self {
        let (memory, sizes) = values.split_at(if form.groups.is_some() { 4 } else { 3 });
        Self {
            x: memory[0],
            weights: memory[1],
            sums: memory[2],
            scale: memory.get(3).copied(),
            rows: sizes[0],
            outputs: sizes[1],
            tiles: sizes[2],
            panels: [sizes[3], sizes[4]],
        }
    }

    /// The panels of the weights, of which the last one may have fewer rows.
    pub fn all_panels(code: &Code<'a, '_, '_>, outputs: Value<'a, 'a>) -> [Value<'a, 'a>; 2] {
        let count = code.ceil_div(Size::Dynamic(outputs), ROWS);
        [code.index(0), code.size_value(count)]
    }

    /// Calls the kernel of that name.
    pub fn call(&self, code: &Code<'a, '_, '_>, name: &str) {
        let mut operands = vec![self.x, self.weights, self.sums];
        operands.extend(self.scale);
        operands.extend([
            self.rows,
            self.outputs,
            self.tiles,
            self.panels[0],
            self.panels[1],
        ]);
        let callee = FlatSymbolRefAttribute::new(code.context(), name);
        code.op("func.call")
            .operands(&operands)
            .attribute("callee", callee)
            .insert();
    }
}

/// Builds what calls the kernel of that name for a part of the weights on each of
/// some threads, or at once where there is too little to do.
pub fn build_parallel<'a>(emit: &Emit<'a, '_>, name: &str, threads: i64, arguments: Arguments<'a>) {
    let code = Code(emit);
    let [first, last] = arguments.panels;
    let panels = code.sub(last, first);
    let tiles = code.mul(code.mul(arguments.rows, arguments.tiles), panels);
    let is_much = code.compare_integers("uge", tiles, code.index(TILES_OF_THREADS));
    code.either(
        is_much,
        |code| {
            code.parallel_for(threads, |code, thread| {
                let bound = |thread| {
                    let share = code.mul(panels, thread);
                    code.add(first, code.divided(share, threads))
                };
                let next = code.add(thread, code.index(1));
                let part = Arguments {
                    panels: [bound(thread), bound(next)],
                    ..arguments
                };
                part.call(code, name);
            });
        },
        |code| arguments.call(code, name),
    );
}
