//! Smaller modules with the same thing wrong.
//!
//! A module is made smaller as text: results of functions and ops that nothing
//! uses are left out, one after the other, as long as the same thing is wrong.
//! Arguments stay, so that the inputs are the same.

use std::ops::Range;

/// Leaves out of `text` what is not needed for `is_wrong`.
pub fn reduce(text: &str, mut is_wrong: impl FnMut(&str) -> bool) -> String {
    let mut text = text.to_owned();
    loop {
        let Some(smaller) = candidates(&text).into_iter().find(|text| is_wrong(text)) else {
            return text;
        };
        text = smaller;
    }
}

/// Texts that lack one thing each, the largest things first.
fn candidates(text: &str) -> Vec<String> {
    let lines: Vec<_> = text.lines().collect();
    let mut found = without_results(&lines);
    // A function that nothing calls.
    if let Some(end) = lines.iter().position(|line| *line == "}")
        && lines[0].starts_with("func.func private")
        && !text.contains("callee")
    {
        found.push(lines[end + 1..].join("\n") + "\n");
    }
    for unit in units(&lines) {
        let (before, rest) = lines.split_at(unit.start);
        let (unit, after) = rest.split_at(unit.len());
        let defined = unit[0].split_once(" = ").map_or("", |(names, _)| names);
        // The same names mean other values in other functions.
        let is_within = |line: &&&str| !line.starts_with("func.func") && **line != "}";
        let others =
            (before.iter().rev().take_while(is_within)).chain(after.iter().take_while(is_within));
        let used: Vec<_> = others.flat_map(|line| names(line)).collect();
        let is_used = names(defined).iter().any(|name| used.contains(name));
        if !is_used {
            found.push([before, after].concat().join("\n") + "\n");
        }
    }
    found.sort_by_key(String::len);
    found
}

/// The ops with their regions, outer ones before those inside.
fn units(lines: &[&str]) -> Vec<Range<usize>> {
    let indentation = |line: &str| line.len() - line.trim_start().len();
    let mut found = Vec::new();
    for (start, line) in lines.iter().enumerate() {
        let word = line.trim_start();
        if !word.starts_with(['%', '"']) && !word.starts_with("scf.if") {
            continue;
        }
        let closes = |(_, end): &(usize, &&str)| **end == format!("{:1$}}}", "", indentation(line));
        let end = match line.ends_with('{') {
            true => lines
                .iter()
                .enumerate()
                .skip(start)
                .find(closes)
                .map(|(end, _)| end),
            false => Some(start),
        };
        if let Some(end) = end {
            found.push(start..end + 1);
        }
    }
    found
}

/// Texts whose last function, which nothing calls, returns one value less.
fn without_results(lines: &[&str]) -> Vec<String> {
    let position = |start: &str| lines.iter().rposition(|line| line.starts_with(start));
    let (Some(head), Some(tail)) = (position("func.func"), position("  return ")) else {
        return Vec::new();
    };
    let signature = lines[head].rsplit_once(" -> (");
    let returned = lines[tail]["  return ".len()..].split_once(" : ");
    let (Some((start, results)), Some((names, types))) = (signature, returned) else {
        return Vec::new();
    };
    let (names, types) = (split(names), split(types));
    let results = split(results.strip_suffix(") {").unwrap_or(results));
    (0..names.len().min(results.len()).min(types.len()))
        .map(|left_out| {
            let keep = |items: &[&str]| {
                let mut items = items.to_vec();
                items.remove(left_out);
                items.join(", ")
            };
            let mut lines: Vec<_> = lines.iter().map(|line| (*line).to_owned()).collect();
            lines[head] = format!("{start} -> ({}) {{", keep(&results));
            lines[tail] = match names.len() {
                1 => "  return".to_owned(),
                _ => format!("  return {} : {}", keep(&names), keep(&types)),
            };
            lines.join("\n") + "\n"
        })
        .collect()
}

/// The items of a list, in which commas may stand in brackets.
fn split(list: &str) -> Vec<&str> {
    let mut depth = 0;
    let mut items = Vec::new();
    let mut start = 0;
    for (at, character) in list.char_indices() {
        match character {
            '<' | '[' | '(' => depth += 1,
            '>' | ']' | ')' => depth -= 1,
            ',' if depth == 0 => {
                items.push(list[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(list[start..].trim());
    items
}

/// The names of values in a text.
fn names(text: &str) -> Vec<&str> {
    let ends = |character: char| !character.is_ascii_alphanumeric();
    (text.split('%').skip(1))
        .map(|rest| &rest[..rest.find(ends).unwrap_or(rest.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn what_is_not_needed_is_left_out() {
        let text = "\
func.func @f(%arg0: tensor<2xi8, #fidelity.tensor<dims = [A, B]>>) -> (tensor<f32>, tensor<2xi8, #fidelity.tensor<dims = [A, B]>>) {
  %1 = \"first\"() : () -> (tensor<f32>)
  %11 = \"second\"(%1) : (tensor<f32>) -> (tensor<f32>)
  %2 = scf.if %3 -> (tensor<f32>) {
    %5 = \"third\"() : () -> (tensor<f32>)
    scf.yield %5 : tensor<f32>
  } else {
    scf.yield %1 : tensor<f32>
  }
  return %11, %arg0 : tensor<f32>, tensor<2xi8, #fidelity.tensor<dims = [A, B]>>
}
";
        let expected = "\
func.func @f(%arg0: tensor<2xi8, #fidelity.tensor<dims = [A, B]>>) -> (tensor<f32>) {
  %1 = \"first\"() : () -> (tensor<f32>)
  %11 = \"second\"(%1) : (tensor<f32>) -> (tensor<f32>)
  return %11 : tensor<f32>
}
";
        let wrong = |text: &str| text.contains("second") && text.contains("return %11");
        assert_eq!(reduce(text, wrong), expected);
    }
}
