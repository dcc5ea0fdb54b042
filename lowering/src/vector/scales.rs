//! Scales of groups of weights, as kernels read them.
//!
//! In memory the scales of a row lie one after the other, `[N, G]`, and lanes are rows.
//! Those of some vectors' rows are transposed once and serve all rows of activations:
//! four words of each row at a time, a word being a scale of 32 bits or two of 16.

use super::{call::Arguments, code::Code};
use fidelity_passes::emit::Size;
use melior::ir::{Type, TypeLike, Value};

/// The words of a row that are transposed at once, as many as 128 bits have.
const WORDS: i64 = 4;

/// The weights of a row by groups of so many tiles, each under a scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Groups<'a> {
    pub tiles: i64,
    /// The element type of the scales: f32, bf16 or f16.
    pub scale: Type<'a>,
}

/// Scales of the rows of some vectors.
pub struct Scales<'a> {
    groups: Groups<'a>,
    /// All scales.
    scale: Value<'a, 'a>,
    /// G, the groups of a row.
    pub count: Value<'a, 'a>,
    /// Those that are transposed, f32: for each vector and each group its lanes.
    transposed: Value<'a, 'a>,
    lanes: i64,
}

impl<'a> Scales<'a> {
    /// For up to so many vectors at once; `None` of kernels without groups.
    pub fn new(
        code: &Code<'a, '_, '_>,
        groups: Option<Groups<'a>>,
        arguments: &Arguments<'a>,
        [vectors, lanes]: [i64; 2],
    ) -> Option<Self> {
        let (groups, scale) = (groups?, arguments.scale?);
        let count = code.divided(arguments.tiles, groups.tiles);
        Some(Self {
            groups,
            scale,
            count,
            transposed: code.allocate(code.times(count, vectors * lanes), code.f32()),
            lanes,
        })
    }

    pub fn free(&self, code: &Code<'a, '_, '_>) {
        code.free(self.transposed);
    }

    /// The tiles of a group.
    pub fn tiles(&self) -> i64 {
        self.groups.tiles
    }

    /// The scales of a group, in the lanes of the vector of that number.
    pub fn of_group(
        &self,
        code: &Code<'a, '_, '_>,
        vector: usize,
        group: Value<'a, 'a>,
    ) -> Value<'a, 'a> {
        let at = self.place(code, vector, group);
        code.load(self.transposed, at, code.vector_of(self.lanes, code.f32()))
    }

    fn place(&self, code: &Code<'a, '_, '_>, vector: usize, group: Value<'a, 'a>) -> Value<'a, 'a> {
        let begin = code.times(self.count, vector as i64);
        code.times(code.add(begin, group), self.lanes)
    }

    fn is_half(&self) -> bool {
        !self.groups.scale.is_f32()
    }

    /// Transposes the scales of the rows of vectors, of each the first one.
    pub fn transpose(&self, code: &Code<'a, '_, '_>, rows: &[Value<'a, 'a>]) {
        let at_once = if self.is_half() { 2 * WORDS } else { WORDS };
        let many = code.compare_integers("uge", self.count, code.index(at_once));
        code.either(
            many,
            |code| {
                let parts = code.ceil_div(Size::Dynamic(self.count), at_once);
                let last = code.sub(self.count, code.index(at_once));
                code.for_loop(parts, &[], |emit, part, _| {
                    let code = Code(emit);
                    // The last ones overlap with others, so that nothing behind the
                    // scales is read.
                    let group = code.times(part, at_once);
                    let group = code.apply("arith.minui", &[group, last]);
                    for (vector, &row) in rows.iter().enumerate() {
                        self.block(&code, vector, row, group);
                    }
                    vec![]
                });
            },
            |code| {
                for (vector, &row) in rows.iter().enumerate() {
                    self.few(code, vector, row);
                }
            },
        );
    }

    /// The scales of all groups, one by one.
    fn few(&self, code: &Code<'a, '_, '_>, vector: usize, row: Value<'a, 'a>) {
        code.for_loop(Size::Dynamic(self.count), &[], |emit, group, _| {
            let code = Code(emit);
            let to = self.place(&code, vector, group);
            code.for_loop(Size::Static(self.lanes), &[], |emit, lane, _| {
                let code = Code(emit);
                let at = code.mul(code.add(row, lane), self.count);
                let scale = code.element(self.scale, &[code.add(at, group)]);
                let scale = code.convert(scale, code.f32());
                code.store_element(scale, self.transposed, code.add(to, lane));
                vec![]
            });
            vec![]
        });
    }

    /// The scales of some groups from one on.
    fn block(
        &self,
        code: &Code<'a, '_, '_>,
        vector: usize,
        row: Value<'a, 'a>,
        group: Value<'a, 'a>,
    ) {
        let load = |lane: i64| {
            let at = code.mul(code.add(row, code.index(lane)), self.count);
            let count = if self.is_half() { 2 * WORDS } else { WORDS };
            let scales = code.load(
                self.scale,
                code.add(at, group),
                code.vector_of(count, self.groups.scale),
            );
            code.bitcast(scales, code.vector(WORDS, 32))
        };
        // Of rows 0, 4, 8 and so on, of 1, 5, 9 and so on: blocks of four words.
        let rows: Vec<_> = (0..WORDS)
            .map(|first| {
                let lanes = (first..self.lanes).step_by(WORDS as usize);
                joined(code, lanes.map(load).collect())
            })
            .collect();
        let blocks = self.lanes / WORDS;
        let mixed = |lhs, rhs, [first, second, third, fourth]: [i64; 4]| {
            let of = |block, place| match place < WORDS {
                true => WORDS * block + place,
                false => self.lanes + WORDS * (block - 1) + place,
            };
            let mask: Vec<i64> = (0..blocks)
                .flat_map(|block| [first, second, third, fourth].map(|place| of(block, place)))
                .collect();
            code.shuffle(lhs, rhs, &mask)
        };
        let [low, high] = [[0, 4, 1, 5], [2, 6, 3, 7]];
        let pairs = [low, high]
            .map(|places| [[0, 1], [2, 3]].map(|[lhs, rhs]| mixed(rows[lhs], rows[rhs], places)));
        let [low, high] = [[0, 1, 4, 5], [2, 3, 6, 7]];
        let words = pairs.map(|[lhs, rhs]| [low, high].map(|places| mixed(lhs, rhs, places)));
        for (number, word) in words.into_iter().flatten().enumerate() {
            for (half, scales) in self.scales_of(code, word).into_iter().enumerate() {
                let number = match self.is_half() {
                    true => 2 * number + half,
                    false => number,
                };
                let group = code.add(group, code.index(number as i64));
                code.store(scales, self.transposed, self.place(code, vector, group));
            }
        }
    }

    /// The scales that words are, in f32: one, or the lower and the upper half.
    fn scales_of(&self, code: &Code<'a, '_, '_>, word: Value<'a, 'a>) -> Vec<Value<'a, 'a>> {
        let words = code.vector(self.lanes, 32);
        let floats = code.vector_of(self.lanes, code.f32());
        if !self.is_half() {
            return vec![code.bitcast(word, floats)];
        }
        let sixteen = code.splat(words, 16);
        // bf16 is the upper half of an f32.
        if self.groups.scale == code.named_type("bf16") {
            let low = code.apply("arith.shli", &[word, sixteen]);
            let high = code.apply("arith.andi", &[word, code.splat(words, -1 << 16)]);
            return vec![code.bitcast(low, floats), code.bitcast(high, floats)];
        }
        let high = code.apply("arith.shrui", &[word, sixteen]);
        [word, high]
            .map(|word| {
                let bits = code.op("arith.trunci").operand(word);
                let bits = bits.result(code.vector(self.lanes, 16)).value();
                let halves = code.bitcast(bits, code.vector_of(self.lanes, self.groups.scale));
                let wide = code.op("arith.extf").operand(halves);
                wide.result(floats).value()
            })
            .to_vec()
    }
}

/// Vectors behind each other as one; there are a power of two of them.
fn joined<'a>(code: &Code<'a, '_, '_>, mut vectors: Vec<Value<'a, 'a>>) -> Value<'a, 'a> {
    let mut lanes = WORDS;
    while vectors.len() > 1 {
        let mask: Vec<i64> = (0..2 * lanes).collect();
        let pair = |pair: &[Value<'a, 'a>]| code.shuffle(pair[0], pair[1], &mask);
        vectors = vectors.chunks(2).map(pair).collect();
        lanes *= 2;
    }
    vectors[0]
}
