//! The same again with other constants.

use super::{Contents, Function};
use crate::value::{Type, Value};
use std::collections::HashMap;

impl Function<'_> {
    /// Writes what stands in the block from `start` on once more: maybe with other
    /// elements of constants, and mostly of a result of it in the place of a value
    /// that it read, as layers follow each other. Values from `seen` on were seen
    /// after that.
    pub fn repeat(&mut self, start: usize, seen: usize) {
        let text = self.text[start..].to_owned();
        let defined = definitions(&text);
        let results: Vec<_> = (self.visible[seen..].iter())
            .filter(|value| defined.contains(&value.name.as_str()))
            .cloned()
            .collect();
        let mut names: HashMap<String, String> = HashMap::new();
        if self.random.chance(70)
            && let Some((from, to)) = self.carried(&text, &results)
        {
            names.insert(from, to);
        }
        for name in defined {
            let fresh = self.fresh();
            names.insert(name.to_owned(), fresh);
        }
        for line in text.lines() {
            let own = line.trim_start().split(' ').next().unwrap_or_default();
            let constant = self.constants.get(own).cloned();
            let renamed = renamed(line, &names);
            match constant {
                Some(r#type) => {
                    let name = names[own].clone();
                    let line = match self.random.chance(60) {
                        true => {
                            let text = self.constant_text(&r#type);
                            let indentation = &line[..line.len() - line.trim_start().len()];
                            format!(
                                "{indentation}{name} = \"arith.constant\"() <{{value = {text} : \
                                 {type}}}> : () -> ({type})",
                                r#type = r#type
                            )
                        }
                        false => renamed,
                    };
                    self.constants.insert(name, r#type);
                    self.text.push_str(&line);
                }
                None => self.text.push_str(&renamed),
            }
            self.text.push('\n');
        }
        // What is carried is a name on both sides, so that no order of them may count.
        let is_used = |(from, _): &(&String, &String)| self.used.contains(*from);
        let used: Vec<_> = names
            .iter()
            .filter(is_used)
            .map(|(_, to)| to.clone())
            .collect();
        self.used.extend(used);
        for result in results {
            self.visible.push(Value {
                name: names[&result.name].clone(),
                r#type: result.r#type,
            });
        }
    }

    /// A value from outside that a text reads and a result of its type. An argument
    /// that is of one sign, or no float, has to be what it is.
    fn carried(&mut self, text: &str, results: &[Value]) -> Option<(String, String)> {
        let is_any = |value: &Value| {
            let argument = self.arguments.iter().find(|found| found.value == *value);
            argument.is_none_or(|argument| match &argument.contents {
                Contents::Floats(range) => range.start < 0.0 && range.end > 0.0,
                _ => false,
            })
        };
        let read: Vec<&str> = names(text).map(|(_, name)| name).collect();
        let pairs: Vec<_> = (self.visible.iter())
            .filter(|value| {
                matches!(value.r#type, Type::Tensor(_))
                    && read.contains(&value.name.as_str())
                    && !results.contains(value)
                    && !self.constants.contains_key(&value.name)
                    && is_any(value)
            })
            .flat_map(|value| {
                let fits = |result: &&Value| result.r#type == value.r#type;
                let fitting = results.iter().filter(fits);
                fitting.map(|result| (value.name.clone(), result.name.clone()))
            })
            .collect();
        (!pairs.is_empty()).then(|| self.random.pick(&pairs).clone())
    }
}

/// The names of values in a text, and where each begins.
fn names(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.match_indices('%').map(|(start, _)| {
        let rest = &text[start + 1..];
        let length = rest
            .find(|letter: char| !letter.is_ascii_alphanumeric())
            .unwrap_or(rest.len());
        (start, &text[start..start + 1 + length])
    })
}

/// The values that a text defines: those with a `=` behind them, and those of the same
/// list.
fn definitions(text: &str) -> Vec<&str> {
    let mut defined = Vec::new();
    for line in text.lines() {
        let results = match line.trim_start().starts_with('%') {
            true => line.split(" = ").next().unwrap_or_default(),
            false => "",
        };
        for (start, name) in names(line) {
            let is_defined = start < results.len() || line[start + name.len()..].starts_with(" = ");
            if is_defined && !defined.contains(&name) {
                defined.push(name);
            }
        }
    }
    defined
}

/// A line with other names.
fn renamed(line: &str, to: &HashMap<String, String>) -> String {
    let mut text = String::new();
    let mut end = 0;
    for (start, name) in names(line) {
        text.push_str(&line[end..start]);
        text.push_str(to.get(name).map_or(name, String::as_str));
        end = start + name.len();
    }
    text + &line[end..]
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn finds_and_renames_definitions() {
        let text = "%1, %2 = \"a.b\"(%arg0, %3) : () -> ()\n%4 = scf.for %5 = %6 to %6 step %6 \
                    iter_args(%7 = %1) -> (tensor<1xf32>) {\n";
        assert_eq!(definitions(text), ["%1", "%2", "%4", "%5", "%7"]);
        let to = HashMap::from([("%1".to_owned(), "%11".to_owned())]);
        assert_eq!(renamed("%1 = %10, %1", &to), "%11 = %10, %11");
    }
}
