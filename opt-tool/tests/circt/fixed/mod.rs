//! The fixed-point arithmetic of `docs/fpga.md`, written from there: the
//! lowering and this share nothing.

mod layer;
mod recurrent;

pub use recurrent::{Recurrence, Step};

/// Numbers of so many bits, some of them behind the point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Format {
    pub width: u32,
    pub fraction: u32,
}

impl Format {
    pub const fn one(self) -> i64 {
        1 << self.fraction
    }

    pub fn to_f64(self, x: i64) -> f64 {
        x as f64 / self.one() as f64
    }

    /// The least and the largest number.
    pub fn range(self) -> (i64, i64) {
        let half = 1 << (self.width - 1);
        (-half, half - 1)
    }

    /// The format of scales.
    pub fn fine(self) -> Self {
        Self {
            width: self.width + self.fraction,
            fraction: 2 * self.fraction,
        }
    }

    /// The nearest number to one that has so many bits behind the point.
    pub fn nearest(self, x: i128, fraction: u32) -> i64 {
        let (least, most) = self.range();
        let rounded = round(x, fraction - self.fraction);
        rounded.clamp(i128::from(least), i128::from(most)) as i64
    }

    pub fn add(self, x: i64, y: i64) -> i64 {
        self.nearest(i128::from(x) + i128::from(y), self.fraction)
    }

    pub fn subtract(self, x: i64, y: i64) -> i64 {
        self.nearest(i128::from(x) - i128::from(y), self.fraction)
    }

    pub fn product(self, x: i64, y: i64) -> i64 {
        self.nearest(i128::from(x) * i128::from(y), 2 * self.fraction)
    }

    /// A function from 0 to ∞ of the size of x: 65 nodes an eighth apart, a line
    /// between two, the last node beyond.
    fn curve(self, x: i64, exact: impl Fn(f64) -> f64) -> i64 {
        let node =
            |index: i64| (exact(index as f64 / 8.0) * self.one() as f64).round_ties_even() as i64;
        let size = x.abs();
        let segment = self.fraction - 3;
        let (index, rest) = (size >> segment, size & ((1 << segment) - 1));
        match index {
            64.. => node(64),
            _ => {
                let rise = i128::from((node(index + 1) - node(index)) * rest);
                node(index) + round(rise, segment) as i64
            }
        }
    }

    /// A function with f(-x) = 1 - f(x).
    fn symmetric(self, x: i64, exact: impl Fn(f64) -> f64) -> i64 {
        let value = self.curve(x, exact);
        if x < 0 { self.one() - value } else { value }
    }

    pub fn sigmoid(self, x: i64) -> i64 {
        self.symmetric(x, |x| 1.0 / (1.0 + (-x).exp()))
    }

    pub fn silu(self, x: i64) -> i64 {
        self.product(x, self.sigmoid(x))
    }

    pub fn tanh(self, x: i64) -> i64 {
        2 * self.sigmoid(2 * x) - self.one()
    }

    /// x Φ(x), or its approximation.
    pub fn gelu(self, x: i64, is_approximate: bool) -> i64 {
        let phi = self.symmetric(x, |x| match is_approximate {
            true => {
                let u = (2.0 / std::f64::consts::PI).sqrt() * (x + 0.044715 * x * x * x);
                (1.0 + u.tanh()) / 2.0
            }
            // x Φ(x) / x, of the exact interpreter's own gelu.
            false => normal(x),
        });
        self.product(x, phi)
    }

    pub fn relu(self, x: i64) -> i64 {
        x.max(0)
    }

    pub fn squared_relu(self, x: i64) -> i64 {
        self.product(x.max(0), x.max(0))
    }

    pub fn softplus(self, x: i64) -> i64 {
        self.add(x.max(0), self.curve(x, |x| (-x).exp().ln_1p()))
    }

    pub fn swiglu(self, gate: i64, up: i64) -> i64 {
        self.product(self.silu(gate), up)
    }

    /// 2^(x log2 e), by a line between 65 powers of 2 between 1 and 2.
    pub fn exp(self, x: i64) -> i64 {
        let (_, most) = self.range();
        let power = x * (std::f64::consts::LOG2_E * 2f64.powi(20)).round() as i64;
        let behind = self.fraction + 20;
        let whole = power >> behind;
        let rest = power & ((1 << behind) - 1);
        let index = rest >> (behind - 6);
        let rest = rest >> (behind - 20) & ((1 << 14) - 1);
        let node =
            |index: i64| ((index as f64 / 64.0).exp2() * 2f64.powi(18)).round_ties_even() as i64;
        let rise = i128::from((node(index + 1) - node(index)) * rest);
        let line = i128::from(node(index)) + round(rise, 14);
        // Times 2^whole, with 18 bits behind the point of the line.
        let shift = whole + i64::from(self.fraction);
        match shift {
            shift if shift >= i64::from(self.width) => most,
            shift if shift >= -30 => round(line << (shift + 30), 48).min(i128::from(most)) as i64,
            _ => 0,
        }
    }

    pub fn elu_plus_one(self, x: i64) -> i64 {
        match x {
            1.. => self.add(x, self.one()),
            _ => self.exp(x),
        }
    }
}

/// A number without its lowest bits, rounded half up.
pub fn round(x: i128, drop: u32) -> i128 {
    match drop {
        0 => x,
        _ => (x + (1 << (drop - 1))) >> drop,
    }
}

/// Φ(x), the reference's gelu over x.
fn normal(x: f64) -> f64 {
    use fidelity_reference::{
        ElementType, Tensor,
        elementwise::{Approximation, gelu},
    };
    if x == 0.0 {
        return 0.5;
    }
    let tensor = Tensor::from_floats(ElementType::F64, vec![1], vec![x]).expect("a tensor");
    let gelu = gelu(&tensor, Approximation::None).expect("gelu");
    gelu.to_f64s()[0] / x
}

/// How far a curve may be from the exact one: 2^-11 for the lines between the
/// nodes (1.9e-4 for σ, 4.7e-4 for Φ, 4.9e-4 for log(1 + exp(-x))) or beyond the
/// last (3.4e-4), and 2^-fraction for the rounding of nodes and lines.
pub fn curve_bound(format: Format) -> f64 {
    2f64.powi(-11) + 1.0 / format.one() as f64
}

/// Every number of a format.
#[test]
fn the_sigmoid_is_within_its_bound() {
    for (width, fraction) in [(16, 12), (16, 8), (20, 14), (12, 4), (18, 16)] {
        let format = Format { width, fraction };
        let bound = curve_bound(format);
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
