//! The grammar of units.

/// Checks that a unit is a product or quotient of names with integer powers,
/// such as `m/s^2` or `kg*m^2`; `1` is the unit of a number.
///
/// # Errors
///
/// What was expected at which character, counted from 1.
pub fn check(unit: &str) -> Result<(), String> {
    let mut rest = unit;
    loop {
        let (after, expected) = factor(unit, rest)?;
        match after.chars().next() {
            None => return Ok(()),
            Some('*' | '/') => rest = &after[1..],
            Some(other) => return Err(error(unit, after, expected, other)),
        }
    }
}

/// Reads a name or `1`, and a power after it; gives the rest and what may
/// stand there.
fn factor<'a>(unit: &str, text: &'a str) -> Result<(&'a str, &'static str), String> {
    let name = text
        .find(|letter: char| !letter.is_alphabetic())
        .unwrap_or(text.len());
    let rest = match name {
        0 => text
            .strip_prefix('1')
            .ok_or_else(|| match text.chars().next() {
                Some(other) => error(unit, text, "the name of a unit", other),
                None => format!("expected the name of a unit at the end of \"{unit}\""),
            })?,
        _ => &text[name..],
    };
    let Some(power) = rest.strip_prefix('^') else {
        return Ok((rest, "`*`, `/`, `^` or the end"));
    };
    let digits = power.strip_prefix('-').unwrap_or(power);
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    if end == 0 || digits[..end].parse::<i32>().is_err() {
        return Err(format!(
            "expected an integer power after `^` in \"{unit}\", but got \"{power}\""
        ));
    }
    Ok((&digits[end..], "`*`, `/` or the end"))
}

fn error(unit: &str, rest: &str, expected: &str, got: char) -> String {
    let column = unit.chars().count() - rest.chars().count() + 1;
    format!("expected {expected} at character {column} of \"{unit}\", but got `{got}`")
}

#[cfg(test)]
mod tests {
    use super::check;
    use pretty_assertions::assert_eq;

    #[test]
    fn well_formed() {
        for unit in ["m", "m/s^2", "kg*m^2*s^-2", "1/s", "1", "µm", "rad"] {
            assert_eq!(check(unit), Ok(()), "{unit}");
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
            assert_eq!(check(unit), Err(message.to_owned()), "{unit}");
        }
    }
}
