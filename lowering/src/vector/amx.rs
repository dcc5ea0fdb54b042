//! Products of several rows on AMX, whose registers are tiles: up to 16 rows of 64
//! bytes.
//!
//! A register of activations is 64 columns of up to 16 rows of x, as they lie in memory.
//! One of weights is the same columns of a panel, and unpacked they lie as it wants them:
//! four columns of each of 16 rows are 64 bytes, which here is a quad. Two by two registers meet in four sums,
//! so that each is loaded for two products.

use super::{
    call::{Arguments, ROWS},
    code::Code,
    isa::Isa,
    tile::{TILE_BYTES, Tile},
    unpack::as_codes,
};
use fidelity_passes::emit::Size;
use melior::ir::Value;

/// The columns of a register.
pub const REGISTER_COLUMNS: i64 = 64;
/// The bytes of a register.
const REGISTER_BYTES: i64 = 1024;
/// The bytes of a quad, and how many make a register.
const QUAD_BYTES: i64 = 64;
const QUADS_OF_REGISTER: i64 = REGISTER_BYTES / QUAD_BYTES;
/// How many tiles of each panel are unpacked at once: those of two panels, 16 KiB or 20,
/// stay in the first cache with as many columns of 32 rows of x. They fill registers.
const TILES_OF_BLOCK: i64 = 32;
/// The rows of x that meet weights at once, half of them in each of two registers.
const ROWS_OF_PAIR: i64 = 2 * ROWS;
/// How much of x meets all weights before more of it does: it stays in the second cache.
const X_BYTES: i64 = 768 << 10;

/// A row of sums: for the first and the second register of x, and in each for the first
/// and the second panel.
const SUMS: [[i64; 2]; 2] = [[0, 1], [2, 3]];
const X: [i64; 2] = [4, 5];
const WEIGHTS: [i64; 2] = [6, 7];
const REGISTERS: usize = 8;

/// Linux's system call that asks for features of processors, what it is asked, and the
/// number of what AMX keeps in registers. A process has to ask before it uses them.
const ARCH_PRCTL: i64 = 158;
const ARCH_REQ_XCOMP_PERM: i64 = 0x1023;
const XFEATURE_XTILEDATA: i64 = 18;

/// Whether the operating system lets the process use AMX.
pub fn is_permitted<'a>(code: &Code<'a, '_, '_>) -> Value<'a, 'a> {
    let long = code.integer(64);
    let operands = [ARCH_PRCTL, ARCH_REQ_XCOMP_PERM, XFEATURE_XTILEDATA];
    let operands = operands.map(|number| code.int(long, number));
    let refusal = code
        .op("llvm.inline_asm")
        .operands(&operands)
        .parsed("asm_string", r#""syscall""#)
        .parsed(
            "constraints",
            r#""={rax},{rax},{rdi},{rsi},~{rcx},~{r11},~{memory}""#,
        )
        .parsed("has_side_effects", "unit")
        .result(long)
        .value();
    code.compare_integers("eq", refusal, code.int(long, 0))
}

/// Memory of the kernel's own, which is there for as long as a call lasts.
#[derive(Clone, Copy)]
pub struct Scratch<'a> {
    /// Weights of two panels, unpacked.
    weights: Value<'a, 'a>,
    /// What registers there are.
    configuration: Value<'a, 'a>,
}

impl<'a> Scratch<'a> {
    pub fn new(code: &Code<'a, '_, '_>, tile: Tile) -> Self {
        Self {
            weights: code.allocate_on_stack(2 * block_bytes(tile)),
            configuration: code.allocate_on_stack(64),
        }
    }
}

/// The bytes of the tiles of a panel that are unpacked at once.
fn block_bytes(tile: Tile) -> i64 {
    TILES_OF_BLOCK * tile.places * QUAD_BYTES
}

/// What of x and of the panels of weights meets at once.
#[derive(Clone, Copy)]
struct Meeting<'a> {
    /// The first row of x.
    row: Value<'a, 'a>,
    /// How many times two registers of x, or one, follow each other.
    count: Value<'a, 'a>,
    /// The registers of x, 1 or 2.
    halves: usize,
}

/// The sums of all rows of x by some panels.
pub struct Products<'a> {
    pub isa: Isa,
    pub tile: Tile,
    pub arguments: Arguments<'a>,
    /// From one row of x to the next, whole registers.
    pub width: Value<'a, 'a>,
    pub scratch: Scratch<'a>,
}

impl<'a> Products<'a> {
    /// Adds the products with panels from one to before another one to the sums.
    pub fn add(&self, code: &Code<'a, '_, '_>, panels: [Value<'a, 'a>; 2]) {
        let rows = self.arguments.rows;
        // As many pairs as fit, and about as many in each block of them.
        let pairs = code.size_value(code.ceil_div(Size::Dynamic(rows), ROWS_OF_PAIR));
        let fit = code.apply(
            "arith.divui",
            &[
                code.index(X_BYTES / ROWS_OF_PAIR),
                self.at_least_one(code, self.width),
            ],
        );
        let fit = self.at_least_one(code, fit);
        let blocks = code.apply("arith.ceildivui", &[pairs, fit]);
        let pairs = code.apply("arith.ceildivui", &[pairs, self.at_least_one(code, blocks)]);
        let most = code.times(pairs, ROWS_OF_PAIR);
        code.for_loop(Size::Dynamic(blocks), &[], |emit, block, _| {
            let code = Code(emit);
            let first = code.mul(block, most);
            let left = code.sub(rows, first);
            let count = code.apply("arith.minui", &[left, most]);
            self.rows(&code, panels, first, count);
            vec![]
        });
        code.command("llvm.x86.tilerelease", &[]);
    }

    fn at_least_one(&self, code: &Code<'a, '_, '_>, size: Value<'a, 'a>) -> Value<'a, 'a> {
        code.apply("arith.maxui", &[size, code.index(1)])
    }

    /// The same for some rows of x: pairs of registers, and what they leave.
    fn rows(
        &self,
        code: &Code<'a, '_, '_>,
        panels: [Value<'a, 'a>; 2],
        first: Value<'a, 'a>,
        rows: Value<'a, 'a>,
    ) {
        let whole = code.index(ROWS);
        let meet = |code: &Code<'a, '_, '_>, row, count, halves, rows| {
            self.configure(code, rows);
            self.panels(code, panels, Meeting { row, count, halves });
        };
        let pairs = code.divided(rows, ROWS_OF_PAIR);
        let is_some = |value| code.compare_integers("ult", code.index(0), value);
        code.when(is_some(pairs), &[], |emit| {
            meet(&Code(emit), first, pairs, 2, [whole, whole]);
            vec![]
        });
        let left = code.remainder(rows, ROWS_OF_PAIR);
        let first = code.add(first, code.times(pairs, ROWS_OF_PAIR));
        let one = code.index(1);
        code.when(is_some(left), &[], |emit| {
            let code = Code(emit);
            let is_pair = code.compare_integers("ult", whole, left);
            code.either(
                is_pair,
                |code| meet(code, first, one, 2, [whole, code.sub(left, whole)]),
                |code| meet(code, first, one, 1, [left, left]),
            );
            vec![]
        });
    }

    /// Says how many rows the registers of either half of x have.
    fn configure(&self, code: &Code<'a, '_, '_>, rows: [Value<'a, 'a>; 2]) {
        const PALETTE: usize = 0;
        const ROW_BYTES: usize = 16;
        const ROW_COUNTS: usize = 48;
        let mut bytes = [0; 64];
        bytes[PALETTE] = 1;
        for register in 0..REGISTERS {
            bytes[ROW_BYTES + 2 * register] = REGISTER_COLUMNS;
            bytes[ROW_COUNTS + register] = ROWS;
        }
        let configuration = self.scratch.configuration;
        code.store(code.bytes(&bytes), configuration, code.index(0));
        for (half, rows) in rows.into_iter().enumerate() {
            let rows = code
                .op("arith.index_cast")
                .operand(rows)
                .result(code.integer(8))
                .value();
            for register in [SUMS[half][0], SUMS[half][1], X[half]] {
                let at = code.index(ROW_COUNTS as i64 + register);
                code.store_element(rows, configuration, at);
            }
        }
        let pointer = code.pointer(configuration, code.index(0), 1);
        code.command("llvm.x86.ldtilecfg", &[pointer]);
    }

    /// A meeting with each of the panels, two by two, or with the one that is left.
    fn panels(
        &self,
        code: &Code<'a, '_, '_>,
        [begin, end]: [Value<'a, 'a>; 2],
        meeting: Meeting<'a>,
    ) {
        let count = code.sub(end, begin);
        let pairs = code.divided(count, 2);
        code.for_loop(Size::Dynamic(pairs), &[], |emit, pair, _| {
            let code = Code(emit);
            self.strip(&code, code.add(begin, code.times(pair, 2)), 2, meeting);
            vec![]
        });
        let left = code.remainder(count, 2);
        code.for_loop(Size::Dynamic(left), &[], |emit, _, _| {
            let code = Code(emit);
            self.strip(&code, code.sub(end, code.index(1)), 1, meeting);
            vec![]
        });
    }

    /// A meeting with one panel or two, by as many tiles at a time as are unpacked.
    fn strip(
        &self,
        code: &Code<'a, '_, '_>,
        panel: Value<'a, 'a>,
        panels: usize,
        meeting: Meeting<'a>,
    ) {
        let tiles = self.arguments.tiles;
        let blocks = code.ceil_div(Size::Dynamic(tiles), TILES_OF_BLOCK);
        code.for_loop(blocks, &[], |emit, block, _| {
            let code = Code(emit);
            let begin = code.times(block, TILES_OF_BLOCK);
            let left = code.sub(tiles, begin);
            let count = code.apply("arith.minui", &[left, code.index(TILES_OF_BLOCK)]);
            for index in 0..panels as i64 {
                let panel = code.add(panel, code.index(index));
                let from = code.times(code.add(code.mul(panel, tiles), begin), TILE_BYTES);
                self.unpack(&code, from, count, index);
            }
            code.for_loop(Size::Dynamic(meeting.count), &[], |emit, index, _| {
                let code = Code(emit);
                let rows = code.times(index, ROWS * meeting.halves as i64);
                let row = code.add(meeting.row, rows);
                self.block(&code, [row, panel, begin, count], panels, meeting.halves);
                vec![]
            });
            vec![]
        });
    }

    /// Unpacks tiles of a panel to trits, and zeros up to a whole register.
    fn unpack(
        &self,
        code: &Code<'a, '_, '_>,
        from: Value<'a, 'a>,
        tiles: Value<'a, 'a>,
        panel: i64,
    ) {
        let bytes = code.vector(TILE_BYTES, 8);
        let to = code.index(panel * block_bytes(self.tile));
        let quad = |code: &Code<'a, '_, '_>, quad| code.add(code.times(quad, QUAD_BYTES), to);
        let weights = self.scratch.weights;
        let places = self.tile.places;
        code.for_loop(Size::Dynamic(tiles), &[], |emit, tile, _| {
            let code = Code(emit);
            let at = code.add(from, code.times(tile, TILE_BYTES));
            let packed = code.load(self.arguments.weights, at, bytes);
            let one = code.splat(bytes, 1);
            let codes = as_codes(&code, packed, ROWS, self.tile, self.isa);
            for (place, codes) in codes.into_iter().enumerate() {
                let number = code.add(code.times(tile, places), code.index(place as i64));
                code.store(code.sub(codes, one), weights, quad(&code, number));
            }
            vec![]
        });
        let quads = code.times(tiles, places);
        let registers = self.registers(code, tiles);
        let missing = code.sub(code.times(registers, QUADS_OF_REGISTER), quads);
        code.for_loop(Size::Dynamic(missing), &[], |emit, index, _| {
            let code = Code(emit);
            let at = quad(&code, code.add(quads, index));
            code.store(code.splat(bytes, 0), weights, at);
            vec![]
        });
    }

    /// The registers that so many tiles of a panel fill, the last one not always.
    fn registers(&self, code: &Code<'a, '_, '_>, tiles: Value<'a, 'a>) -> Value<'a, 'a> {
        let quads = Size::Dynamic(code.times(tiles, self.tile.places));
        code.size_value(code.ceil_div(quads, QUADS_OF_REGISTER))
    }

    /// Some registers of x by what is unpacked.
    fn block(
        &self,
        code: &Code<'a, '_, '_>,
        [row, panel, tile, tiles]: [Value<'a, 'a>; 4],
        panels: usize,
        halves: usize,
    ) {
        let Arguments {
            x, sums, outputs, ..
        } = self.arguments;
        let register = |number| code.int(code.integer(8), number);
        let stride = |bytes| {
            let op = code.op("arith.index_cast").operand(bytes);
            op.result(code.integer(64)).value()
        };
        let of_sums = stride(code.times(outputs, 4));
        let sums: Vec<_> = (0..halves)
            .flat_map(|half| (0..panels).map(move |panel| (half, panel)))
            .map(|(half, index)| {
                let row = code.add(row, code.index(ROWS * half as i64));
                let column = code.times(code.add(panel, code.index(index as i64)), ROWS);
                let at = code.add(code.mul(row, outputs), column);
                let pointer = code.pointer(sums, at, 4);
                [register(SUMS[half][index]), pointer, of_sums]
            })
            .collect();
        for sum in &sums {
            code.command("llvm.x86.tileloadd64", sum);
        }
        let of_x = stride(self.width);
        let of_weights = stride(code.index(REGISTER_COLUMNS));
        let steps = self.registers(code, tiles);
        code.for_loop(Size::Dynamic(steps), &[], |emit, step, _| {
            let code = Code(emit);
            let column = code.add(
                code.times(tile, self.tile.columns),
                code.times(step, REGISTER_COLUMNS),
            );
            let load = |number: i64, memory, at, stride| {
                let pointer = code.pointer(memory, at, 1);
                code.command("llvm.x86.tileloadd64", &[register(number), pointer, stride]);
            };
            for half in 0..halves {
                let row = code.add(row, code.index(ROWS * half as i64));
                load(
                    X[half],
                    x,
                    code.add(code.mul(row, self.width), column),
                    of_x,
                );
                for index in 0..panels {
                    if half == 0 {
                        let at = code.add(
                            code.times(step, REGISTER_BYTES),
                            code.index(index as i64 * block_bytes(self.tile)),
                        );
                        load(WEIGHTS[index], self.scratch.weights, at, of_weights);
                    }
                    let factors = [SUMS[half][index], X[half], WEIGHTS[index]].map(register);
                    code.command("llvm.x86.tdpbssd", &factors);
                }
            }
            vec![]
        });
        for sum in &sums {
            code.command("llvm.x86.tilestored64", sum);
        }
    }
}
