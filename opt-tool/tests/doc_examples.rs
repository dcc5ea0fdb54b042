//! Every example in the documents and in the .td files is IR that fidelity-opt
//! accepts.
//!
//! An example is a block fenced as `mlir`. One that is not meant to stand on
//! its own has `<!-- not run -->` on the line before it.

use std::{
    collections::HashSet,
    fs,
    io::Write,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// Where examples are: folders are searched for files of the extension.
const PLACES: &[(&str, &str)] = &[
    ("README.md", "md"),
    ("dialect/include", "td"),
    ("passes/include", "td"),
    ("lowering/include", "td"),
    ("docs", "md"),
];

#[test]
fn examples_are_accepted() {
    let mut seen = HashSet::new();
    let mut refused = Vec::new();
    for file in files() {
        let text = fs::read_to_string(&file).unwrap();
        for (line, example) in examples(&text) {
            // The generated pages repeat the .td files.
            if seen.insert(example.clone())
                && let Err(message) = accept(&example)
            {
                let file = file.strip_prefix(ROOT).unwrap_or(&file).display();
                refused.push(format!("{file}:{line}\n{message}"));
            }
        }
    }
    assert!(!seen.is_empty(), "expected examples, but got none");
    assert!(
        refused.is_empty(),
        "{} of {} examples were refused:\n{}",
        refused.len(),
        seen.len(),
        refused.join("\n")
    );
}

fn files() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for (place, extension) in PLACES {
        let mut open = vec![Path::new(ROOT).join(place)];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(
                    fs::read_dir(path)
                        .unwrap()
                        .map(|entry| entry.unwrap().path()),
                );
            } else if path.extension().is_some_and(|found| found == *extension) && path.exists() {
                found.push(path);
            }
        }
    }
    found
}

/// The examples of a text, without their indentation, and the lines, from 1,
/// on which they begin.
fn examples(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut before = "";
    let mut lines = text.lines().enumerate();
    while let Some((index, line)) = lines.next() {
        let fence = line.trim_start();
        if fence.starts_with("```") {
            let indentation = line.len() - fence.len();
            let block: Vec<_> = lines
                .by_ref()
                .map(|(_, line)| line)
                .take_while(|line| line.trim() != "```")
                .map(|line| line.get(indentation..).unwrap_or_default())
                .collect();
            // A class of a .td file pastes the name of each op in: the generated
            // page has those examples whole.
            let is_whole = !block.iter().any(|line| line.contains("}] #"));
            if fence == "```mlir" && before != "<!-- not run -->" && is_whole {
                found.push((index + 2, block.join("\n")));
            }
        }
        before = line.trim();
    }
    found
}

/// Has fidelity-opt parse and verify an example.
fn accept(example: &str) -> Result<(), String> {
    let mut child = Command::new(env!("CARGO_BIN_EXE_fidelity-opt"))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A child that fails before it has read everything says why on stderr.
    let _ = child.stdin.take().unwrap().write_all(example.as_bytes());
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn examples_are_found_without_indentation() {
    let text = "
  ```mlir
  func.func @f() {
    return
  }
  ```

```
other
```
<!-- not run -->
```mlir
%y = fidelity.add
```
```mlir
%y = fidelity.}] # mnemonic # [{ %x : tensor<4xf32>
```
```mlir
module {}
```
";
    let expected = [
        (3, "func.func @f() {\n  return\n}".to_owned()),
        (19, "module {}".to_owned()),
    ];
    pretty_assertions::assert_eq!(examples(text), expected);
}

#[test]
fn what_is_no_ir_is_refused() {
    let message = accept("func.func @f( {").unwrap_err();
    assert!(message.contains("error:"), "{message}");
}
