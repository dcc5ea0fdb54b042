//! The guide is true: its code is that of the files it names, and its commands
//! print what it says.
//!
//! A comment before a block says what it is: `from FILE`, `input`,
//! `output of toy-opt …` or `errors of toy-opt …` on the last input, or on a
//! file: `… < FILE`.

use crate::run::{Outcome, toy_opt};
use pretty_assertions::assert_eq;
use std::{fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");

/// The blocks that a comment stands before, with that comment.
fn blocks(page: &str) -> Vec<(&str, String)> {
    let mut found = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(comment) = line
            .strip_prefix("<!-- ")
            .and_then(|line| line.strip_suffix(" -->"))
        else {
            continue;
        };
        let fence = lines.next().unwrap_or_default();
        assert!(
            fence.starts_with("```"),
            "expected a block after `{comment}`, but got {fence}"
        );
        let block: String = lines
            .by_ref()
            .take_while(|line| *line != "```")
            .map(|line| format!("{line}\n"))
            .collect();
        found.push((comment, block));
    }
    found
}

/// Runs toy-opt with those arguments, on the file that they end in or else on
/// the last input.
fn run(arguments: &str, input: &str) -> Outcome {
    let (arguments, source) = match arguments.split_once(" < ") {
        Some((arguments, file)) => (arguments, fs::read(Path::new(ROOT).join(file)).unwrap()),
        None => (arguments, input.into()),
    };
    let arguments: Vec<&str> = arguments.split_whitespace().collect();
    toy_opt(&arguments, source)
}

#[test]
fn the_guide_is_true() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/a-dialect-in-rust.md")).unwrap();
    let mut input = String::new();
    let (mut from_files, mut commands) = (0, 0);
    for (comment, block) in blocks(&page) {
        if let Some(file) = comment.strip_prefix("from ") {
            let text = fs::read_to_string(Path::new(ROOT).join(file)).unwrap();
            assert!(
                format!("\n{text}").contains(&format!("\n{block}")),
                "expected lines of {file}, but got\n{block}"
            );
            from_files += 1;
        } else if comment == "input" {
            input = block;
        } else if let Some(arguments) = comment.strip_prefix("output of toy-opt") {
            assert_eq!(run(arguments, &input).succeeds(), block);
            commands += 1;
        } else if let Some(arguments) = comment.strip_prefix("errors of toy-opt") {
            let errors = run(arguments, &input).fails();
            assert_eq!(format!("{}\n", errors.join("\n")), block);
            commands += 1;
        } else {
            panic!("expected a comment that says what its block is, but got `{comment}`");
        }
    }
    assert!(from_files >= 10 && commands >= 4, "{from_files} {commands}");
}

#[test]
fn paths_in_the_guide_exist() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/a-dialect-in-rust.md")).unwrap();
    let paths: Vec<&str> = page
        .split('`')
        .filter(|word| {
            ["dialect/", "examples/", "opt-tool/"]
                .iter()
                .any(|folder| word.starts_with(folder))
        })
        .collect();
    assert!(paths.len() >= 3, "{paths:?}");
    for path in paths {
        assert!(Path::new(ROOT).join(path).exists(), "{path}");
    }
}
