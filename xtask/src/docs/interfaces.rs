//! The table of docs/interfaces.md: which ops have which interface.

/// The names under which mlir-tblgen documents interfaces, MLIR's names for
/// them, and what such an op answers.
const INTERFACES: &[(&str, &str, &str)] = &[
    ("OdsBridge_Tile", "TilingInterface", "has loops"),
    (
        "DestinationStyleOpInterface",
        "DestinationStyleOpInterface",
        "has an init",
    ),
    (
        "OdsBridge_Bufferize",
        "BufferizableOpInterface",
        "has a form on memrefs",
    ),
    (
        "Fidelity_TensorsOnly",
        "BufferizableOpInterface",
        "refuses, and names the pass that lowers it",
    ),
    (
        "InferTypeOpInterface",
        "InferTypeOpInterface",
        "its types follow from the operands",
    ),
    (
        "ReifyRankedShapedTypeOpInterface",
        "ReifyRankedShapedTypeOpInterface",
        "its sizes as values",
    ),
    (
        "ValueBoundsOpInterface",
        "ValueBoundsOpInterface",
        "its sizes as bounds",
    ),
    (
        "NoMemoryEffect (MemoryEffectOpInterface)",
        "MemoryEffectOpInterface",
        "has none",
    ),
    (
        "MemoryEffectOpInterface",
        "MemoryEffectOpInterface",
        "on memrefs reads them, and writes its init",
    ),
    (
        "ConditionallySpeculatable",
        "ConditionallySpeculatable",
        "always",
    ),
    (
        "OdsBridge_Speculate",
        "ConditionallySpeculatable",
        "where its sizes are known to agree",
    ),
];

/// One row for each of them, with the ops that have it.
///
/// # Errors
///
/// When an op has an interface that stands in no row.
pub fn table(dialect_page: &str) -> Result<String, String> {
    let ops = ops(dialect_page);
    for (op, interfaces) in &ops {
        let unknown = interfaces
            .iter()
            .find(|found| INTERFACES.iter().all(|(name, ..)| name != *found));
        if let Some(unknown) = unknown {
            return Err(format!(
                "expected a row of the table of interfaces for each, but got none for {unknown} of {op}"
            ));
        }
    }
    let mut table = String::from("| interface | an op with it | ops |\n| --- | --- | --- |\n");
    for (name, interface, answer) in INTERFACES {
        let (with, without): (Vec<_>, Vec<_>) = ops
            .iter()
            .partition(|(_, interfaces)| interfaces.contains(name));
        let list = |ops: &[&(&str, Vec<&str>)]| {
            let names: Vec<String> = ops.iter().map(|(op, _)| format!("`{op}`")).collect();
            names.join(", ")
        };
        let which = match (with.len(), without.len()) {
            (_, 0) => "all".to_owned(),
            (some, few) if few < some / 4 => format!("all but {}", list(&without)),
            _ => list(&with),
        };
        table.push_str(&format!("| `{interface}` | {answer} | {which} |\n"));
    }
    Ok(table)
}

/// The ops of the page, without the dialect's name, and what stands behind
/// `Interfaces:`.
fn ops(dialect_page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut ops = Vec::new();
    for line in dialect_page.lines() {
        if let Some(name) = line
            .strip_prefix("### `")
            .and_then(|heading| heading.split_once("` ("))
            .and_then(|(name, _)| name.split_once('.'))
        {
            ops.push((name.1, Vec::new()));
        } else if let (Some(list), Some((_, interfaces))) =
            (line.strip_prefix("Interfaces: "), ops.last_mut())
        {
            interfaces.extend(list.split(", ").map(|item| item.trim_matches('`')));
        }
    }
    ops
}

#[cfg(test)]
mod tests {
    use super::*;

    const PAGE: &str = "\
### `toy.a` (::toy::AOp)

Traits: `Commutative`

Interfaces: `NoMemoryEffect (MemoryEffectOpInterface)`, `OdsBridge_Tile`

### `toy.b.c` (::toy::BOp)

Interfaces: `NoMemoryEffect (MemoryEffectOpInterface)`
";

    #[test]
    fn each_row_names_the_ops_that_have_it() {
        let table = table(PAGE).unwrap();
        assert!(
            table.contains("| `TilingInterface` | has loops | `a` |\n"),
            "{table}"
        );
        assert!(
            table.contains("| `MemoryEffectOpInterface` | has none | all |\n"),
            "{table}"
        );
    }

    #[test]
    fn an_interface_without_a_row_is_refused() {
        let page = PAGE.replace("OdsBridge_Tile", "Other");
        assert_eq!(
            table(&page).unwrap_err(),
            "expected a row of the table of interfaces for each, but got none for Other of a"
        );
    }
}
