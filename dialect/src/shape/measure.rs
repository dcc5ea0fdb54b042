//! The units of operands, and how they combine and agree.

use crate::unit::Unit;
use melior::ir::Value;
use ods_bridge::Diagnostic;

/// What is known of the unit of an operand, or of a product of operands.
///
/// Units are gradual: an operand without one has an unknown unit, which agrees
/// with any, and a product with it is unknown too. A result whose unit is
/// unknown, or the unit of a number that no operand names, carries none: code
/// without units gains no encoding.
///
/// An op's rule is a line or two of its `result_shapes`, in the letters of its
/// equation:
///
/// ```ignore
/// // y = a ⊙ x + b, a dimensionless
/// let a = a.unit().expect_dimensionless()?;
/// let y = b.unit().agree(&a.times(&x.unit()))?;
/// Ok(vec![ResultShape::new(&sizes, element).with_unit(&y)])
/// ```
#[derive(Clone, Debug)]
pub struct Measure<'a> {
    known: Known,
    // What messages call it: an operand's name or a product of names.
    text: String,
    // The operands in it, for notes.
    operands: Vec<(&'static str, Value<'a, 'a>)>,
}

#[derive(Clone, Debug)]
enum Known {
    Nothing,
    /// The unit of a number, by the meaning of the op and not by a type.
    Number,
    Unit(Unit),
}

impl<'a> Measure<'a> {
    /// That of an operand: its unit by its type, if there is one.
    pub fn of(name: &'static str, value: Value<'a, 'a>, unit: Option<Unit>) -> Self {
        Self {
            known: unit.map_or(Known::Nothing, Known::Unit),
            text: name.to_owned(),
            operands: vec![(name, value)],
        }
    }

    /// That of a plain number, such as a scale that is absent.
    pub fn number() -> Self {
        Self {
            known: Known::Number,
            text: "1".to_owned(),
            operands: Vec::new(),
        }
    }

    /// The unit, where a type is to say it.
    pub fn unit(&self) -> Option<&Unit> {
        match &self.known {
            Known::Unit(unit) => Some(unit),
            Known::Nothing | Known::Number => None,
        }
    }

    /// The product. A power beyond 32 bits is not kept: the product is unknown.
    pub fn times(&self, other: &Self) -> Self {
        let known = match (&self.known, &other.known) {
            (Known::Nothing, _) | (_, Known::Nothing) => Known::Nothing,
            (Known::Number, known) | (known, Known::Number) => known.clone(),
            (Known::Unit(lhs), Known::Unit(rhs)) => {
                lhs.times(rhs).map_or(Known::Nothing, Known::Unit)
            }
        };
        // A plain number is not worth a word.
        let (text, operands) = match (&self.known, &other.known) {
            (_, Known::Number) => (self.text.clone(), self.operands.clone()),
            (Known::Number, _) => (other.text.clone(), other.operands.clone()),
            _ => (
                format!("{} · {}", self.text, other.text),
                [&*self.operands, &*other.operands].concat(),
            ),
        };
        Self {
            known,
            text,
            operands,
        }
    }

    /// The power; unknown when one of a base unit is beyond 32 bits. Power 0
    /// is that of a number, whatever the operand's unit.
    pub fn power(&self, exponent: i32) -> Self {
        let known = match &self.known {
            Known::Nothing if exponent == 0 => Known::Number,
            Known::Unit(unit) => unit.power(exponent).map_or(Known::Nothing, Known::Unit),
            known => known.clone(),
        };
        Self {
            known,
            text: format!("{}^{exponent}", self.text),
            operands: self.operands.clone(),
        }
    }

    /// Checks that two terms can be added, and gives what is known of their
    /// unit from both.
    pub fn agree(&self, with: &Self) -> Result<Self, Diagnostic<'a>> {
        let number = Unit::one();
        let [mine, expected] = [self, with].map(|side| match &side.known {
            Known::Nothing => None,
            Known::Number => Some(&number),
            Known::Unit(unit) => Some(unit),
        });
        if let (Some(mine), Some(expected)) = (mine, expected)
            && mine != expected
        {
            let error = Diagnostic::expected(
                format!("{} to have unit {expected} as {}", self.text, with.text),
                mine,
            );
            return Err(self.note_on(with.note_on(error)));
        }
        let better = match (&with.known, &self.known) {
            (Known::Nothing, _) | (Known::Number, Known::Unit(_)) => self,
            _ => with,
        };
        Ok(better.clone())
    }

    /// Checks that it can be the unit of a number, as an argument of `exp` is.
    pub fn expect_dimensionless(&self) -> Result<Self, Diagnostic<'a>> {
        let known = match &self.known {
            Known::Unit(unit) if !unit.is_one() => {
                let error = Diagnostic::expected(
                    format!("{} to be dimensionless", self.text),
                    format!("unit {unit}"),
                );
                return Err(self.note_on(error));
            }
            Known::Nothing => Known::Number,
            known => known.clone(),
        };
        Ok(Self {
            known,
            ..self.clone()
        })
    }

    fn note_on(&self, error: Diagnostic<'a>) -> Diagnostic<'a> {
        self.operands
            .iter()
            .fold(error, |error, (name, value)| error.note_value(name, *value))
    }
}
