//! The grammar of units.

/// The names of a product or quotient such as `m/s^2` or `kg*m^2`, with their
/// powers; `1`, the unit of a number, is no factor.
///
/// # Errors
///
/// What was expected at which character, counted from 1.
pub fn factors(unit: &str) -> Result<Vec<(&str, i32)>, String> {
    let mut factors = Vec::new();
    let mut rest = unit;
    let mut sign = 1;
    loop {
        let factor = factor(unit, rest)?;
        if !factor.name.is_empty() {
            factors.push((factor.name, sign * factor.power));
        }
        match factor.rest.chars().next() {
            None => return Ok(factors),
            Some('*') => sign = 1,
            Some('/') => sign = -1,
            Some(other) => return Err(error(unit, factor.rest, factor.expected, other)),
        }
        rest = &factor.rest[1..];
    }
}

/// A factor of a unit, and what follows it.
struct Factor<'a> {
    /// Empty for `1`.
    name: &'a str,
    /// Not `i32::MIN`.
    power: i32,
    rest: &'a str,
    /// What may stand there.
    expected: &'static str,
}

/// Reads a name or `1`, and a power after it.
fn factor<'a>(unit: &str, text: &'a str) -> Result<Factor<'a>, String> {
    let end = text
        .find(|letter: char| !letter.is_alphabetic())
        .unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    let rest = match end {
        0 => text
            .strip_prefix('1')
            .ok_or_else(|| match text.chars().next() {
                Some(other) => error(unit, text, "the name of a unit", other),
                None => format!("expected the name of a unit at the end of \"{unit}\""),
            })?,
        _ => rest,
    };
    let Some(power) = rest.strip_prefix('^') else {
        return Ok(Factor {
            name,
            power: 1,
            rest,
            expected: "`*`, `/`, `^` or the end",
        });
    };
    let digits = power.strip_prefix('-').unwrap_or(power);
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    let magnitude: i32 = digits[..end].parse().map_err(|_| {
        format!("expected an integer power after `^` in \"{unit}\", but got \"{power}\"")
    })?;
    Ok(Factor {
        name,
        power: if digits.len() < power.len() {
            -magnitude
        } else {
            magnitude
        },
        rest: &digits[end..],
        expected: "`*`, `/` or the end",
    })
}

fn error(unit: &str, rest: &str, expected: &str, got: char) -> String {
    let column = unit.chars().count() - rest.chars().count() + 1;
    format!("expected {expected} at character {column} of \"{unit}\", but got `{got}`")
}

#[cfg(test)]
mod tests {
    use super::factors;
    use pretty_assertions::assert_eq;

    #[test]
    fn well_formed() {
        for (unit, expected) in [
            ("m", vec![("m", 1)]),
            ("m/s^2", vec![("m", 1), ("s", -2)]),
            (
                "kg*m^2/s^-2*A",
                vec![("kg", 1), ("m", 2), ("s", 2), ("A", 1)],
            ),
            ("1/s", vec![("s", -1)]),
            ("1", vec![]),
            ("1^3*µm^0", vec![("µm", 0)]),
        ] {
            assert_eq!(factors(unit), Ok(expected), "{unit}");
        }
    }

    #[test]
    fn malformed() {
        for (unit, message) in [
            ("", "expected the name of a unit at the end of \"\""),
            ("m/", "expected the name of a unit at the end of \"m/\""),
            (
                "m s",
                "expected `*`, `/`, `^` or the end at character 2 of \"m s\", but got ` `",
            ),
            (
                "m^x",
                "expected an integer power after `^` in \"m^x\", but got \"x\"",
            ),
            (
                "m^99999999999",
                "expected an integer power after `^` in \"m^99999999999\", but got \"99999999999\"",
            ),
            (
                "m^2^3",
                "expected `*`, `/` or the end at character 4 of \"m^2^3\", but got `^`",
            ),
            (
                "2*m",
                "expected the name of a unit at character 1 of \"2*m\", but got `2`",
            ),
        ] {
            assert_eq!(factors(unit), Err(message.to_owned()), "{unit}");
        }
    }
}
