//! The kernel of ternary weights in tiles and float activations.
//!
//! Lanes are rows of the weights, as in the kernel of integers. What the trits of a column,
//! or of two, can make of activations is put into tables, once for some rows and columns,
//! and then all rows of weights look up there what they add: see [`lookup`](super::lookup).
//! All of it is f32.

use super::{
    call::{Arguments, Form},
    code::Code,
    isa::{Block, Isa},
    lookup::Lookup,
    ragged,
    scales::Scales,
    strip::{Strip, blocks_of_rows, strips},
    tile::{COLUMNS, TILE_BYTES},
};
use fidelity_passes::emit::{Emit, Size};
use melior::ir::{Type, Value};

/// The bytes of tables that are kept at once: they stay in the second cache, where a few
/// rows of weights after the other read them.
const TABLE_BYTES: i64 = 128 << 10;

/// Builds the body of the kernel of that name.
pub fn build<'a>(
    emit: &Emit<'a, '_>,
    name: &str,
    isa: Isa,
    form: Form<'a>,
    arguments: Arguments<'a>,
) {
    let code = Code(emit);
    let panels = ragged::whole_panels(&code, &arguments);
    let lookup = Lookup::of(isa);
    let block = isa.floats();
    let scales = Scales::new(
        &code,
        form.groups,
        &arguments,
        [block.vectors as i64, isa.lanes()],
    );
    let of_tile = lookup.steps() * lookup.entries();
    let kernel = Kernel {
        isa,
        lookup,
        arguments,
        width: code.times(arguments.tiles, COLUMNS),
        tables: code.allocate(code.index(TABLE_BYTES / 4), code.f32()),
        of_tile,
        run: form
            .groups
            .map(|groups| run_of(groups.tiles, TABLE_BYTES / 4 / of_tile / block.rows as i64)),
        scales,
    };
    blocks_of_rows(&code, arguments.rows, block.rows, |code, row, rows| {
        kernel.rows(code, panels, row, Block { rows, ..block });
    });
    code.free(kernel.tables);
    if let Some(scales) = &kernel.scales {
        scales.free(&code);
    }
    ragged::add(&code, name, form, arguments);
}

/// As many tiles of a group as divide it, and at most so many.
fn run_of(group: i64, most: i64) -> i64 {
    (1..=most.min(group))
        .rev()
        .find(|run| group % run == 0)
        .unwrap_or(1)
}

struct Kernel<'a> {
    isa: Isa,
    lookup: Lookup,
    arguments: Arguments<'a>,
    /// From one row of x to the next.
    width: Value<'a, 'a>,
    /// f32, for each of some rows of x the tables of some tiles.
    tables: Value<'a, 'a>,
    /// The numbers in the tables of a row of a tile.
    of_tile: i64,
    /// With groups, as many tiles of one as are added up before they are scaled.
    run: Option<i64>,
    scales: Option<Scales<'a>>,
}

/// Rows of activations and tiles whose tables are there.
#[derive(Clone, Copy)]
struct Part<'a> {
    row: Value<'a, 'a>,
    /// The first tile, and how many there are.
    tiles: [Value<'a, 'a>; 2],
    /// From the tables of a row to those of the next one.
    stride: i64,
    block: Block,
}

impl<'a> Kernel<'a> {
    /// Some rows of x by whole panels of the weights: all panels by as many tiles as there
    /// can be tables of.
    fn rows(
        &self,
        code: &Code<'a, '_, '_>,
        panels: [Value<'a, 'a>; 2],
        row: Value<'a, 'a>,
        block: Block,
    ) {
        let most = TABLE_BYTES / 4 / self.of_tile / block.rows as i64;
        // Whole runs.
        let most = self.run.map_or(most, |run| most / run * run);
        let all = self.arguments.tiles;
        let parts = code.ceil_div(Size::Dynamic(all), most);
        code.for_loop(parts, &[], |emit, part, _| {
            let code = Code(emit);
            let begin = code.times(part, most);
            let left = code.sub(all, begin);
            let count = code.apply("arith.minui", &[left, code.index(most)]);
            let part = Part {
                row,
                tiles: [begin, count],
                stride: most * self.of_tile,
                block,
            };
            self.write_tables(&code, part);
            strips(
                &code,
                self.isa,
                &self.arguments,
                panels,
                block.vectors,
                |code, strip| {
                    self.strip(code, &strip, part);
                },
            );
            vec![]
        });
    }

    fn write_tables(&self, code: &Code<'a, '_, '_>, part: Part<'a>) {
        let [begin, count] = part.tiles;
        code.for_loop(
            Size::Static(part.block.rows as i64),
            &[],
            |emit, index, _| {
                let code = Code(emit);
                let row = code.mul(code.add(part.row, index), self.width);
                let to = code.times(index, part.stride);
                code.for_loop(Size::Dynamic(count), &[], |emit, tile, _| {
                    let code = Code(emit);
                    let column = code.times(code.add(begin, tile), COLUMNS);
                    let to = code.add(to, code.times(tile, self.of_tile));
                    let x = [self.arguments.x, code.add(row, column)];
                    self.lookup.write(&code, x, [self.tables, to]);
                    vec![]
                });
                vec![]
            },
        );
    }

    /// Adds what a strip makes of a part to the sums in memory.
    fn strip(&self, code: &Code<'a, '_, '_>, strip: &Strip<'a>, part: Part<'a>) {
        let floats = self.floats(code);
        let Arguments { sums, outputs, .. } = self.arguments;
        let places: Vec<_> = (0..part.block.rows as i64)
            .flat_map(|row| {
                let row = code.mul(code.add(part.row, code.index(row)), outputs);
                let of_row = strip
                    .columns
                    .iter()
                    .map(move |&column| code.add(row, column));
                of_row.collect::<Vec<_>>()
            })
            .collect();
        let before: Vec<_> = (places.iter())
            .map(|&at| code.load(sums, at, floats))
            .collect();
        let [first, count] = part.tiles;
        let after = match (&self.scales, self.run) {
            (Some(scales), Some(run)) => {
                scales.transpose(code, &strip.columns);
                let runs = code.divided(count, run);
                code.for_loop(Size::Dynamic(runs), &before, |emit, index, sums| {
                    let code = Code(emit);
                    let begin = code.times(index, run);
                    let zeros = vec![code.float_splat(floats, 0.0); sums.len()];
                    let tiles = Size::Static(run);
                    let of_run = self.tiles(&code, strip, part, begin, tiles, &zeros);
                    let group = code.divided(code.add(first, begin), scales.tiles());
                    let of_vector: Vec<_> = (0..strip.columns.len())
                        .map(|vector| scales.of_group(&code, vector, group))
                        .collect();
                    (sums.iter().zip(of_run))
                        .enumerate()
                        .map(|(index, (&sum, of_run))| {
                            let scale = of_vector[index % of_vector.len()];
                            code.multiply_add(scale, of_run, sum)
                        })
                        .collect()
                })
            }
            _ => self.tiles(
                code,
                strip,
                part,
                code.index(0),
                Size::Dynamic(count),
                &before,
            ),
        };
        for (at, sum) in places.into_iter().zip(after) {
            code.store(sum, sums, at);
        }
    }

    fn floats(&self, code: &Code<'a, '_, '_>) -> Type<'a> {
        code.vector_of(self.isa.lanes(), code.f32())
    }

    /// The sums with those of tiles from one of a part on, of each row in turn.
    fn tiles(
        &self,
        code: &Code<'a, '_, '_>,
        strip: &Strip<'a>,
        part: Part<'a>,
        begin: Value<'a, 'a>,
        count: Size<'a>,
        sums: &[Value<'a, 'a>],
    ) -> Vec<Value<'a, 'a>> {
        let lanes = self.isa.lanes();
        let floats = self.floats(code);
        code.for_loop(count, sums, |emit, index, sums| {
            let code = Code(emit);
            let tile = code.add(begin, index);
            let offset = code.times(code.add(part.tiles[0], tile), TILE_BYTES);
            let words: Vec<_> = (strip.weights.iter())
                .map(|&weights| {
                    let at = code.add(weights, offset);
                    let bytes = code.vector(4 * lanes, 8);
                    let bytes = code.load(self.arguments.weights, at, bytes);
                    code.bitcast(bytes, code.vector(lanes, 32))
                })
                .collect();
            let tables = code.times(tile, self.of_tile);
            let mut sums = sums.to_vec();
            for step in 0..self.lookup.steps() {
                let codes: Vec<_> = (words.iter())
                    .map(|&words| self.lookup.unpack(&code, words, step, lanes))
                    .collect();
                for row in 0..part.block.rows {
                    let place = row as i64 * part.stride + step * self.lookup.entries();
                    let at = code.add(tables, code.index(place));
                    let table = self.lookup.read(&code, self.tables, at, lanes);
                    for (vector, codes) in codes.iter().enumerate() {
                        let sum = &mut sums[row * words.len() + vector];
                        let term = self.lookup.term(&code, table, codes, floats);
                        *sum = code.apply("arith.addf", &[*sum, term]);
                    }
                }
            }
            sums
        })
    }
}
