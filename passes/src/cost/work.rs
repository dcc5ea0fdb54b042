//! What has to be done to compute an op, whatever computes it.

use std::ops::{Add, AddAssign, Index, IndexMut, Mul};

/// Kinds of work, each done at a rate of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A term of a sum of 8-bit integers under a trit: added, subtracted or left out.
    TernaryInteger,
    /// The same of floats.
    TernaryFloat,
    /// An addition, multiplication or comparison of floats.
    Arithmetic,
    /// An exponential, a logarithm, a root: whatever is a call or a polynomial.
    Function,
    /// An element read from where another number says.
    Gather,
    /// An element of a state through one step: it decays, is fed and is read.
    State,
    /// A multiplication and addition of a matrix product.
    Product,
    /// One of a product of several steps with a state, whose rows are what its inner
    /// loop goes along.
    StateProduct,
    /// A product of the decays between two steps of a chunk.
    Decay,
}

impl Kind {
    /// Every kind, in the order in which reports show them.
    pub const ALL: [Self; 9] = [
        Self::TernaryInteger,
        Self::TernaryFloat,
        Self::Arithmetic,
        Self::Function,
        Self::Gather,
        Self::State,
        Self::Product,
        Self::StateProduct,
        Self::Decay,
    ];

    /// The word for it in profiles and reports.
    pub fn keyword(self) -> &'static str {
        match self {
            Self::TernaryInteger => "ternary_integer",
            Self::TernaryFloat => "ternary_float",
            Self::Arithmetic => "arithmetic",
            Self::Function => "function",
            Self::Gather => "gather",
            Self::State => "state",
            Self::Product => "product",
            Self::StateProduct => "state_product",
            Self::Decay => "decay",
        }
    }

    /// The additions in one: what an addition is compared with.
    fn additions(self) -> f64 {
        match self {
            Self::TernaryInteger
            | Self::TernaryFloat
            | Self::Arithmetic
            | Self::Product
            | Self::StateProduct => 1.0,
            // A polynomial of some ten terms.
            Self::Function => 10.0,
            // The feed and the read.
            Self::State => 2.0,
            Self::Gather | Self::Decay => 0.0,
        }
    }

    /// The multiplications in one.
    fn multiplications(self) -> f64 {
        match self {
            Self::TernaryInteger | Self::TernaryFloat | Self::Arithmetic | Self::Gather => 0.0,
            Self::Product | Self::StateProduct | Self::Decay => 1.0,
            Self::Function => 10.0,
            // The decay, the feed and the read.
            Self::State => 3.0,
        }
    }
}

/// How often each kind of work is done, and what memory is touched.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Work {
    counts: [f64; Kind::ALL.len()],
    /// Bytes of weights: operands that are constants, or trits.
    pub weights: f64,
    /// Bytes of all other operands.
    pub read: f64,
    /// Bytes of results.
    pub written: f64,
    /// Bytes that every step or row comes back to: a state, or the weights of
    /// several rows.
    pub reused: f64,
    /// Bytes of temporaries, as often as they are touched: whole cache lines.
    pub scratch: f64,
    /// Steps of a loop over time, one after the other.
    pub steps: f64,
}

impl Work {
    /// So much of one kind.
    pub fn of(kind: Kind, count: f64) -> Self {
        let mut work = Self::default();
        work[kind] = count;
        work
    }

    /// The same, with bytes of operands and of results.
    pub fn moving(self, read: f64, written: f64) -> Self {
        Self {
            read,
            written,
            ..self
        }
    }

    /// All bytes that have to be moved once.
    pub fn bytes(&self) -> f64 {
        self.weights + self.read + self.written
    }

    /// All bytes that are alive while the op is computed.
    pub fn working_set(&self) -> f64 {
        self.bytes() + self.reused
    }

    /// Additions and subtractions.
    pub fn additions(&self) -> f64 {
        self.sum(Kind::additions)
    }

    /// Multiplications.
    pub fn multiplications(&self) -> f64 {
        self.sum(Kind::multiplications)
    }

    /// Operations for each byte that is moved; 0 where nothing is.
    pub fn intensity(&self) -> f64 {
        match self.bytes() {
            0.0 => 0.0,
            bytes => (self.additions() + self.multiplications()) / bytes,
        }
    }

    fn sum(&self, of: fn(Kind) -> f64) -> f64 {
        Kind::ALL
            .into_iter()
            .map(|kind| of(kind) * self[kind])
            .sum()
    }
}

impl Index<Kind> for Work {
    type Output = f64;

    fn index(&self, kind: Kind) -> &f64 {
        &self.counts[kind as usize]
    }
}

impl IndexMut<Kind> for Work {
    fn index_mut(&mut self, kind: Kind) -> &mut f64 {
        &mut self.counts[kind as usize]
    }
}

impl AddAssign for Work {
    fn add_assign(&mut self, other: Self) {
        for kind in Kind::ALL {
            self[kind] += other[kind];
        }
        self.weights += other.weights;
        self.read += other.read;
        self.written += other.written;
        self.reused += other.reused;
        self.steps += other.steps;
        self.scratch += other.scratch;
    }
}

impl Add for Work {
    type Output = Self;

    fn add(mut self, other: Self) -> Self {
        self += other;
        self
    }
}

impl Mul<f64> for Work {
    type Output = Self;

    fn mul(mut self, times: f64) -> Self {
        for kind in Kind::ALL {
            self[kind] *= times;
        }
        self.weights *= times;
        self.read *= times;
        self.written *= times;
        self.steps *= times;
        self.scratch *= times;
        self
    }
}
