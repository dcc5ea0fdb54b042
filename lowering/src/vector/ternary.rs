//! The kernel of ternary weights in tiles and i8 activations.
//!
//! A vector of weights is 16 columns of as many rows as it has lanes: in place i of
//! its bytes are columns 4i to 4i + 3 of each lane's row, which meet the same four
//! activations, broadcast. What is added up is `x · (t + 1)`; the sum of the row of
//! x is subtracted once at the end.

use super::{
    code::Code,
    isa::{Block, Dot, Isa},
};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Type, Value, ValueLike, attribute::FlatSymbolRefAttribute};

/// The rows of a panel of weights, the columns of a tile, and the bytes of one.
const ROWS: i64 = 16;
pub const COLUMNS: i64 = 16;
const TILE_BYTES: i64 = 64;
/// The places of a byte.
const PLACES: i64 = 4;
/// How many tiles a sum of 16 bits can take: a tile adds 4 pairs of two products of
/// at most 2 · 128 to it, and 16 · 4 · 512 = 2¹⁵, which only -128 reaches, on the
/// side where it fits.
const TILES_OF_A_PAIR: i64 = 16;
/// From how many tiles, counted once for each row of activations, threads pay: a million
/// products, of some 20 µs, so that waking a thread is a small part of it.
const TILES_OF_THREADS: i64 = 4096;
/// How far ahead weights are asked for, in bytes of a panel.
const AHEAD: i64 = 2048;

/// What a kernel is called with: memory of one dimension, and sizes.
#[derive(Clone, Copy)]
pub struct Arguments<'a> {
    /// Rows of activations, i8, as wide as whole tiles.
    pub x: Value<'a, 'a>,
    /// The bytes of the weights.
    pub weights: Value<'a, 'a>,
    /// What the sums are added to, i32.
    pub sums: Value<'a, 'a>,
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
    pub fn types(code: &Code<'a, '_, '_>) -> Vec<Type<'a>> {
        let mut types = vec![code.memory(8), code.memory(8), code.memory(32)];
        types.extend([code.index_type(); 5]);
        types
    }

    /// The arguments of the kernel, within it.
    pub fn of(values: &[Value<'a, 'a>]) -> Self {
        Self {
            x: values[0],
            weights: values[1],
            sums: values[2],
            rows: values[3],
            outputs: values[4],
            tiles: values[5],
            panels: [values[6], values[7]],
        }
    }

    /// The panels of the weights, of which the last one may have fewer rows.
    pub fn all_panels(code: &Code<'a, '_, '_>, outputs: Value<'a, 'a>) -> [Value<'a, 'a>; 2] {
        let count = code.ceil_div(Size::Dynamic(outputs), ROWS);
        [code.index(0), code.size_value(count)]
    }

    /// Calls the kernel of that name.
    pub fn call(&self, code: &Code<'a, '_, '_>, name: &str) {
        let operands = [
            self.x,
            self.weights,
            self.sums,
            self.rows,
            self.outputs,
            self.tiles,
            self.panels[0],
            self.panels[1],
        ];
        let callee = FlatSymbolRefAttribute::new(code.context(), name);
        code.op("func.call")
            .operands(&operands)
            .attribute("callee", callee)
            .insert();
    }
}

/// Builds the body of the kernel of that name.
pub fn build<'a>(emit: &Emit<'a, '_>, name: &str, isa: Isa, arguments: Arguments<'a>) {
    let code = Code(emit);
    let totals = totals(&code, &arguments);
    let kernel = Kernel {
        name,
        isa,
        arguments,
        totals,
    };
    let whole = code.divided(arguments.outputs, ROWS);
    let [first, last] = arguments.panels;
    kernel.panels(&code, first, code.apply("arith.minui", &[last, whole]));
    let is_last = code.compare_integers("ult", whole, last);
    code.when(is_last, &[], |emit| {
        kernel.ragged(&Code(emit), whole);
        vec![]
    });
    code.free(totals);
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

/// Σ_k x[m, k] of each row.
fn totals<'a>(code: &Code<'a, '_, '_>, arguments: &Arguments<'a>) -> Value<'a, 'a> {
    let totals = code.allocate(arguments.rows, 32);
    let bytes = code.vector(COLUMNS, 8);
    let words = code.vector(COLUMNS, 32);
    code.for_loop(Size::Dynamic(arguments.rows), &[], |emit, row, _| {
        let code = Code(emit);
        let begin = code.mul(row, code.times(arguments.tiles, COLUMNS));
        let zero = code.splat(words, 0);
        let tiles = Size::Dynamic(arguments.tiles);
        let sum = code.for_loop(tiles, &[zero], |emit, tile, sums| {
            let code = Code(emit);
            let at = code.add(begin, code.times(tile, COLUMNS));
            let x = code.load(arguments.x, at, bytes);
            let x = code.op("arith.extsi").operand(x).result(words).value();
            vec![code.add(sums[0], x)]
        })[0];
        code.store_element(code.sum_of_lanes(sum), totals, row);
        vec![]
    });
    totals
}

struct Kernel<'a, 'n> {
    name: &'n str,
    isa: Isa,
    arguments: Arguments<'a>,
    totals: Value<'a, 'a>,
}

/// Vectors of weights and rows of activations, of which all products are computed.
struct Meeting<'a> {
    /// Where each vector begins in the weights.
    weights: Vec<Value<'a, 'a>>,
    /// The first row of x.
    row: Value<'a, 'a>,
    block: Block,
}

impl<'a> Kernel<'a, '_> {
    /// The vectors that a panel has.
    fn vectors_of_panel(&self) -> i64 {
        ROWS / self.isa.lanes()
    }

    /// All rows of x by whole panels of the weights, from one to before another one.
    fn panels(&self, code: &Code<'a, '_, '_>, begin: Value<'a, 'a>, end: Value<'a, 'a>) {
        let first = code.times(begin, self.vectors_of_panel());
        let vectors = code.sub(code.times(end, self.vectors_of_panel()), first);
        // One row goes through as many panels at once as memory likes.
        let is_many = code.compare_integers("uge", self.arguments.rows, code.index(2));
        for (block, wanted) in [(self.isa.prefill(), true), (self.isa.decode(), false)] {
            let chosen = match wanted {
                true => is_many,
                false => {
                    let r#true = code.int(code.integer(1), 1);
                    code.apply("arith.xori", &[is_many, r#true])
                }
            };
            code.when(chosen, &[], |emit| {
                let code = Code(emit);
                let width = block.vectors as i64;
                let strips = code.divided(vectors, width);
                code.for_loop(Size::Dynamic(strips), &[], |emit, strip, _| {
                    let code = Code(emit);
                    self.strip(&code, code.add(first, code.times(strip, width)), block);
                    vec![]
                });
                if width > 1 {
                    let done = code.times(strips, width);
                    let left = code.sub(vectors, done);
                    let done = code.add(first, done);
                    code.for_loop(Size::Dynamic(left), &[], |emit, index, _| {
                        let one = Block {
                            vectors: 1,
                            ..block
                        };
                        self.strip(&Code(emit), emit.add(done, index), one);
                        vec![]
                    });
                }
                vec![]
            });
        }
    }

    /// All rows of x by some vectors of weights.
    fn strip(&self, code: &Code<'a, '_, '_>, first: Value<'a, 'a>, block: Block) {
        let of_panel = self.vectors_of_panel();
        let lanes = self.isa.lanes();
        let panel_bytes = code.times(self.arguments.tiles, TILE_BYTES);
        let vectors: Vec<_> = (0..block.vectors as i64)
            .map(|index| code.add(first, code.index(index)))
            .collect();
        let weights: Vec<_> = vectors
            .iter()
            .map(|&vector| {
                let panel = code.mul(code.divided(vector, of_panel), panel_bytes);
                let within = code.times(code.remainder(vector, of_panel), 4 * lanes);
                code.add(panel, within)
            })
            .collect();
        let columns: Vec<_> = vectors
            .iter()
            .map(|&vector| code.times(vector, lanes))
            .collect();
        let meet = |code: &Code<'a, '_, '_>, row, rows| {
            let meeting = Meeting {
                weights: weights.clone(),
                row,
                block: Block { rows, ..block },
            };
            let sums = self.products(code, &meeting);
            self.add(code, &meeting, &sums, &columns);
        };
        // What whole blocks leave are blocks of half as many rows, and so on: each reads
        // the weights once.
        let mut done = code.index(0);
        let mut size = block.rows;
        loop {
            let left = code.sub(self.arguments.rows, done);
            let count = code.divided(left, size as i64);
            code.for_loop(Size::Dynamic(count), &[], |emit, index, _| {
                let code = Code(emit);
                meet(&code, code.add(done, code.times(index, size as i64)), size);
                vec![]
            });
            if size == 1 {
                break;
            }
            done = code.add(done, code.times(count, size as i64));
            size /= 2;
        }
    }

    /// The sums of a meeting over all tiles: those of each row in turn.
    fn products(&self, code: &Code<'a, '_, '_>, meeting: &Meeting<'a>) -> Vec<Value<'a, 'a>> {
        let count = meeting.block.vectors * meeting.block.rows;
        let words = code.vector(self.isa.lanes(), 32);
        let zeros = vec![code.splat(words, 0); count];
        let tiles = self.arguments.tiles;
        match self.isa.dot() {
            Dot::Quads { intrinsic } => {
                code.for_loop(Size::Dynamic(tiles), &zeros, |emit, tile, sums| {
                    let code = Code(emit);
                    let quads = |code: &Code<'a, '_, '_>, sum, weights, x| {
                        code.intrinsic(intrinsic, &[sum, weights, x], words)
                    };
                    self.tile(&code, meeting, tile, sums, quads)
                })
            }
            Dot::Pairs { intrinsics } => {
                let runs = code.ceil_div(Size::Dynamic(tiles), TILES_OF_A_PAIR);
                code.for_loop(runs, &zeros, |emit, run, sums| {
                    let code = Code(emit);
                    let begin = code.times(run, TILES_OF_A_PAIR);
                    let left = code.sub(tiles, begin);
                    let length = code.apply("arith.minui", &[left, code.index(TILES_OF_A_PAIR)]);
                    let halves = code.vector(2 * self.isa.lanes(), 16);
                    let zeros = vec![code.splat(halves, 0); count];
                    let pairs =
                        code.for_loop(Size::Dynamic(length), &zeros, |emit, index, pairs| {
                            let code = Code(emit);
                            let tile = code.add(begin, index);
                            let add = |code: &Code<'a, '_, '_>, sum, weights, x| {
                                let products = pairs_of_bytes(code, intrinsics, weights, x, halves);
                                code.add(sum, products)
                            };
                            self.tile(&code, meeting, tile, pairs, add)
                        });
                    sums.iter()
                        .zip(pairs)
                        .map(|(&sum, pairs)| {
                            let pairs = pairs_of_halves(&code, intrinsics, pairs, words);
                            code.add(sum, pairs)
                        })
                        .collect()
                })
            }
        }
    }

    /// The sums with the products of a tile, each by `add` of a sum, of codes and of
    /// activations.
    fn tile(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        tile: Value<'a, 'a>,
        sums: &[Value<'a, 'a>],
        add: impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
    ) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let Arguments {
            x, weights, tiles, ..
        } = self.arguments;
        let offset = code.times(tile, TILE_BYTES);
        let bytes = code.vector(4 * lanes, 8);
        let codes: Vec<Vec<_>> = meeting
            .weights
            .iter()
            .map(|&begin| {
                let at = code.add(begin, offset);
                if meeting.block.rows == 1 {
                    self.prefetch(code, at);
                }
                self.codes(code, code.load(weights, at, bytes))
            })
            .collect();
        let mut sums = sums.to_vec();
        let width = code.times(tiles, COLUMNS);
        let column = code.times(tile, COLUMNS);
        for row in 0..meeting.block.rows {
            let index = code.add(meeting.row, code.index(row as i64));
            let begin = code.add(code.mul(index, width), column);
            for place in 0..PLACES {
                let at = code.add(begin, code.index(4 * place));
                let activations = code.broadcast_word(x, at, lanes);
                for (vector, codes) in codes.iter().enumerate() {
                    let sum = &mut sums[row * meeting.block.vectors + vector];
                    *sum = add(code, *sum, codes[place as usize], activations);
                }
            }
        }
        sums
    }

    /// Asks for weights ahead, of which the last ones are the end.
    fn prefetch(&self, code: &Code<'a, '_, '_>, at: Value<'a, 'a>) {
        let row_bytes = code.times(self.arguments.tiles, TILE_BYTES / ROWS);
        let all = code.mul(self.arguments.outputs, row_bytes);
        let last = code.sub(all, code.index(1));
        let ahead = code.add(at, code.index(AHEAD));
        let ahead = code.apply("arith.minui", &[ahead, last]);
        code.prefetch(self.arguments.weights, ahead);
    }

    /// The codes in each place of the bytes of a vector.
    fn codes(&self, code: &Code<'a, '_, '_>, bytes: Value<'a, 'a>) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let [of_bytes, of_halves] = [code.vector(4 * lanes, 8), code.vector(2 * lanes, 16)];
        let mask = code.splat(of_bytes, 3);
        // There is no shift of bytes; what comes in from the next one is masked.
        let halves = code.bitcast(bytes, of_halves);
        (0..PLACES)
            .map(|place| {
                let shifted = match place {
                    0 => bytes,
                    _ => {
                        let bits = code.splat(of_halves, 2 * place);
                        let shifted = code.apply("arith.shrui", &[halves, bits]);
                        code.bitcast(shifted, of_bytes)
                    }
                };
                code.apply("arith.andi", &[shifted, mask])
            })
            .collect()
    }

    /// Adds the sums of a meeting, less those of the rows of x, to what is in memory.
    fn add(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        sums: &[Value<'a, 'a>],
        columns: &[Value<'a, 'a>],
    ) {
        let words = code.vector(self.isa.lanes(), 32);
        for row in 0..meeting.block.rows {
            let index = code.add(meeting.row, code.index(row as i64));
            let total = code.element(self.totals, &[index]);
            let total = code.broadcast(total, words);
            let begin = code.mul(index, self.arguments.outputs);
            for (vector, &column) in columns.iter().enumerate() {
                let sum = sums[row * meeting.block.vectors + vector];
                let at = code.add(begin, column);
                let before = code.load(self.arguments.sums, at, words);
                let sum = code.add(before, code.sub(sum, total));
                code.store(sum, self.arguments.sums, at);
            }
        }
    }

    /// The last panel, where it has fewer rows than others: by a call with a whole
    /// one, whose sums are then added one by one.
    fn ragged(&self, code: &Code<'a, '_, '_>, whole: Value<'a, 'a>) {
        let arguments = self.arguments;
        let rows = code.remainder(arguments.outputs, ROWS);
        let bytes = code.times(arguments.tiles, TILE_BYTES);
        let panel = code.allocate(bytes, 8);
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
        let sums = code.allocate(count, 32);
        code.for_loop(Size::Dynamic(count), &[], |emit, index, _| {
            let code = Code(emit);
            code.store_element(code.int(code.integer(32), 0), sums, index);
            vec![]
        });
        // There are 16 rows in this call.
        let panel_arguments = Arguments {
            weights: panel,
            sums,
            outputs: code.index(ROWS),
            panels: [code.index(0), code.index(1)],
            ..arguments
        };
        panel_arguments.call(code, self.name);
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
    }
}

/// Products of unsigned by signed bytes, two of which make a sum of 16 bits.
fn pairs_of_bytes<'a>(
    code: &Code<'a, '_, '_>,
    intrinsics: Option<[&'static str; 2]>,
    unsigned: Value<'a, 'a>,
    signed: Value<'a, 'a>,
    halves: Type<'a>,
) -> Value<'a, 'a> {
    if let Some([of_bytes, _]) = intrinsics {
        return code.intrinsic(of_bytes, &[unsigned, signed], halves);
    }
    let eight = code.splat(halves, 8);
    let [unsigned, signed] = [unsigned, signed].map(|bytes| code.bitcast(bytes, halves));
    let low = code.apply("arith.andi", &[unsigned, code.splat(halves, 255)]);
    let high = code.apply("arith.shrui", &[unsigned, eight]);
    let signed_low = code.apply("arith.shli", &[signed, eight]);
    let signed_low = code.apply("arith.shrsi", &[signed_low, eight]);
    let signed_high = code.apply("arith.shrsi", &[signed, eight]);
    code.add(code.mul(low, signed_low), code.mul(high, signed_high))
}

/// Sums of two neighbours of 16 bits.
fn pairs_of_halves<'a>(
    code: &Code<'a, '_, '_>,
    intrinsics: Option<[&'static str; 2]>,
    halves: Value<'a, 'a>,
    words: Type<'a>,
) -> Value<'a, 'a> {
    if let Some([_, of_halves]) = intrinsics {
        let ones = code.splat(halves.r#type(), 1);
        return code.intrinsic(of_halves, &[halves, ones], words);
    }
    let sixteen = code.splat(words, 16);
    let pairs = code.bitcast(halves, words);
    let low = code.apply("arith.shli", &[pairs, sixteen]);
    let low = code.apply("arith.shrsi", &[low, sixteen]);
    code.add(low, code.apply("arith.shrsi", &[pairs, sixteen]))
}
