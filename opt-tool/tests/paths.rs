//! The map must match the country: every path that ARCHITECTURE.md names
//! exists.

use pretty_assertions::assert_eq;
use std::{fs, path::Path};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

const EXTENSIONS: &[&str] = &[
    "cpp", "h", "md", "mlir", "mlirbc", "py", "rs", "td", "toml", "txt",
];

#[test]
fn paths_in_the_architecture_page_exist() {
    let page = fs::read_to_string(Path::new(ROOT).join("ARCHITECTURE.md")).unwrap();
    let paths = paths(&page);
    assert!(
        paths.len() > 10,
        "expected a page that names the parts of the tree, but got only {paths:?}"
    );
    let missing: Vec<_> = paths
        .into_iter()
        .filter(|path| !Path::new(ROOT).join(path).exists())
        .collect();
    assert_eq!(missing, Vec::<&str>::new(), "paths that do not exist");
}

/// The paths from the root among the words in backticks, outside fenced blocks.
fn paths(page: &str) -> Vec<&str> {
    let mut fenced = false;
    page.lines()
        .filter(|line| {
            let fence = line.trim_start().starts_with("```");
            fenced ^= fence;
            !fence && !fenced
        })
        .flat_map(|line| line.split('`').skip(1).step_by(2))
        .filter(|word| is_path(word))
        .collect()
}

/// Whether a word has a slash or the extension of a source file, and no
/// character of a placeholder, a command or code.
fn is_path(word: &str) -> bool {
    let plain = |c: char| c.is_alphanumeric() || "_-./".contains(c);
    let extension = || {
        word.rsplit_once('.')
            .is_some_and(|(stem, extension)| !stem.is_empty() && EXTENSIONS.contains(&extension))
    };
    word.chars().all(plain) && (word.contains('/') || extension())
}

#[test]
fn paths_are_told_from_other_code() {
    let page = "\
See `dialect/src/`, `Cargo.toml` and `test/Lowering/<target>/`, which
`cargo test` runs; `fidelity.add` is an op, `ods_bridge::Op` a trait.

```
`not/looked/at`
```

Then `docs/dialect.md`.
";
    assert_eq!(
        paths(page),
        ["dialect/src/", "Cargo.toml", "docs/dialect.md"]
    );
}
