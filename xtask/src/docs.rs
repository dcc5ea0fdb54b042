//! The reference pages, made from the .td files.

mod interfaces;

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

/// A page that holds a generated table, between two marks.
struct Table {
    page: &'static str,
    name: &'static str,
}

const OPS: Table = Table {
    page: "README.md",
    name: "ops",
};
const INTERFACES: Table = Table {
    page: "docs/interfaces.md",
    name: "interfaces",
};

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
    let readme = OPS.page_with(&table_of_ops(&dialect))?;
    let interfaces = INTERFACES.page_with(&interfaces::table(&dialect)?)?;
    Ok(vec![
        ("docs/dialect.md".to_owned(), dialect),
        ("docs/passes.md".to_owned(), passes_page()?),
        (OPS.page.to_owned(), readme),
        (INTERFACES.page.to_owned(), interfaces),
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

impl Table {
    /// The page with `table` between its marks.
    fn page_with(&self, table: &str) -> Result<String, String> {
        let page = fs::read_to_string(root().join(self.page))
            .map_err(|error| format!("cannot read {}: {error}", self.page))?;
        self.replaced(&page, table)
    }

    fn replaced(&self, page: &str, table: &str) -> Result<String, String> {
        let begin = format!("<!-- {}:begin -->", self.name);
        let end = format!("<!-- {}:end -->", self.name);
        let parts = page
            .split_once(&format!("{begin}\n"))
            .and_then(|(before, rest)| Some((before, rest.split_once(&end)?.1)));
        let Some((before, after)) = parts else {
            return Err(format!(
                "expected {} to hold the lines {begin} and {end}, but got a file without them",
                self.page
            ));
        };
        Ok(format!("{before}{begin}\n\n{table}\n{end}{after}"))
    }
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
            OPS.replaced(readme, "new\n").unwrap(),
            "A\n<!-- ops:begin -->\n\nnew\n\n<!-- ops:end -->\nB\n"
        );
    }

    #[test]
    fn a_readme_without_marks_is_refused() {
        assert_eq!(
            OPS.replaced("A\n<!-- ops:end -->\n<!-- ops:begin -->\n", "")
                .unwrap_err(),
            "expected README.md to hold the lines <!-- ops:begin --> and <!-- ops:end -->, \
             but got a file without them"
        );
    }
}
