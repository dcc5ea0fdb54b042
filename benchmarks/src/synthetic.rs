//! MatMul-free models of any size, of random or of no weights.

use fidelity_tools::import::{
    BitLinear, Config, Embeddings, FloatType, Layer, Model, PackedTrits, Storage,
};
use ods_bridge::ResourceBytes;

/// The sizes of a model.
#[derive(Clone, Copy, Debug)]
pub struct Sizes {
    /// L.
    pub layers: usize,
    /// V.
    pub vocabulary: usize,
    /// D, of the residual stream and of the recurrence.
    pub width: usize,
    /// F, of each half of the feed-forward layer.
    pub intermediate: usize,
}

/// What the trits are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trits {
    /// Any: a file of them is full.
    Random,
    /// 0, but for the first and the last byte of each matrix, so that nothing is
    /// folded away. Pages that nobody reads or copies take no memory: what does
    /// shows in the resident memory.
    Sparse,
}

impl Sizes {
    /// A model whose weights are stored `tiled2`, as kernels read them.
    pub fn model(self, trits: Trits) -> Model {
        let (d, f) = (self.width, self.intermediate);
        let mut state = 1;
        let mut linear = |rows, columns| linear(rows, columns, trits, &mut state);
        Model {
            config: Config {
                vocab_size: self.vocabulary,
                hidden_size: d,
                num_hidden_layers: self.layers,
                recurrent_size: d,
                intermediate_size: f,
                rms_norm_eps: 1e-6,
                use_lower_bound: false,
                tie_word_embeddings: false,
                bos_token_id: None,
                eos_token_id: None,
            },
            embeddings: Embeddings {
                element_type: FloatType::F16,
                bytes: embeddings(self.vocabulary * d, trits),
            },
            layers: (0..self.layers)
                .map(|_| Layer {
                    attn_norm: vec![1.0; d],
                    i_proj: linear(d, d),
                    f_proj: linear(d, d),
                    g_proj: linear(d, d),
                    g_norm: vec![1.0; d],
                    o_proj: linear(d, d),
                    lower_bound: None,
                    mlp_norm: vec![1.0; d],
                    gate_proj: linear(2 * f, d),
                    down_proj: linear(d, f),
                })
                .collect(),
            norm: vec![1.0; d],
            lm_head: linear(self.vocabulary, d),
        }
    }
}

/// So many numbers of f16: 1 and -1, or zeros that nothing is in memory for.
pub fn embeddings(count: usize, trits: Trits) -> ResourceBytes {
    let mut bytes = ResourceBytes::zeroed(2 * count);
    if trits == Trits::Random {
        for (index, number) in bytes.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            let sign = (index.wrapping_mul(0x9e37_79b9) >> 13) as u16 & 1;
            *number = (sign << 15 | 0x3c00).to_le_bytes();
        }
    }
    bytes
}

fn linear(rows: usize, columns: usize, trits: Trits, state: &mut u64) -> BitLinear {
    BitLinear {
        norm: vec![1.0; columns],
        weights: PackedTrits {
            rows,
            columns,
            scale: 0.02,
            storage: STORAGE,
            bytes: packed(rows, columns, trits, state),
        },
    }
}

/// The storage of all weights.
const STORAGE: Storage = Storage::Tiled2;

/// The bytes of a matrix.
pub fn packed(rows: usize, columns: usize, trits: Trits, state: &mut u64) -> ResourceBytes {
    let mut bytes = ResourceBytes::zeroed(rows * STORAGE.row_bytes(columns));
    match trits {
        Trits::Random => {
            for word in bytes.as_chunks_mut::<8>().0 {
                // xorshift64 (Marsaglia, 2003).
                *state ^= *state << 13;
                *state ^= *state >> 7;
                *state ^= *state << 17;
                // A digit 3, which no trit is, becomes 2.
                let threes = *state & *state >> 1 & 0x5555_5555_5555_5555;
                *word = (*state ^ threes).to_le_bytes();
            }
        }
        Trits::Sparse => {
            if let [first, .., last] = &mut *bytes {
                (*first, *last) = (1, 1);
            }
        }
    }
    bytes
}
