//! Trits in registers, from weights as they are stored.

use super::{
    program::Program,
    tt::{Predicate, shape_of},
};
use fidelity_dialect::{Storage, TensorType, storage_of};
use fidelity_passes::kernels::Extent;
use melior::ir::Value;
use ods_bridge::Diagnostic;

/// Weights, `[N, K]`.
pub struct Weights<'a> {
    value: Value<'a, 'a>,
    storage: Storage,
}

impl<'a> Weights<'a> {
    pub fn new(value: Value<'a, 'a>) -> Self {
        Self {
            value,
            storage: storage_of(&TensorType::of(value)),
        }
    }

    /// The weights at rows `n` and columns `k`, as -1, 0 and 1 in i32, and 0
    /// where the mask leaves them out. A byte of 0 holds zeros in any storage.
    pub fn trits(
        &self,
        program: &Program<'a, '_>,
        n: Value<'a, 'a>,
        k: Value<'a, 'a>,
        mask: Value<'a, 'a>,
        inputs: Extent,
    ) -> Result<Value<'a, 'a>, Diagnostic<'a>> {
        let tt = &program.tt;
        let i32_type = tt.integer(32);
        let per_byte = match self.storage {
            Storage::Dense => 1,
            Storage::Packed2 => 4,
            Storage::Packed5 => 5,
        };
        // Rows start on a byte. A row has less than 2^31 trits.
        let row = match inputs {
            Extent::Known(inputs) => tt.like(n, ((inputs + per_byte - 1) / per_byte) as f64),
            // Only dense rows may be of any length.
            Extent::Argument { .. } => tt.splat(program.size(inputs)?, &shape_of(n)),
        };
        let start = tt.apply("arith.muli", &[n, row]);
        let at = |byte| tt.apply("arith.addi", &[start, byte]);
        if self.storage == Storage::Dense {
            let byte = program.load_at(self.value, at(k), mask)?;
            let zero = tt.like(byte, 0.0);
            // A weight that is not a trit counts by its sign.
            let [positive, negative] = [Predicate::Greater, Predicate::Less].map(|sign| {
                let is = tt.compare(sign, byte, zero);
                tt.cast("arith.extui", is, i32_type)
            });
            return Ok(tt.apply("arith.subi", &[positive, negative]));
        }
        let k = tt.cast("arith.trunci", k, i32_type);
        let per_byte = tt.like(k, f64::from(per_byte as i32));
        let byte = tt.apply("arith.divui", &[k, per_byte]);
        let byte = tt.cast("arith.extui", byte, tt.integer(64));
        let byte = program.load_at(self.value, at(byte), mask)?;
        let byte = tt.cast("arith.extui", byte, i32_type);
        let place = tt.apply("arith.remui", &[k, per_byte]);
        let digit = if self.storage == Storage::Packed2 {
            // Two bits at 2 · place.
            let shift = tt.apply("arith.addi", &[place, place]);
            let shifted = tt.apply("arith.shrui", &[byte, shift]);
            tt.apply("arith.andi", &[shifted, tt.like(byte, 3.0)])
        } else {
            // ⌊byte / 3^place⌋ mod 3
            let powers = [3.0, 9.0, 27.0, 81.0].into_iter().zip([1.0, 2.0, 3.0, 4.0]);
            let power = powers.fold(tt.like(byte, 1.0), |power, (number, of)| {
                let is = tt.compare(Predicate::Equal, place, tt.like(place, of));
                tt.select(is, tt.like(byte, number), power)
            });
            let quotient = tt.apply("arith.divui", &[byte, power]);
            tt.apply("arith.remui", &[quotient, tt.like(byte, 3.0)])
        };
        // 0, 1, 2 and 3 are 0, -1, 1 and 0.
        let one = tt.like(digit, 1.0);
        let high = tt.apply("arith.shrui", &[digit, one]);
        let low = tt.apply("arith.andi", &[digit, one]);
        Ok(tt.apply("arith.subi", &[high, low]))
    }
}
