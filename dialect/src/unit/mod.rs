//! Units of measure as an algebra: products of base units with integer powers.
//!
//! Source: the SI Brochure, 9th edition (2019), tables 2 and 4.

mod grammar;
mod si;

use std::{
    collections::BTreeMap,
    fmt::{self, Display, Formatter},
};

/// A unit: what it is a product of, and how it was written.
///
/// Two units are equal when they are the same product of base units, however
/// they are written: `N` is `kg*m/s^2`, `rad` is `1`. A name that the SI does
/// not know, such as `px`, is a base unit of its own, and so is one that it
/// knows with a factor: `km` is not `m`, for the numbers differ.
#[derive(Clone, Debug)]
pub struct Unit {
    /// No power is 0.
    powers: BTreeMap<String, i32>,
    spelling: String,
}

impl PartialEq for Unit {
    fn eq(&self, other: &Self) -> bool {
        self.powers == other.powers
    }
}

impl Eq for Unit {}

impl Unit {
    /// Reads a unit such as `m/s^2`.
    ///
    /// # Errors
    ///
    /// What was expected at which character, or that a power of a base unit is
    /// beyond 32 bits.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut powers = BTreeMap::new();
        for (name, power) in grammar::factors(text)? {
            multiply_by(&mut powers, &si::in_base_units(name), power)
                .ok_or_else(|| format!("expected powers within 32 bits in \"{text}\""))?;
        }
        Ok(Self {
            powers,
            spelling: text.to_owned(),
        })
    }

    /// The unit of a number, `1`.
    pub fn one() -> Self {
        Self::of_powers(BTreeMap::new())
    }

    /// Whether it is the unit of a number: `1`, `rad`, `m/m`.
    pub fn is_one(&self) -> bool {
        self.powers.is_empty()
    }

    /// The product; `None` when a power is beyond 32 bits.
    pub fn times(&self, other: &Self) -> Option<Self> {
        // A number leaves the other unit as it is written.
        if other.is_one() {
            return Some(self.clone());
        }
        if self.is_one() {
            return Some(other.clone());
        }
        let mut powers = self.powers.clone();
        multiply_by(&mut powers, &other.powers, 1)?;
        Some(Self::of_powers(powers))
    }

    /// The power; `None` when one of a base unit is beyond 32 bits.
    pub fn power(&self, exponent: i32) -> Option<Self> {
        if exponent == 1 {
            return Some(self.clone());
        }
        let mut powers = BTreeMap::new();
        multiply_by(&mut powers, &self.powers, exponent)?;
        Some(Self::of_powers(powers))
    }

    fn of_powers(powers: BTreeMap<String, i32>) -> Self {
        let spelling = spell(&powers);
        Self { powers, spelling }
    }
}

/// As it was written; a computed one in base units, such as `kg*m/s^2`.
impl Display for Unit {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.spelling)
    }
}

/// powers · factorᵉ
fn multiply_by(
    powers: &mut BTreeMap<String, i32>,
    factor: &BTreeMap<String, i32>,
    exponent: i32,
) -> Option<()> {
    for (name, power) in factor {
        let sum = powers.entry(name.clone()).or_default();
        *sum = power.checked_mul(exponent)?.checked_add(*sum)?;
        // Below a `/` it is written without its sign.
        sum.checked_abs()?;
    }
    powers.retain(|_, power| *power != 0);
    Some(())
}

/// The base units in the order of the SI, others after them: what is in the
/// numerator first, and each divisor after a `/` of its own.
fn spell(powers: &BTreeMap<String, i32>) -> String {
    let mut factors: Vec<(&str, i32)> = powers
        .iter()
        .map(|(name, power)| (name.as_str(), *power))
        .collect();
    factors.sort_by_key(|(name, _)| si::rank(name));
    let (above, below): (Vec<_>, Vec<_>) = factors.into_iter().partition(|(_, power)| *power > 0);
    let factor = |(name, power): (&str, u32)| match power {
        1 => name.to_owned(),
        power => format!("{name}^{power}"),
    };
    let mut text = above
        .iter()
        .map(|&(name, power)| factor((name, power.unsigned_abs())))
        .collect::<Vec<_>>()
        .join("*");
    if text.is_empty() {
        text.push('1');
    }
    for (name, power) in below {
        text.push('/');
        text += &factor((name, power.unsigned_abs()));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn unit(text: &str) -> Unit {
        Unit::parse(text).unwrap_or_else(|error| panic!("{error}"))
    }

    #[test]
    fn equal_products_are_equal() {
        for (lhs, rhs) in [
            ("N", "kg*m/s^2"),
            ("m/s^2", "s^-2*m"),
            ("J", "N*m"),
            ("W", "V*A"),
            ("Pa", "N/m^2"),
            ("V", "W/A"),
            ("Ohm", "V/A"),
            ("\u{3a9}", "\u{2126}"),
            ("S", "1/Ohm"),
            ("F", "C/V"),
            ("Wb", "V*s"),
            ("T", "Wb/m^2"),
            ("H", "Wb/A"),
            ("lx", "lm/m^2"),
            ("Gy", "J/kg"),
            ("Hz", "1/s"),
            ("rad/s", "s^-1"),
            ("rad", "1"),
            ("m/m", "sr"),
            ("px^0", "1"),
            ("token/s", "token*Hz"),
        ] {
            assert_eq!(unit(lhs), unit(rhs), "{lhs} = {rhs}");
        }
    }

    #[test]
    fn others_are_not() {
        for (lhs, rhs) in [
            ("m", "s"),
            ("m", "m^2"),
            ("km", "m"),
            ("ms", "m*s"),
            ("g", "kg"),
            ("px", "1"),
            ("m/s", "s/m"),
            ("degC", "K"),
        ] {
            assert_ne!(unit(lhs), unit(rhs), "{lhs} ≠ {rhs}");
        }
    }

    #[test]
    fn products_are_written_in_base_units() {
        let product = |lhs, rhs| unit(lhs).times(&unit(rhs)).map(|unit| unit.to_string());
        assert_eq!(product("m/s^2", "s"), Some("m/s".into()));
        assert_eq!(product("N", "m"), Some("kg*m^2/s^2".into()));
        assert_eq!(product("s", "token/kg"), Some("s*token/kg".into()));
        assert_eq!(product("A/px", "A/mol^2"), Some("A^2/mol^2/px".into()));
        assert_eq!(product("1/s", "s"), Some("1".into()));
        assert_eq!(product("Hz", "Hz"), Some("1/s^2".into()));
        // A number does not touch the other's spelling.
        assert_eq!(product("N", "rad"), Some("N".into()));
        assert_eq!(product("1", "N*m"), Some("N*m".into()));
    }

    #[test]
    fn what_is_written_is_read_back() {
        for text in ["N", "V^3/px^2", "1/kat", "m^2147483647/s^2147483647"] {
            let Some(squared) = unit(text).power(2) else {
                assert!(text.contains("2147483647"));
                continue;
            };
            assert_eq!(unit(&squared.to_string()), squared, "{squared}");
        }
    }

    #[test]
    fn powers() {
        let power = |text, exponent| unit(text).power(exponent).map(|unit| unit.to_string());
        assert_eq!(power("m/s", 2), Some("m^2/s^2".into()));
        assert_eq!(power("N", 1), Some("N".into()));
        assert_eq!(power("N", 0), Some("1".into()));
        assert_eq!(power("s", -1), Some("1/s".into()));
        assert_eq!(power("m^2147483647", 2), None);
    }

    #[test]
    fn powers_beyond_32_bits_are_refused() {
        for text in ["m^2147483647*m", "J^2147483647"] {
            let message = format!("expected powers within 32 bits in \"{text}\"");
            assert_eq!(Unit::parse(text), Err(message));
        }
    }
}
