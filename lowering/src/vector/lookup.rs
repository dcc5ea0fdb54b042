//! What trits make of floats, looked up: a code of two bits is the number of an entry.
//!
//! With code t + 1, x becomes one of -x, -0 and x, and -0 changes no sum it is added to.
//! Where a vector is a table of 16 numbers, the sums of two columns are its entries, so
//! that two codes side by side are one number. Nothing is multiplied, and an x that is no
//! number reaches only the sums it is part of.

use super::{code::Code, isa::Isa, tile::COLUMNS};
use melior::ir::{Type, Value};

/// The bits of a code, and those of a word, 16 codes.
const CODE_BITS: i64 = 2;
const WORD_BITS: i64 = 32;
/// The sign of an f32.
const SIGN: i64 = i32::MIN as i64;
/// How the bits of x become an entry for each code: what is kept of them, and what then
/// changes. A code that stands for nothing is read as a 0.
const KEPT: [i64; 4] = [-1, 0, -1, 0];
const CHANGED: [i64; 4] = [SIGN, SIGN, 0, SIGN];

/// How an instruction set looks up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lookup {
    /// In 16 entries, by an instruction that LLVM calls so.
    Pairs(&'static str),
    /// In four entries, likewise.
    Ones(&'static str),
    /// Without a table, by masks.
    Bits,
}

impl Lookup {
    pub fn of(isa: Isa) -> Self {
        match isa {
            Isa::Avx512 | Isa::Avx512Vnni | Isa::Avx512Vbmi | Isa::AmxInt8 => {
                Self::Pairs("llvm.x86.avx512.permvar.sf.512")
            }
            Isa::Avx2 | Isa::AvxVnni => Self::Ones("llvm.x86.avx.vpermilvar.ps.256"),
            Isa::Portable | Isa::NeonDot => Self::Bits,
        }
    }

    /// The columns of a table.
    fn columns(self) -> i64 {
        match self {
            Self::Pairs(_) => 2,
            Self::Ones(_) | Self::Bits => 1,
        }
    }

    /// The tables of a row of a tile.
    pub fn steps(self) -> i64 {
        COLUMNS / self.columns()
    }

    /// The numbers of a table.
    pub fn entries(self) -> i64 {
        match self {
            Self::Pairs(_) => 16,
            Self::Ones(_) => 4,
            Self::Bits => 1,
        }
    }

    /// Where a table's first code lies in a word.
    fn bit(self, step: i64) -> i64 {
        step * self.columns() * CODE_BITS
    }

    /// Writes the tables of a row of a tile, of f32.
    pub fn write<'a>(
        self,
        code: &Code<'a, '_, '_>,
        [x, at]: [Value<'a, 'a>; 2],
        [tables, to]: [Value<'a, 'a>; 2],
    ) {
        let number = |place: i64| {
            // Four columns side by side lie in four bytes.
            let column = 4 * (place % 4) + place / 4;
            let x = code.element(x, &[code.add(at, code.index(column))]);
            code.convert(x, code.f32())
        };
        let entries = self.entries();
        let floats = code.vector_of(entries, code.f32());
        let words = code.vector(entries, WORD_BITS as u32);
        for step in 0..self.steps() {
            let to = code.add(to, code.index(step * entries));
            let first = step * self.columns();
            if self == Self::Bits {
                code.store_element(number(first), tables, to);
                continue;
            }
            let of_column = |column: i64| {
                let bits = code.bitcast(code.broadcast(number(first + column), floats), words);
                let pattern = |masks: [i64; 4]| -> Vec<i64> {
                    let code_of = |entry: i64| (entry >> (CODE_BITS * column)) % 4;
                    (0..entries)
                        .map(|entry| masks[code_of(entry) as usize])
                        .collect()
                };
                let kept = code.apply("arith.andi", &[bits, code.words(&pattern(KEPT))]);
                let bits = code.apply("arith.xori", &[kept, code.words(&pattern(CHANGED))]);
                code.bitcast(bits, floats)
            };
            let sum = (1..self.columns()).fold(of_column(0), |sum, column| {
                code.apply("arith.addf", &[sum, of_column(column)])
            });
            code.store(sum, tables, to);
        }
    }

    /// What a step needs of words of codes, whatever the numbers: those of entries in the
    /// lowest bits, or what is kept and what changes.
    pub fn unpack<'a>(
        self,
        code: &Code<'a, '_, '_>,
        words: Value<'a, 'a>,
        step: i64,
        lanes: i64,
    ) -> Vec<Value<'a, 'a>> {
        let shifted = |name: &str, bits: i64| match bits {
            0 => words,
            _ => {
                let bits = code.splat(code.vector(lanes, 32), bits);
                code.apply(name, &[words, bits])
            }
        };
        let bit = self.bit(step);
        if self != Self::Bits {
            return vec![shifted("arith.shrui", bit)];
        }
        let splat = |number| code.splat(code.vector(lanes, 32), number);
        // The lower bit says 0, and the upper one +1.
        let is_zero = shifted("arith.shli", WORD_BITS - 1 - bit);
        let is_zero = code.apply("arith.shrsi", &[is_zero, splat(WORD_BITS - 1)]);
        let sign = shifted("arith.shli", WORD_BITS - CODE_BITS - bit);
        let sign = code.apply("arith.andi", &[sign, splat(SIGN)]);
        vec![
            code.apply("arith.xori", &[is_zero, splat(-1)]),
            code.apply("arith.xori", &[sign, splat(SIGN)]),
        ]
    }

    /// The table of a step, in the form in which vectors look up.
    pub fn read<'a>(
        self,
        code: &Code<'a, '_, '_>,
        tables: Value<'a, 'a>,
        at: Value<'a, 'a>,
        lanes: i64,
    ) -> Value<'a, 'a> {
        let floats = code.vector_of(lanes, code.f32());
        match self {
            Self::Pairs(_) => code.load(tables, at, floats),
            Self::Ones(_) => {
                let table = code.load(tables, at, code.vector_of(4, code.f32()));
                let table = code.bitcast(table, code.vector(4, 32));
                let twice: Vec<i64> = (0..lanes).map(|lane| lane % 4).collect();
                code.bitcast(code.shuffle(table, table, &twice), floats)
            }
            Self::Bits => {
                let x = code.element(tables, &[at]);
                code.bitcast(code.broadcast(x, floats), code.vector(lanes, 32))
            }
        }
    }

    /// What is added for codes that are unpacked.
    pub fn term<'a>(
        self,
        code: &Code<'a, '_, '_>,
        table: Value<'a, 'a>,
        codes: &[Value<'a, 'a>],
        floats: Type<'a>,
    ) -> Value<'a, 'a> {
        match self {
            Self::Pairs(intrinsic) | Self::Ones(intrinsic) => {
                code.intrinsic(intrinsic, &[table, codes[0]], floats)
            }
            Self::Bits => {
                let kept = code.apply("arith.andi", &[table, codes[0]]);
                code.bitcast(code.apply("arith.xori", &[kept, codes[1]]), floats)
            }
        }
    }
}
