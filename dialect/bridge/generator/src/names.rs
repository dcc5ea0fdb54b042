//! Rust and C++ names for what ODS names.

use crate::Result;
use heck::{ToSnakeCase, ToUpperCamelCase};
use std::collections::HashMap;

/// Words that Rust keeps for itself and allows as `r#word`.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "do", "dyn",
    "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let",
    "loop", "macro", "match", "mod", "move", "mut", "override", "priv", "pub", "ref", "return",
    "static", "struct", "trait", "true", "try", "type", "typeof", "unsafe", "unsized", "use",
    "virtual", "where", "while", "yield",
];

/// Words that Rust does not even allow as `r#word`.
const PATH_WORDS: &[&str] = &["Self", "crate", "self", "super"];

/// The names of one scope, each Rust name standing for one ODS name.
pub struct Scope<'a> {
    owner: &'a str,
    taken: HashMap<String, String>,
}

impl<'a> Scope<'a> {
    /// The scope of a record, which errors name.
    pub fn new(owner: &'a str) -> Self {
        Self {
            owner,
            taken: HashMap::new(),
        }
    }

    /// The name of a method, field or parameter: `snake_case`, with `suffix`
    /// when it is one of `reserved`, and a valid identifier.
    ///
    /// # Errors
    ///
    /// When another ODS name is the same in Rust.
    pub fn value(&mut self, ods: &str, suffix: &str, reserved: &[&str]) -> Result<String> {
        let mut name = ods.to_snake_case();
        if reserved.contains(&name.as_str()) {
            name = format!("{name}_{suffix}");
        }
        self.take(ods, escape(name))
    }

    /// The name of an enum's case, in `UpperCamelCase`.
    ///
    /// # Errors
    ///
    /// As [`Scope::value`].
    pub fn variant(&mut self, ods: &str) -> Result<String> {
        self.take(ods, escape(ods.to_upper_camel_case()))
    }

    /// A name that is one in Rust as it is.
    ///
    /// # Errors
    ///
    /// As [`Scope::value`].
    pub fn take(&mut self, ods: &str, rust: String) -> Result<String> {
        match self.taken.insert(rust.clone(), ods.into()) {
            None => Ok(rust),
            Some(other) => Err(format!(
                "{}: expected distinct names in Rust, but got `{rust}` for `{other}` and for `{ods}`",
                self.owner
            )
            .into()),
        }
    }
}

/// A word that may stand where Rust wants an identifier.
fn escape(name: String) -> String {
    if PATH_WORDS.contains(&name.as_str()) {
        format!("{name}_")
    } else if KEYWORDS.contains(&name.as_str()) {
        format!("r#{name}")
    } else {
        name
    }
}

/// The getter that ODS gives an attribute's or type's parameter: `getFooBar`
/// for `foo_bar` and for `fooBar`.
pub fn cpp_getter(parameter: &str) -> String {
    let mut text = String::from("get");
    let mut raise = true;
    let mut letters = parameter.chars().peekable();
    while let Some(letter) = letters.next() {
        if letter == '_' && !raise && letters.peek().is_some_and(char::is_ascii_lowercase) {
            raise = true;
        } else {
            text.push(if raise {
                letter.to_ascii_uppercase()
            } else {
                letter
            });
            raise = false;
        }
    }
    text
}

/// ODS names a C++ class by what follows the first `_` of the record's name,
/// unless nothing stands before or after it.
pub fn cpp_class(record: &str) -> &str {
    match record.split_once('_') {
        Some((prefix, class)) if !prefix.is_empty() && !class.is_empty() => class,
        Some((prefix, "")) => prefix,
        _ => record,
    }
}

/// A .td file's text as one line of documentation.
pub fn doc(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn value(ods: &str) -> String {
        Scope::new("toy.op")
            .value(ods, "operand", &["context"])
            .unwrap()
    }

    #[test]
    fn values_are_snake_case() {
        for (ods, rust) in [
            ("lowerBound", "lower_bound"),
            ("lower_bound", "lower_bound"),
            ("A", "a"),
            ("numIOs", "num_i_os"),
            ("HTTPServer", "http_server"),
            ("loadIO", "load_io"),
            ("dim0", "dim0"),
        ] {
            assert_eq!(value(ods), rust);
        }
    }

    #[test]
    fn words_of_rust_are_escaped() {
        assert_eq!(value("type"), "r#type");
        assert_eq!(value("in"), "r#in");
        assert_eq!(value("self"), "self_");
        assert_eq!(value("context"), "context_operand");
        assert_eq!(Scope::new("E").variant("self").unwrap(), "Self_");
    }

    #[test]
    fn two_names_do_not_become_one() {
        let mut scope = Scope::new("toy.op");
        scope.value("fooBar", "operand", &[]).unwrap();
        assert_eq!(
            scope
                .value("foo_bar", "attribute", &[])
                .unwrap_err()
                .to_string(),
            "toy.op: expected distinct names in Rust, but got `foo_bar` for `fooBar` and for \
             `foo_bar`"
        );
    }

    #[test]
    fn variants_are_camel_case() {
        for (ods, rust) in [
            ("F32", "F32"),
            ("NotEqual", "NotEqual"),
            ("NOT_EQUAL", "NotEqual"),
            ("ne", "Ne"),
            ("packed2", "Packed2"),
        ] {
            assert_eq!(Scope::new("E").variant(ods).unwrap(), rust);
        }
    }

    #[test]
    fn getters_are_those_of_ods() {
        for (ods, cpp) in [
            ("unit", "getUnit"),
            ("group_size", "getGroupSize"),
            ("groupSize", "getGroupSize"),
            ("dim_0", "getDim_0"),
        ] {
            assert_eq!(cpp_getter(ods), cpp);
        }
    }

    #[test]
    fn classes_are_those_of_ods() {
        for (record, class) in [
            ("Toy_DoubleOp", "DoubleOp"),
            ("Toy_Double_Op", "Double_Op"),
            ("DoubleOp", "DoubleOp"),
            ("_DoubleOp", "_DoubleOp"),
        ] {
            assert_eq!(cpp_class(record), class);
        }
    }

    #[test]
    fn documentation_is_one_line() {
        assert_eq!(doc("  a text\n   of two lines "), "a text of two lines");
    }
}
