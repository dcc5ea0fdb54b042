//! The kernel of ternary weights in tiles and i8 activations.
//!
//! A vector of weights is the columns of a tile of as many rows as it has lanes: in place i
//! of its bytes are columns 4i to 4i + 3 of each lane's row, which meet the same four
//! activations, broadcast. What is added up is `x · (t + 1)`; the sum of the row of
//! x is subtracted once at the end, or with groups once for each of them: its sum is
//! then converted to f32, scaled, and added to sums of f32.

use super::{
    amx,
    call::{Arguments, Form},
    code::Code,
    isa::{Block, Dot, Isa},
    ragged,
    scales::Scales,
    strip::{Strip, blocks_of_rows, strips},
    tile::{TILE_BYTES, Tile},
    unpack::{as_codes, in_place, pairs_of_bytes, pairs_of_halves, scales, sum_of_places},
};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Value, ValueLike};

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
pub fn build<'a>(
    emit: &Emit<'a, '_>,
    name: &str,
    isa: Isa,
    form: Form<'a>,
    arguments: Arguments<'a>,
) {
    let code = Code(emit);
    let tile = form.tile;
    // Allocated where the function begins, once for each call.
    let has_amx = isa == Isa::AmxInt8 && form.groups.is_none();
    let scratch = has_amx.then(|| amx::Scratch::new(&code, tile));
    let width = tile.width(&code, arguments.tiles, isa.columns_of(form));
    let panels = ragged::whole_panels(&code, &arguments);
    let vectors = |code: &Code<'a, '_, '_>| {
        let vectors = isa.decode().vectors.max(isa.prefill().vectors) as i64;
        let scales = Scales::new(code, form.groups, &arguments, [vectors, isa.lanes()]);
        let totals = match &scales {
            None => totals(
                code,
                &arguments,
                tile,
                width,
                [code.index(1), arguments.tiles],
            ),
            Some(scales) => {
                let tiles = code.index(scales.tiles());
                totals(code, &arguments, tile, width, [scales.count, tiles])
            }
        };
        let kernel = Kernel {
            isa,
            tile,
            arguments,
            width,
            totals,
            scales,
        };
        kernel.panels(code, panels);
        code.free(totals);
        if let Some(scales) = kernel.scales {
            scales.free(code);
        }
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
    ragged::add(&code, name, form, arguments);
}

/// Σ_k x[m, k] of each row, or of each of some groups of tiles in it.
fn totals<'a>(
    code: &Code<'a, '_, '_>,
    arguments: &Arguments<'a>,
    tile: Tile,
    width: Value<'a, 'a>,
    [groups, tiles]: [Value<'a, 'a>; 2],
) -> Value<'a, 'a> {
    let totals = code.allocate(code.mul(arguments.rows, groups), code.integer(32));
    // Vectors that are a power of two long, which fill a tile's columns.
    let lanes = 1 << tile.columns.trailing_zeros();
    let parts = tile.columns / lanes;
    let bytes = code.vector(lanes, 8);
    let words = code.vector(lanes, 32);
    code.for_loop(Size::Dynamic(arguments.rows), &[], |emit, row, _| {
        let code = Code(emit);
        let row_begin = code.mul(row, width);
        code.for_loop(Size::Dynamic(groups), &[], |emit, group, _| {
            let code = Code(emit);
            let begin = code.times(code.mul(group, tiles), tile.columns);
            let begin = code.add(row_begin, begin);
            let zeros = vec![code.splat(words, 0); parts as usize];
            let sums = code.for_loop(Size::Dynamic(tiles), &zeros, |emit, number, sums| {
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
                let at = code.add(code.mul(row, groups), group);
                code.store_element(code.sum_of_lanes(sum), totals, at);
            }
            vec![]
        });
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
    /// The sum of each row of x, or of each group in it.
    totals: Value<'a, 'a>,
    /// Those of groups, if there are any.
    scales: Option<Scales<'a>>,
}

/// Tiles of a row, from one on.
#[derive(Clone, Copy)]
struct Tiles<'a> {
    begin: Value<'a, 'a>,
    count: Size<'a>,
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
        let vectors = block.vectors;
        strips(
            code,
            self.isa,
            &self.arguments,
            panels,
            vectors,
            |code, strip| {
                self.strip(code, strip, block);
            },
        );
    }

    /// All rows of x by some vectors of weights.
    fn strip(&self, code: &Code<'a, '_, '_>, strip: Strip<'a>, block: Block) {
        let Strip { weights, columns } = strip;
        let block = Block {
            vectors: weights.len(),
            ..block
        };
        if let Some(scales) = &self.scales {
            scales.transpose(code, &columns);
        }
        let meet = |code: &Code<'a, '_, '_>, row, rows| {
            let meeting = Meeting {
                weights: weights.clone(),
                row,
                block: Block { rows, ..block },
            };
            let sums = match &self.scales {
                None => {
                    let tiles = Tiles {
                        begin: code.index(0),
                        count: Size::Dynamic(self.arguments.tiles),
                    };
                    let sums = self.products(code, &meeting, tiles);
                    self.less_totals(code, &meeting, sums, |row| row)
                }
                Some(scales) => self.scaled(code, &meeting, scales),
            };
            self.add(code, &meeting, &sums, &columns);
        };
        blocks_of_rows(code, self.arguments.rows, block.rows, meet);
    }

    /// The sums of a meeting over all groups, each under its scale, in f32.
    fn scaled(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        scales: &Scales<'a>,
    ) -> Vec<Value<'a, 'a>> {
        let floats = code.vector_of(self.isa.lanes(), code.f32());
        let Block { vectors, rows } = meeting.block;
        let zeros = vec![code.float_splat(floats, 0.0); vectors * rows];
        code.for_loop(Size::Dynamic(scales.count), &zeros, |emit, group, sums| {
            let code = Code(emit);
            let tiles = Tiles {
                begin: code.times(group, scales.tiles()),
                count: Size::Static(scales.tiles()),
            };
            let of_group = self.products(&code, meeting, tiles);
            let of_group = self.less_totals(&code, meeting, of_group, |row| {
                code.add(code.mul(row, scales.count), group)
            });
            let scales: Vec<_> = (0..vectors)
                .map(|vector| scales.of_group(&code, vector, group))
                .collect();
            let scaled = |(index, (&sum, of_group))| {
                let of_group = code.op("arith.sitofp").operand(of_group);
                let of_group = of_group.result(floats).value();
                code.multiply_add(scales[index % vectors], of_group, sum)
            };
            let pairs = sums.iter().zip(of_group);
            pairs.enumerate().map(scaled).collect()
        })
    }

    /// Sums of products less those of x, each of which is where `place` has it of its row.
    fn less_totals(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        sums: Vec<Value<'a, 'a>>,
        place: impl Fn(Value<'a, 'a>) -> Value<'a, 'a>,
    ) -> Vec<Value<'a, 'a>> {
        let words = code.vector(self.isa.lanes(), 32);
        let of_row = |(row, sums): (usize, &[Value<'a, 'a>])| {
            let row = code.add(meeting.row, code.index(row as i64));
            let total = code.element(self.totals, &[place(row)]);
            let total = code.broadcast(total, words);
            let less = sums.iter().map(|&sum| code.sub(sum, total));
            less.collect::<Vec<_>>()
        };
        let rows = sums.chunks(meeting.block.vectors).enumerate();
        rows.flat_map(of_row).collect()
    }

    /// The sums of a meeting over some tiles: those of each row in turn.
    fn products(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        tiles: Tiles<'a>,
    ) -> Vec<Value<'a, 'a>> {
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
                    let most = TILES_IN_PLACE;
                    return self.in_runs(code, meeting, tiles, most, unpacked, add, add_up);
                }
                let zeros = vec![code.splat(words, 0); meeting.block.vectors * meeting.block.rows];
                self.run(code, meeting, tiles, &zeros, Unpacked::AsCodes, &add)
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
                let most = PLACES_OF_A_PAIR / self.tile.places;
                self.in_runs(code, meeting, tiles, most, unpacked, add, add_up)
            }
        }
    }

    /// The sums of a meeting over tiles one after the other, by `add`.
    fn run(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        tiles: Tiles<'a>,
        zeros: &[Value<'a, 'a>],
        unpacked: Unpacked,
        add: &impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
    ) -> Vec<Value<'a, 'a>> {
        code.for_loop(tiles.count, zeros, |emit, index, sums| {
            let code = Code(emit);
            let tile = code.add(tiles.begin, index);
            self.tile(&code, meeting, tile, sums, unpacked, add)
        })
    }

    /// The sums of a meeting over runs of tiles, at most as many as the sums of `add` can
    /// take, of which `add_up` makes those of 32 bits.
    #[expect(clippy::too_many_arguments, reason = "two of them are how to add")]
    fn in_runs(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        tiles: Tiles<'a>,
        most: i64,
        unpacked: Unpacked,
        add: impl Fn(&Code<'a, '_, '_>, Value<'a, 'a>, Value<'a, 'a>, Value<'a, 'a>) -> Value<'a, 'a>,
        add_up: impl Fn(&Code<'a, '_, '_>, &[Value<'a, 'a>]) -> Vec<Value<'a, 'a>>,
    ) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let count = meeting.block.vectors * meeting.block.rows;
        let of_run = |code: &Code<'a, '_, '_>, tiles| {
            let zeros = match unpacked {
                Unpacked::AsCodes => vec![code.splat(code.vector(2 * lanes, 16), 0); count],
                Unpacked::InPlace => {
                    vec![code.splat(code.vector(lanes, 32), 0); self.tile.places as usize * count]
                }
            };
            add_up(
                code,
                &self.run(code, meeting, tiles, &zeros, unpacked, &add),
            )
        };
        if matches!(tiles.count, Size::Static(count) if count <= most) {
            return of_run(code, tiles);
        }
        let zeros = vec![code.splat(code.vector(lanes, 32), 0); count];
        let runs = code.ceil_div(tiles.count, most);
        code.for_loop(runs, &zeros, |emit, run, sums| {
            let code = Code(emit);
            let first = code.times(run, most);
            let left = code.sub(code.size_value(tiles.count), first);
            let count = code.apply("arith.minui", &[left, code.index(most)]);
            let tiles = Tiles {
                begin: code.add(tiles.begin, first),
                count: Size::Dynamic(count),
            };
            sums.iter()
                .zip(of_run(&code, tiles))
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

    /// Adds the sums of a meeting to what is in memory.
    fn add(
        &self,
        code: &Code<'a, '_, '_>,
        meeting: &Meeting<'a>,
        sums: &[Value<'a, 'a>],
        columns: &[Value<'a, 'a>],
    ) {
        for row in 0..meeting.block.rows {
            let index = code.add(meeting.row, code.index(row as i64));
            let begin = code.mul(index, self.arguments.outputs);
            for (vector, &column) in columns.iter().enumerate() {
                let sum = sums[row * meeting.block.vectors + vector];
                let at = code.add(begin, column);
                let before = code.load(self.arguments.sums, at, sum.r#type());
                let add = match self.scales {
                    None => "arith.addi",
                    Some(_) => "arith.addf",
                };
                let sum = code.apply(add, &[before, sum]);
                code.store(sum, self.arguments.sums, at);
            }
        }
    }
}
