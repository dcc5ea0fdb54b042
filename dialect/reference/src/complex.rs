//! Complex numbers.

use std::fmt::{self, Display, Formatter};
use std::iter::Sum;
use std::ops::{Add, Div, Mul, Neg, Sub};

/// A complex number whose parts are f64.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Complex {
    /// The real part.
    pub re: f64,
    /// The imaginary part.
    pub im: f64,
}

impl Complex {
    /// The number `re + im·i`.
    pub const fn new(re: f64, im: f64) -> Self {
        Self { re, im }
    }

    /// The magnitude, without overflow on the way.
    pub fn abs(self) -> f64 {
        libm::hypot(self.re, self.im)
    }

    /// Whether a part is NaN.
    pub fn is_nan(self) -> bool {
        self.re.is_nan() || self.im.is_nan()
    }

    /// Both parts through a function.
    pub fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self::new(f(self.re), f(self.im))
    }

    /// `exp(x + y·i) = exp(x) · (cos(y) + sin(y)·i)`
    pub fn exp(self) -> Self {
        let scale = libm::exp(self.re);
        Self::new(scale * libm::cos(self.im), scale * libm::sin(self.im))
    }

    /// `exp(z) - 1`, which keeps its precision near 0: the real part is
    /// `(exp(x) - 1) · cos(y) + (cos(y) - 1)`, and `cos(y) - 1 = -2 sin²(y/2)`.
    pub fn expm1(self) -> Self {
        let half = libm::sin(self.im / 2.0);
        Self::new(
            libm::expm1(self.re) * libm::cos(self.im) - 2.0 * half * half,
            self.exp().im,
        )
    }
}

impl From<f64> for Complex {
    fn from(re: f64) -> Self {
        Self::new(re, 0.0)
    }
}

impl Add for Complex {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self::new(self.re + other.re, self.im + other.im)
    }
}

impl Sub for Complex {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self::new(self.re - other.re, self.im - other.im)
    }
}

impl Sum for Complex {
    fn sum<I: Iterator<Item = Self>>(numbers: I) -> Self {
        numbers.fold(Self::default(), Add::add)
    }
}

impl Neg for Complex {
    type Output = Self;

    fn neg(self) -> Self {
        Self::new(-self.re, -self.im)
    }
}

impl Mul for Complex {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        Self::new(
            self.re * other.re - self.im * other.im,
            self.re * other.im + self.im * other.re,
        )
    }
}

impl Mul<Complex> for f64 {
    type Output = Complex;

    fn mul(self, other: Complex) -> Complex {
        other.map(|part| self * part)
    }
}

impl Div for Complex {
    type Output = Self;

    /// By Smith's method (CACM 5(8), 1962), whose intermediate results overflow
    /// only where the quotient is near to doing so.
    fn div(self, other: Self) -> Self {
        let Self { re: c, im: d } = other;
        if c.abs() >= d.abs() {
            let ratio = d / c;
            let scale = c + d * ratio;
            Self::new(
                (self.re + self.im * ratio) / scale,
                (self.im - self.re * ratio) / scale,
            )
        } else {
            let ratio = c / d;
            let scale = c * ratio + d;
            Self::new(
                (self.re * ratio + self.im) / scale,
                (self.im * ratio - self.re) / scale,
            )
        }
    }
}

/// As `1.5-2i`.
impl Display for Complex {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let sign = if self.im.is_sign_negative() { '-' } else { '+' };
        write!(formatter, "{}{sign}{}i", self.re, self.im.abs())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;
    use std::f64::consts::PI;

    fn close(actual: Complex, expected: Complex) {
        assert!(
            (actual - expected).abs() <= 1e-15 * expected.abs(),
            "{actual} for {expected}"
        );
    }

    #[test]
    fn computes() {
        let (x, y) = (Complex::new(1.0, 2.0), Complex::new(3.0, -4.0));
        assert_eq!(x + y, Complex::new(4.0, -2.0));
        assert_eq!(x - y, Complex::new(-2.0, 6.0));
        assert_eq!(x * y, Complex::new(11.0, 2.0));
        assert_eq!(2.0 * y, Complex::new(6.0, -8.0));
        close(x / y, Complex::new(-0.2, 0.4));
        close(x / y.map(|part| -part), Complex::new(0.2, -0.4));
        close(x / Complex::new(0.0, 2.0), Complex::new(1.0, -0.5));
        assert_eq!(y.abs(), 5.0);
    }

    #[test]
    fn divides_at_the_ends_of_the_range() {
        for scale in [1e300, 1e-300] {
            let z = Complex::new(scale, 2.0 * scale);
            close(z / z, 1.0.into());
        }
    }

    #[test]
    fn exponentials() {
        close(Complex::new(0.0, PI).exp(), Complex::new(-1.0, 0.0));
        close(Complex::new(1.0, 0.0).exp(), std::f64::consts::E.into());
        // z + z²/2 + z³/6 + … , the next term being far below.
        let z = Complex::new(-1e-9, 2e-9);
        close(z.expm1(), z + 0.5 * (z * z));
        let z = Complex::new(-0.5, 2.0);
        close(z.expm1() + 1.0.into(), z.exp());
    }

    #[test]
    fn displays() {
        assert_eq!(Complex::new(1.5, -2.0).to_string(), "1.5-2i");
        assert_eq!(Complex::new(0.0, -0.0).to_string(), "0-0i");
    }
}
