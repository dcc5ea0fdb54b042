//! The fixed-point arithmetic of `docs/fpga.md`, written from there: the
//! lowering and this share nothing.

/// Numbers of so many bits, some of them behind the point.
#[derive(Clone, Copy, Debug)]
pub struct Format {
    pub width: u32,
    pub fraction: u32,
}

impl Format {
    pub fn one(self) -> i64 {
        1 << self.fraction
    }

    pub fn to_f64(self, x: i64) -> f64 {
        x as f64 / self.one() as f64
    }

    /// A product, rounded half up.
    fn product(self, x: i64, y: i64) -> i64 {
        round(x * y, self.fraction)
    }

    /// σ: 65 nodes an eighth apart, a line between two, a line beyond the last.
    pub fn sigmoid(self, x: i64) -> i64 {
        let node = |index: i64| {
            let exact = 1.0 / (1.0 + (-(index as f64) / 8.0).exp());
            (exact * self.one() as f64).round_ties_even() as i64
        };
        let size = x.abs();
        let segment = self.fraction - 3;
        let (index, rest) = (size >> segment, size & ((1 << segment) - 1));
        let value = match index {
            64.. => node(64),
            _ => node(index) + round((node(index + 1) - node(index)) * rest, segment),
        };
        if x < 0 { self.one() - value } else { value }
    }

    pub fn silu(self, x: i64) -> i64 {
        self.product(x, self.sigmoid(x))
    }

    pub fn tanh(self, x: i64) -> i64 {
        2 * self.sigmoid(2 * x) - self.one()
    }

    /// A step: the output and the new state.
    pub fn mlgru(self, step: &Step) -> (i64, i64) {
        let mut f = self.sigmoid(step.forget);
        if let Some(bound) = step.lower_bound {
            let bound = bound.clamp(0, self.one());
            f = bound + self.product(self.one() - bound, f);
        }
        let tau = match step.tanh {
            true => self.tanh(step.candidate),
            false => self.silu(step.candidate),
        };
        let h = tau + self.product(f, step.state - tau);
        let o = step
            .gate
            .map_or(h, |gate| self.product(self.sigmoid(gate), h));
        (o, h)
    }
}

/// The operands of a step.
pub struct Step {
    pub tanh: bool,
    pub forget: i64,
    pub candidate: i64,
    pub gate: Option<i64>,
    pub state: i64,
    pub lower_bound: Option<i64>,
}

fn round(x: i64, drop: u32) -> i64 {
    (x + (1 << (drop - 1))) >> drop
}

/// How far the sigmoid may be from the exact one: 2^-11 for the lines between
/// the nodes (at most 1.9e-4) or beyond the last (3.4e-4), and 2^-fraction for
/// the rounding of nodes and lines.
pub fn sigmoid_bound(format: Format) -> f64 {
    2f64.powi(-11) + 1.0 / format.one() as f64
}

/// Every number of a format.
#[test]
fn the_sigmoid_is_within_its_bound() {
    for (width, fraction) in [(16, 12), (16, 8), (20, 14), (12, 4), (18, 16)] {
        let format = Format { width, fraction };
        let bound = sigmoid_bound(format);
        let half = 1i64 << (width - 1);
        let mut worst = [0.0f64; 3];
        for x in -half..half {
            let exact = format.to_f64(x);
            let sigmoid = 1.0 / (1.0 + (-exact).exp());
            let differences = [
                format.to_f64(format.sigmoid(x)) - sigmoid,
                (format.to_f64(format.tanh(x)) - exact.tanh()) / 2.0,
                (format.to_f64(format.silu(x)) - exact * sigmoid) / exact.abs().max(1.0),
            ];
            for (worst, difference) in worst.iter_mut().zip(differences) {
                *worst = worst.max(difference.abs());
            }
        }
        assert!(worst[0] <= bound, "{format:?}: σ is {} off", worst[0]);
        assert!(
            worst[1] <= bound,
            "{format:?}: tanh is 2 · {} off",
            worst[1]
        );
        // A product's rounding comes on top.
        let bound = bound + 0.5 / format.one() as f64;
        assert!(worst[2] <= bound, "{format:?}: silu is {} off", worst[2]);
        // The bound says something.
        assert!(
            worst[0] > bound / 4.0,
            "{format:?}: σ is only {} off",
            worst[0]
        );
    }
}
