//! What stands between the braces of a pipeline's name. A mistaken option must
//! not be ignored.

/// Refuses options of a pipeline that has none.
pub fn refuse_options(pipeline: &str, options: &str) -> Result<(), String> {
    if options.trim().is_empty() {
        return Ok(());
    }
    Err(format!(
        "expected no options of {pipeline}, but got `{}`",
        options.trim()
    ))
}

/// The value of the one option that a pipeline has, and needs.
pub fn only_option<'a>(pipeline: &str, name: &str, options: &'a str) -> Result<&'a str, String> {
    let expected = |got: &str| {
        Err(format!(
            "expected {name}=… as the option of {pipeline}, but got {got}"
        ))
    };
    let words: Vec<_> = options.split_whitespace().collect();
    let [word] = words[..] else {
        let got = match words.len() {
            0 => "none".to_owned(),
            _ => format!("`{}`", options.trim()),
        };
        return expected(&got);
    };
    match word.split_once('=') {
        Some((found, value)) if found == name && !value.is_empty() => Ok(value),
        _ => expected(&format!("`{word}`")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn refuses_options() {
        assert_eq!(refuse_options("a-pipeline", " "), Ok(()));
        assert_eq!(
            refuse_options("a-pipeline", "speed=high"),
            Err("expected no options of a-pipeline, but got `speed=high`".into())
        );
    }

    #[test]
    fn finds_the_only_option() {
        let chip = |options| only_option("a-pipeline", "chip", options);
        assert_eq!(chip(" chip=x "), Ok("x"));
        let error = |got| {
            Err(format!(
                "expected chip=… as the option of a-pipeline, but got {got}"
            ))
        };
        assert_eq!(chip(""), error("none"));
        assert_eq!(chip("chip"), error("`chip`"));
        assert_eq!(chip("chip="), error("`chip=`"));
        assert_eq!(chip("chips=x"), error("`chips=x`"));
        assert_eq!(chip("chip=x speed=high"), error("`chip=x speed=high`"));
    }
}
