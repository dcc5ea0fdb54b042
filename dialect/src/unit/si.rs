//! The units of the SI that are products of its base units without a factor.

use super::{BTreeMap, grammar};

/// The base units, in the order in which products of them are written.
const BASE: [&str; 7] = ["kg", "m", "s", "A", "K", "mol", "cd"];

/// The derived units with names of their own (SI Brochure, table 4), in base
/// units. The degree Celsius is none of them: it has an offset.
const DERIVED: [(&str, &str); 24] = [
    ("rad", "1"),
    ("sr", "1"),
    ("Hz", "1/s"),
    ("N", "kg*m/s^2"),
    ("Pa", "kg/m/s^2"),
    ("J", "kg*m^2/s^2"),
    ("W", "kg*m^2/s^3"),
    ("C", "A*s"),
    ("V", "kg*m^2/s^3/A"),
    ("F", "A^2*s^4/kg/m^2"),
    ("ohm", "kg*m^2/s^3/A^2"),
    ("Ohm", "kg*m^2/s^3/A^2"),
    // Greek omega, and the sign that Unicode has for the unit.
    ("\u{3a9}", "kg*m^2/s^3/A^2"),
    ("\u{2126}", "kg*m^2/s^3/A^2"),
    ("S", "A^2*s^3/kg/m^2"),
    ("Wb", "kg*m^2/s^2/A"),
    ("T", "kg/s^2/A"),
    ("H", "kg*m^2/s^2/A^2"),
    ("lm", "cd"),
    ("lx", "cd/m^2"),
    ("Bq", "1/s"),
    ("Gy", "m^2/s^2"),
    ("Sv", "m^2/s^2"),
    ("kat", "mol/s"),
];

/// Where a base unit stands in a product.
pub fn rank(name: &str) -> usize {
    BASE.iter()
        .position(|base| *base == name)
        .unwrap_or(BASE.len())
}

/// A name as a product of base units; one that is not known is its own.
pub fn in_base_units(name: &str) -> BTreeMap<String, i32> {
    let definition = DERIVED
        .iter()
        .find(|(derived, _)| *derived == name)
        .map_or(name, |(_, definition)| definition);
    grammar::factors(definition)
        .unwrap_or_default()
        .into_iter()
        .map(|(name, power)| (name.to_owned(), power))
        .collect()
}
