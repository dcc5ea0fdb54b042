//! Every example in the documents and in the .td files is IR that fidelity-opt
//! accepts, and the page of each op says what a reader looks for there.
//!
//! An example is a block fenced as `mlir`. One that is not meant to stand on
//! its own has `<!-- not run -->` on the line before it.

use fidelity_dialect::OP_NAMES;
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
fn the_page_of_each_op_is_complete() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/dialect.md")).unwrap();
    let mut lacking = Vec::new();
    for name in OP_NAMES {
        let section = page
            .split_once(&format!("\n### `{name}` "))
            .map(|(_, rest)| rest.split("\n### ").next().unwrap_or(rest));
        match section {
            None => lacking.push(format!("{name}: a section")),
            Some(section) => {
                let lacks = lacks(name, section);
                lacking.extend(lacks.map(|what| format!("{name}: {what}")));
            }
        }
    }
    assert_eq!(lacking, Vec::<String>::new(), "what pages of ops lack");
}

/// What the section of an op does not have of what each has.
fn lacks(name: &str, section: &str) -> impl Iterator<Item = &'static str> {
    let code = code(section);
    let is_equation = |code: &&str| code.contains(" = ");
    let examples = examples(section);
    let uses_it = |(_, example): &(usize, String)| example.contains(&format!("{name} "));
    [
        (code.iter().any(is_equation), "an equation"),
        (
            code.iter().any(|code| code.starts_with('[')),
            "shapes, as `[…]`",
        ),
        (
            section.contains("arXiv") || section.contains("ONNX `"),
            "a source, on arXiv or in ONNX",
        ),
        (section.contains("\nFolds:"), "a list of folds"),
        (examples.iter().any(uses_it), "an example that uses it"),
    ]
    .into_iter()
    .filter_map(|(has, what)| (!has).then_some(what))
}

/// The code in a section's text: between backquotes, and the blocks that are no
/// IR. Folds and the grammar have equations too, and are left out.
fn code(section: &str) -> Vec<&str> {
    let text = section.split("\nFolds:").next().unwrap_or(section);
    let mut found = Vec::new();
    for (index, block) in text.split("```").enumerate() {
        match index % 2 {
            0 => found.extend(block.split('`').skip(1).step_by(2)),
            _ if block.contains("operation ::=") || block.starts_with("mlir") => {}
            _ => found.push(block),
        }
    }
    found
}

#[test]
fn what_a_page_lacks_is_found() {
    let page = "
```
operation ::= `fidelity.add` $x
```

`y = x + 1`, y being `[…, N]` (arXiv 2402.17764).

Folds:
- (F1) `add(x, 0) = x`.

```mlir
%y = fidelity.add %x : tensor<4xf32>
```
";
    let of = |page: &str| lacks("fidelity.add", page).collect::<Vec<_>>();
    assert_eq!(of(page), Vec::<&str>::new());
    assert_eq!(of(&page.replace("y = x", "x")), ["an equation"]);
    assert_eq!(of(&page.replace("`[…, N]`", "large")), ["shapes, as `[…]`"]);
    assert_eq!(
        of(&page.replace("arXiv", "a paper")),
        ["a source, on arXiv or in ONNX"]
    );
    assert_eq!(of(&page.replace("Folds:", "More:")), ["a list of folds"]);
    assert_eq!(
        of(&page.replace("fidelity.add %x", "fidelity.add_2 %x")),
        ["an example that uses it"]
    );
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
