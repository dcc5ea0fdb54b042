//! The kernel of ternary weights in tiles and i8 activations.
//!
//! A vector of weights is the columns of a tile of as many rows as it has lanes: in place i
//! of its bytes are columns 4i to 4i + 3 of each lane's row, which meet the same four
//! activations, broadcast. What is added up is `x · (t + 1)`; the sum of the row of
//! x is subtracted once at the end.

use super::{
    amx,
    call::{Arguments, ROWS},
    code::Code,
    isa::{Block, Dot, Isa},
    tile::{TILE_BYTES, Tile},
    unpack::{as_codes, in_place, pairs_of_bytes, pairs_of_halves, scales, sum_of_places},
};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::Value;

/// How many places of tiles a sum of 16 bits can take: one adds a pair of two products of
/// at most 2 · 128 to it, and 64 · 512 = 2¹⁵, which only -128 reaches, on the side where it
/// fits.
const PLACES_OF_A_PAIR: i64 = 64;
/// How many tiles the sum of a place can take: a tile adds 4 products of at most 128 by 128
/// to it, and 2¹⁴ · 4 · 2¹⁴ = 2³⁰. Those of odd scales may lose what is above.
const TILES_IN_PLACE: i64 = 1 << 14;

/// From how many rows of activations AMX is faster than vectors: unpacking takes it as long
/// for a row as for 16.
const ROWS_OF_AMX: i64 = 4;

/// Builds the body of the kernel of that name.
pub fn build<'a>(emit: &Emit<'a, '_>, name: &str, isa: Isa, tile: Tile, arguments: Arguments<'a>) {
    let code = Code(emit);
    // Allocated where the function begins, once for each call.
    let scratch = (isa == Isa::AmxInt8).then(|| amx::Scratch::new(&code, tile));
    let width = tile.width(&code, arguments.tiles, isa);
    let whole = code.divided(arguments.outputs, ROWS);
    let [first, last] = arguments.panels;
    let panels = [first, code.apply("arith.minui", &[last, whole])];
    let vectors = |code: &Code<'a, '_, '_>| {
        let totals = totals(code, &arguments, tile, width);
        let kernel = Kernel {
            isa,
            tile,
            arguments,
            width,
            totals,
        };
        kernel.panels(code, panels);
        code.free(totals);
    };
    match scratch {
        None => vectors(&code),
        Some(scratch) => {
            let is_many = code.compare_integers("uge", arguments.rows, code.index(ROWS_OF_AMX));
            let amx = code.when(is_many, &[code.int(code.integer(1), 0)], |emit| {
                vec![amx::is_permitted(&Code(emit))]
            })[0];
            let products = amx::Products {
                isa,
                tile,
                arguments,
                width,
                scratch,
            };
            code.either(amx, |code| products.add(code, panels), vectors);
        }
    }
    let is_last = code.compare_integers("ult", whole, last);
    code.when(is_last, &[], |emit| {
        ragged(&Code(emit), name, arguments, whole);
        vec![]
    });
}

/// Σ_k x[m, k] of each row.
fn totals<'a>(
    code: &Code<'a, '_, '_>,
    arguments: &Arguments<'a>,
    tile: Tile,
    width: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let totals = code.allocate(arguments.rows, 32);
    // Vectors that are a power of two long, which fill a tile's columns.
    let lanes = 1 << tile.columns.trailing_zeros();
    let parts = tile.columns / lanes;
    let bytes = code.vector(lanes, 8);
    let words = code.vector(lanes, 32);
    code.for_loop(Size::Dynamic(arguments.rows), &[], |emit, row, _| {
        let code = Code(emit);
        let begin = code.mul(row, width);
        let zeros = vec![code.splat(words, 0); parts as usize];
        let tiles = Size::Dynamic(arguments.tiles);
        let sums = code.for_loop(tiles, &zeros, |emit, number, sums| {
            let code = Code(emit);
            let begin = code.add(begin, code.times(number, tile.columns));
            let parts = (0..).zip(sums).map(|(part, &sum)| {
                let at = code.add(begin, code.index(part * lanes));
                let x = code.load(arguments.x, at, bytes);
                code.add(sum, code.op("arith.extsi").operand(x).result(words).value())
            });
            parts.collect()
        });
        let sum = sums.into_iter().reduce(|all, sum| code.add(all, sum));
        if let Some(sum) = sum {
            code.store_element(code.sum_of_lanes(sum), totals, row);
        }
        vec![]
    });
    totals
}

/// What becomes of the codes of a byte.
#[derive(Clone, Copy)]
enum Unpacked {
    /// Bytes of their own.
    AsCodes,
    /// They stay where they are, without the others, or are as large as that.
    InPlace,
}

struct Kernel<'a> {
    isa: Isa,
    tile: Tile,
    arguments: Arguments<'a>,
    /// From one row of x to the next.
    width: Value<'a, 'a>,
    /// The sum of each row of x.
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

impl<'a> Kernel<'a> {
    /// The vectors that a panel has.
    fn vectors_of_panel(&self) -> i64 {
        ROWS / self.isa.lanes()
    }

    /// All rows of x by whole panels of the weights, from one to before another one.
    fn panels(&self, code: &Code<'a, '_, '_>, panels: [Value<'a, 'a>; 2]) {
        let is_many = code.compare_integers("uge", self.arguments.rows, code.index(2));
        code.either(
            is_many,
            |code| self.strips(code, panels, self.isa.prefill()),
            |code| self.strips(code, panels, self.isa.decode()),
        );
    }

    /// The same, by as many vectors at once as a block says.
    fn strips(&self, code: &Code<'a, '_, '_>, panels: [Value<'a, 'a>; 2], block: Block) {
        let of_panel = self.vectors_of_panel();
        let [first, end] = panels.map(|panel| code.times(panel, of_panel));
        let vectors = code.sub(end, first);
        let width = block.vectors as i64;
        let strips = code.divided(vectors, width);
        code.for_loop(Size::Dynamic(strips), &[], |emit, strip, _| {
            let code = Code(emit);
            self.strip(&code, code.add(first, code.times(strip, width)), block);
            vec![]
        });
        if of_panel % width == 0 {
            return;
        }
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
        let lanes = self.isa.lanes();
        let words = code.vector(lanes, 32);
        match self.isa.dot() {
            Dot::Quads {
                intrinsic,
                unsigned,
            } => {
                let add = |code: &Code<'a, '_, '_>, sum, weights, x| {
                    code.intrinsic(intrinsic, &[sum, weights, x], words)
                };
                // What is unpacked for one row is used once, and the fewest instructions
                // unpack it where it stays in its place; then each place has a sum.
                if unsigned && meeting.block.rows == 1 {
                    let unpacked = Unpacked::InPlace;
                    let scales = scales(self.tile, self.isa);
                    let add_up = |code: &Code<'a, '_, '_>, sums: &[Value<'a, 'a>]| {
                        sums.chunks(scales.len())
                            .map(|sums| sum_of_places(code, sums, &scales, words))
                            .collect()
                    };
                    return self.in_runs(code, meeting, TILES_IN_PLACE, unpacked, add, add_up);
                }
                let zeros = vec![code.splat(words, 0); meeting.block.vectors * meeting.block.rows];
                let tiles = Size::Dynamic(self.arguments.tiles);
                code.for_loop(tiles, &zeros, |emit, tile, sums| {
                    self.tile(&Code(emit), meeting, tile, sums, Unpacked::AsCodes, add)
                })
            }
            Dot::Pairs { intrinsics } => {
                let halves = code.vector(2 * lanes, 16);
                let add = |code: &Code<'a, '_, '_>, sum, weights, x| {
                    code.add(sum, pairs_of_bytes(code, intrinsics, weights, x, halves))
                };
                let add_up = |code: &Code<'a, '_, '_>, sums: &[Value<'a, 'a>]| {
                    sums.iter()
                        .map(|&sums| pairs_of_halves(code, intrinsics, sums, words))
                        .collect()
                };
                let unpacked = Unpacked::AsCodes;
                let length = PLACES_OF_A_PAIR / self.tile.places;
                self.in_runs(code, meeting, length, unpacked, add, add_up)
            }
        }
    }

    /// The sums of a meeting over runs of tiles, as many as the sums of `add` can take,
    /// of which `add_up` makes those of 32 bits.
    fn in_runs(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        length: i64,
        unpacked: Unpacked,
        add: impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
        add_up: impl Fn(&Code<'a, '_, '_>, &[Value<'a, 'a>]) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let count = meeting.block.vectors * meeting.block.rows;
        let tiles = self.arguments.tiles;
        let zeros = vec![code.splat(code.vector(lanes, 32), 0); count];
        let runs = code.ceil_div(Size::Dynamic(tiles), length);
        code.for_loop(runs, &zeros, |emit, run, sums| {
            let code = Code(emit);
            let begin = code.times(run, length);
            let left = code.sub(tiles, begin);
            let length = code.apply("arith.minui", &[left, code.index(length)]);
            let zeros = match unpacked {
                Unpacked::AsCodes => vec![code.splat(code.vector(2 * lanes, 16), 0); count],
                Unpacked::InPlace => {
                    vec![code.splat(code.vector(lanes, 32), 0); self.tile.places as usize * count]
                }
            };
            let of_run = code.for_loop(Size::Dynamic(length), &zeros, |emit, index, sums| {
                let code = Code(emit);
                let tile = code.add(begin, index);
                self.tile(&code, meeting, tile, sums, unpacked, &add)
            });
            sums.iter()
                .zip(add_up(&code, &of_run))
                .map(|(&sum, of_run)| code.add(sum, of_run))
                .collect()
        })
    }

    /// The sums with the products of a tile, each by `add` of a sum, of unpacked weights
    /// and of activations.
    fn tile(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        tile: Value<'a, 'a>,
        sums: &[Value<'a, 'a>],
        unpacked: Unpacked,
        add: impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
    ) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let Arguments { x, weights, .. } = self.arguments;
        let offset = code.times(tile, TILE_BYTES);
        if let Some(ahead) = self.isa.prefetch().filter(|_| meeting.block.rows == 1) {
            let ahead = code.add(offset, code.index(ahead));
            for &begin in &meeting.weights {
                code.prefetch(weights, code.add(begin, ahead));
            }
        }
        let bytes = code.vector(4 * lanes, 8);
        let codes: Vec<Vec<_>> = meeting
            .weights
            .iter()
            .map(|&begin| {
                let bytes = code.load(weights, code.add(begin, offset), bytes);
                match unpacked {
                    Unpacked::AsCodes => as_codes(code, bytes, lanes, self.tile, self.isa),
                    Unpacked::InPlace => in_place(code, bytes, self.tile, self.isa),
                }
            })
            .collect();
        let mut sums = sums.to_vec();
        let Tile {
            places, columns, ..
        } = self.tile;
        let column = code.times(tile, columns);
        for row in 0..meeting.block.rows {
            let index = code.add(meeting.row, code.index(row as i64));
            let begin = code.add(code.mul(index, self.width), column);
            for place in 0..places {
                let at = code.add(begin, code.index(4 * place));
                let activations = code.broadcast_word(x, at, lanes);
                for (vector, codes) in codes.iter().enumerate() {
                    let index = row * meeting.block.vectors + vector;
                    let sum = match unpacked {
                        Unpacked::AsCodes => &mut sums[index],
                        Unpacked::InPlace => &mut sums[(places * index as i64 + place) as usize],
                    };
                    *sum = add(code, *sum, codes[place as usize], activations);
                }
            }
        }
        sums
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
}

/// The last panel, where it has fewer rows than others: by a call with a whole
/// one, whose sums are then added one by one.
fn ragged<'a>(code: &Code<'a, '_, '_>, name: &str, arguments: Arguments<'a>, whole: Value<'a, 'a>) {
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
}
