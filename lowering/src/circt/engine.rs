//! A ternary matrix by a vector, the matrix in block RAM.

use super::{
    comb::Bits,
    dot::{TRIT, Widths, sum_of_products},
    hw::Wire,
    library::{Component, Library, Offer},
    logic::{Logic, width_of},
    stream::{Credits, queue},
};

/// How trits come in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trits {
    /// One in each byte, which counts by its sign.
    Dense,
    /// Four codes in each byte, the rows padded to whole bytes.
    Packed2,
}

impl Trits {
    /// How many trits a byte holds.
    pub const fn per_byte(self) -> u64 {
        match self {
            Self::Dense => 1,
            Self::Packed2 => 4,
        }
    }

    /// The codes of the trits of a byte.
    fn codes<'a>(self, logic: &Logic<'a, '_>, byte: Bits<'a>) -> Bits<'a> {
        match self {
            Self::Packed2 => byte,
            Self::Dense => {
                let minus = logic.sign(byte);
                let zero = logic.is(byte, 0);
                let plus = logic.not(logic.or(minus, zero));
                logic.concat(&[plus, minus])
            }
        }
    }
}

/// A matrix-vector product.
#[derive(Clone, Copy, Debug)]
pub struct Engine {
    /// The rows of the matrix, at least 1.
    pub rows: u64,
    /// Its columns, at least 1.
    pub columns: u64,
    /// How its trits come in.
    pub trits: Trits,
    /// How many products are computed at once: a power of two, a multiple of
    /// the trits in a byte.
    pub lanes: u64,
    /// How wide its numbers are.
    pub widths: Widths,
}

impl Engine {
    /// The bytes of weights in a row.
    pub fn row_bytes(&self) -> u64 {
        self.columns.div_ceil(self.trits.per_byte())
    }

    /// The words, of a trit for each lane, in a row.
    fn row_words(&self) -> u64 {
        self.columns.div_ceil(self.lanes)
    }

    /// The module. Its streams are x, the elements of vectors one after the
    /// other; weights, the bytes of the matrix, which is loaded once after each
    /// reset; and y, the elements of the products.
    ///
    /// x is taken into a memory; then there is a cycle for each word of each
    /// row and one between rows. At most two rows are on their way to y, as
    /// many as there is room for when y is not taken: the pipeline never stops.
    pub fn component(&self, library: &Library<'_, '_>) -> Component {
        let trits = match self.trits {
            Trits::Dense => "dense",
            Trits::Packed2 => "packed2",
        };
        let Widths { activation, sum } = self.widths;
        let name = format!(
            "fidelity_ternary_linear_{}x{}_{trits}_w{activation}_s{sum}_l{}",
            self.rows, self.columns, self.lanes
        );
        library.component(
            &name,
            &[("x", activation), ("weights", 8)],
            &[("y", sum)],
            |logic, offers, ready| {
                let weights = self.weights(logic, offers[1]);
                let (x, y) = self.products(library, logic, offers[0], &weights, ready[0]);
                (vec![x, weights.ready], vec![y])
            },
        )
    }

    /// Takes the weights into a memory.
    fn weights<'a>(&self, logic: &Logic<'a, '_>, offer: Offer<'a>) -> Weights<'a> {
        let words = self.rows * self.row_words();
        let lanes = self.lanes as u32;
        let loaded = logic.register("loaded", 1);
        let ready = logic.not(loaded.bits);
        let word = gather(
            logic,
            "weights",
            logic.and(offer.valid, ready),
            self.trits.codes(logic, offer.data),
            self.lanes / self.trits.per_byte(),
            self.row_bytes(),
        );
        let memory = logic.memory("fidelity_weights", words, TRIT * lanes);
        let (address, is_last) = logic.counter("weights_written", words, word.whole);
        logic.write(memory, address, word.whole, word.bits);
        loaded.set(logic.and(word.whole, is_last), logic.yes());

        let next = logic.wire("next_weights", 1);
        let (address, _) = logic.counter("weights_read", words, next.bits);
        Weights {
            ready,
            loaded: loaded.bits,
            word: logic.read(memory, address, logic.yes()),
            next,
        }
    }

    /// Takes vectors and offers products.
    fn products<'a>(
        &self,
        library: &Library<'a, '_>,
        logic: &Logic<'a, '_>,
        x: Offer<'a>,
        weights: &Weights<'a>,
        y_ready: Bits<'a>,
    ) -> (Bits<'a>, Offer<'a>) {
        let words = self.row_words();
        let running = logic.register("running", 1);
        let x_ready = logic.not(running.bits);
        let word = gather(
            logic,
            "x",
            logic.and(x.valid, x_ready),
            x.data,
            self.lanes,
            self.columns,
        );
        let memory = logic.memory("fidelity_x", words, x.data.width * self.lanes as u32);
        let (address, _) = logic.counter("x_written", words, word.whole);
        logic.write(memory, address, word.whole, word.bits);

        // Reads a word of x and of the weights in each cycle in which it may.
        let reads = logic.wire("reads", 1);
        let (at_word, ends_row) = logic.counter("x_read", words, reads.bits);
        let row_done = logic.and(reads.bits, ends_row);
        let (_, is_last_row) = logic.counter("row", self.rows, row_done);
        let all_done = logic.and(row_done, is_last_row);
        running.set(logic.or(word.ends_row, all_done), word.ends_row);
        let pause = logic.after("pause", row_done);
        let begins_row = logic.is(at_word, 0);
        let credits = Credits::new(logic);
        let may_go_on = logic.or(credits.room, logic.not(begins_row));
        reads.drive(logic.all(&[running.bits, weights.loaded, logic.not(pause), may_go_on]));
        weights.next.drive(reads.bits);

        let (sum, is_whole) = sum_of_products(
            library,
            logic,
            self.widths,
            logic.read(memory, at_word, logic.yes()),
            weights.word,
            logic.after("is_read", reads.bits),
            logic.after("row_is_read", row_done),
        );
        let y = queue(logic, is_whole, sum, y_ready);

        let begins = logic.and(reads.bits, begins_row);
        credits.count(logic, begins, logic.and(y.valid, y_ready));
        (x_ready, y)
    }
}

/// The memory of the weights.
struct Weights<'a> {
    /// Whether a byte is taken.
    ready: Bits<'a>,
    /// Whether all are there.
    loaded: Bits<'a>,
    /// The word that was to be read at the last edge.
    word: Bits<'a>,
    /// Whether the next word is to be read, to be driven.
    next: Wire<'a>,
}

/// Pieces gathered to words.
struct Word<'a> {
    /// The word, the first piece lowest; in a row's last word zeros where
    /// pieces lack.
    bits: Bits<'a>,
    /// Whether it is whole, with the piece that comes now.
    whole: Bits<'a>,
    /// Whether it is also the last of a row.
    ends_row: Bits<'a>,
}

/// Gathers `per_word` pieces to each word, in rows of `per_row` pieces; a row
/// begins a word. `comes` says when there is a piece.
fn gather<'a>(
    logic: &Logic<'a, '_>,
    name: &str,
    comes: Bits<'a>,
    piece: Bits<'a>,
    per_word: u64,
    per_row: u64,
) -> Word<'a> {
    let (_, is_last) = logic.counter(&format!("{name}_in_row"), per_row, comes);
    let ends_row = logic.and(comes, is_last);
    if per_word == 1 {
        return Word {
            bits: piece,
            whole: comes,
            ends_row,
        };
    }
    let width = width_of(per_word);
    let place = logic.register(&format!("{name}_in_word"), width);
    let fills = logic.or(is_last, logic.is(place.bits, per_word - 1));
    let next = logic.add(place.bits, logic.constant(1, width));
    place.set(comes, logic.select(fills, logic.constant(0, width), next));

    // Pieces come in at the top and move down.
    let before = logic.register(
        &format!("{name}_before"),
        piece.width * (per_word as u32 - 1),
    );
    let full = logic.concat(&[piece, before.bits]);
    before.set(comes, logic.extract(full, piece.width, before.bits.width));
    let in_last = (per_row - 1) % per_word + 1;
    let bits = if in_last == per_word {
        full
    } else {
        let width = piece.width * in_last as u32;
        let rest = logic.extract(full, full.width - width, width);
        logic.select(is_last, logic.zero_extend(rest, full.width), full)
    };
    Word {
        bits,
        whole: logic.and(comes, fills),
        ends_row,
    }
}
