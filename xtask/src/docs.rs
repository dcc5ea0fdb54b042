//! The reference pages, made from the .td files.

use crate::command::{describe, llvm_prefix, root};
use std::{fs, path::PathBuf, process::Command};

const INCLUDES: &[&str] = &[
    "dialect/include",
    "dialect/bridge/include",
    "passes/include",
    "lowering/include",
];

const DIALECT: &str = "dialect/include/fidelity/IR/FidelityOps.td";

/// The headings of docs/passes.md and the passes under them.
const PASSES: &[(&str, &str)] = &[
    (
        "Fidelity to itself",
        "passes/include/fidelity/Passes/Passes.td",
    ),
    (
        "Fidelity to other dialects",
        "lowering/include/fidelity/Lowering/Passes.td",
    ),
];

const NOTE: &str = "<!-- Made from the .td files by `cargo xtask docs`. -->\n\n";

const OPS_BEGIN: &str = "<!-- ops:begin -->\n";
const OPS_END: &str = "<!-- ops:end -->";

/// Writes the pages, or with `check` says which are out of date.
///
/// # Errors
///
/// One line, when mlir-tblgen fails, a file cannot be read or written, or a
/// page is out of date under `check`.
pub fn run(check: bool) -> Result<(), String> {
    let mut stale = Vec::new();
    for (path, content) in pages()? {
        let file = root().join(&path);
        if fs::read_to_string(&file).is_ok_and(|found| found == content) {
            continue;
        }
        if !check {
            if let Some(folder) = file.parent() {
                fs::create_dir_all(folder)
                    .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
            }
            fs::write(&file, content).map_err(|error| format!("cannot write {path}: {error}"))?;
            println!("wrote {path}");
        }
        stale.push(path);
    }
    if check && !stale.is_empty() {
        return Err(format!(
            "expected documents that agree with the .td files, but {} differ; \
             run `cargo xtask docs`",
            stale.join(", ")
        ));
    }
    Ok(())
}

/// The paths, from the root, and contents of all that is generated.
fn pages() -> Result<Vec<(String, String)>, String> {
    let dialect = dialect_page()?;
    let readme = fs::read_to_string(root().join("README.md"))
        .map_err(|error| format!("cannot read README.md: {error}"))?;
    let readme = with_table(&readme, &table_of_ops(&dialect))?;
    Ok(vec![
        ("docs/dialect.md".to_owned(), dialect),
        ("docs/passes.md".to_owned(), passes_page()?),
        ("README.md".to_owned(), readme),
    ])
}

fn dialect_page() -> Result<String, String> {
    let text = tablegen(&["-gen-dialect-doc", "-dialect=fidelity"], DIALECT)?;
    // A mark for the site generator of MLIR's own documents.
    Ok(format!("{NOTE}{}", text.replace("[TOC]\n\n", "")))
}

fn passes_page() -> Result<String, String> {
    let mut page = format!("{NOTE}# Passes\n");
    for (heading, file) in PASSES {
        if root().join(file).exists() {
            let text = tablegen(&["-gen-pass-doc"], file)?;
            page.push_str(&format!("\n## {heading}\n\n{text}"));
        }
    }
    Ok(page)
}

/// Runs mlir-tblgen; its output has no note of its origin and one newline at
/// its end.
fn tablegen(options: &[&str], file: &str) -> Result<String, String> {
    let mut command = Command::new(llvm_prefix().join("bin/mlir-tblgen"));
    command.current_dir(root()).args(options).arg(file);
    for include in INCLUDES
        .iter()
        .map(PathBuf::from)
        .chain([llvm_prefix().join("include")])
    {
        command.arg("-I").arg(include);
    }
    let output = command
        .output()
        .map_err(|error| format!("cannot run {}: {error}", describe(&command)))?;
    if !output.status.success() {
        eprint!("{}", String::from_utf8_lossy(&output.stderr));
        return Err(format!(
            "{} failed with {}",
            describe(&command),
            output.status
        ));
    }
    let text = String::from_utf8(output.stdout)
        .map_err(|error| format!("expected {file} to be UTF-8, but got {error}"))?;
    let text = match text.split_once('\n') {
        Some((note, rest)) if note.starts_with("<!--") => rest,
        _ => &text,
    };
    Ok(format!("{}\n", text.trim()))
}

/// One row for each op: its name, linked to its part of docs/dialect.md, and
/// its summary.
fn table_of_ops(dialect_page: &str) -> String {
    let mut table = String::from("| op | what it is |\n| --- | --- |\n");
    let mut lines = dialect_page.lines();
    while let Some(line) = lines.next() {
        // ### `fidelity.add` (::fidelity::AddOp)
        let Some(heading) = line.strip_prefix("### `") else {
            continue;
        };
        let Some((name, _)) = heading.split_once("` (") else {
            continue;
        };
        // The summary follows after an empty line, in italics.
        let summary = lines
            .nth(1)
            .unwrap_or_default()
            .trim_matches('_')
            .replace('|', "\\|");
        let anchor = anchor(heading);
        table.push_str(&format!(
            "| [`{name}`](docs/dialect.md#{anchor}) | {summary} |\n"
        ));
    }
    table
}

/// The fragment that Markdown viewers give to a heading.
fn anchor(heading: &str) -> String {
    heading
        .chars()
        .filter_map(|c| match c {
            ' ' => Some('-'),
            c if c.is_alphanumeric() || c == '_' || c == '-' => Some(c.to_ascii_lowercase()),
            _ => None,
        })
        .collect()
}

fn with_table(readme: &str, table: &str) -> Result<String, String> {
    let parts = readme
        .split_once(OPS_BEGIN)
        .and_then(|(before, rest)| Some((before, rest.split_once(OPS_END)?.1)));
    let Some((before, after)) = parts else {
        return Err(format!(
            "expected README.md to hold the lines {} and {}, but got a file without them",
            OPS_BEGIN.trim_end(),
            OPS_END.trim_end()
        ));
    };
    Ok(format!("{before}{OPS_BEGIN}\n{table}\n{OPS_END}{after}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
# 'fidelity' Dialect

## Operations

### `fidelity.ssm.output` (::fidelity::SsmOutputOp)

_Read a | state_

## Attributes

### TensorAttr

_Storage_
";

    #[test]
    fn the_table_has_ops_and_nothing_else() {
        assert_eq!(
            table_of_ops(PAGE),
            "| op | what it is |\n| --- | --- |\n\
             | [`fidelity.ssm.output`](docs/dialect.md#fidelityssmoutput-fidelityssmoutputop) \
             | Read a \\| state |\n"
        );
    }

    #[test]
    fn the_table_replaces_what_stood_between_the_marks() {
        let readme = "A\n<!-- ops:begin -->\nold\n<!-- ops:end -->\nB\n";
        assert_eq!(
            with_table(readme, "new\n").unwrap(),
            "A\n<!-- ops:begin -->\n\nnew\n\n<!-- ops:end -->\nB\n"
        );
    }

    #[test]
    fn a_readme_without_marks_is_refused() {
        assert_eq!(
            with_table("A\n<!-- ops:end -->\n<!-- ops:begin -->\n", "").unwrap_err(),
            "expected README.md to hold the lines <!-- ops:begin --> and <!-- ops:end -->, \
             but got a file without them"
        );
    }
}
