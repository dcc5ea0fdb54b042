//! Every op is tested in every way, every constraint has a negative test, and
//! every fold one of what it does and one of what it leaves alone.
//!
//! A constraint is a line `- (C<N>) …` in the description of an op or an
//! attribute. Its test is the function `@<mnemonic>_c<N>` of an `invalid.mlir`,
//! a `.` of the mnemonic being written `_`. A fold is a line `- (F<N>) …`; its
//! tests are `@<mnemonic>_f<N>` and `@<mnemonic>_f<N>_stays` of a `folds.mlir` or
//! `canonicalize.mlir`.

use fidelity_dialect::OP_NAMES;
use pretty_assertions::assert_eq;
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

const ROOT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/..");

/// The kinds of tests that each op has, by the names of their files.
const KINDS: &[&str] = &[
    "canonicalize",
    "effects",
    "frozen",
    "hoist",
    "invalid",
    "reify",
    "roundtrip",
];

#[test]
fn every_op_has_every_kind_of_test() {
    let mut missing = Vec::new();
    for kind in KINDS {
        let text = tests_of(kind);
        missing.extend(
            OP_NAMES
                .iter()
                .filter(|name| !names_op(&text, name))
                .map(|name| format!("{name} in {kind}.mlir")),
        );
    }
    assert_eq!(missing, Vec::<String>::new(), "ops that are not tested");
}

#[test]
fn every_constraint_has_a_negative_test() {
    let stated: BTreeSet<_> = definitions()
        .iter()
        .flat_map(|definition| {
            let name = definition.mnemonic.replace('.', "_");
            labels(&definition.text, 'C').map(move |label| format!("{name}_c{label}"))
        })
        .collect();
    let tested = tested_constraints(&tests_of("invalid"));
    assert_eq!(
        stated.difference(&tested).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "constraints without a test"
    );
    assert_eq!(
        tested.difference(&stated).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "tests of constraints that no description states"
    );
}

#[test]
fn every_fold_has_a_test_and_a_near_miss() {
    let mut stated = BTreeSet::new();
    for definition in definitions() {
        let name = definition.mnemonic.replace('.', "_");
        for label in labels(&definition.text, 'F') {
            stated.insert(format!("{name}_f{label}"));
            stated.insert(format!("{name}_f{label}_stays"));
        }
    }
    assert!(!stated.is_empty(), "expected folds in the descriptions");
    let tests = tests_of("folds") + &tests_of("canonicalize");
    let tested = tested_folds(&tests);
    assert_eq!(
        stated.difference(&tested).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "folds without a test"
    );
    assert_eq!(
        tested.difference(&stated).collect::<Vec<_>>(),
        Vec::<&String>::new(),
        "tests of folds that no description lists"
    );
}

/// The folds of all ops, as the description of the dialect has them, and the one
/// op without an operand to cast, whose results are known to be empty otherwise.
#[test]
fn every_op_folds_casts_and_what_is_empty() {
    let tests = tests_of("canonicalize");
    let functions: BTreeSet<_> = functions(&tests).collect();
    let missing: Vec<_> = OP_NAMES
        .iter()
        .filter(|name| **name != "fidelity.zero_vector")
        .flat_map(|name| {
            let name = name.replacen("fidelity.", "", 1).replace('.', "_");
            ["cast", "empty"].map(|fold| format!("{name}_{fold}"))
        })
        .filter(|test| !functions.contains(test.as_str()))
        .collect();
    assert_eq!(missing, Vec::<String>::new(), "shared folds without a test");
}

#[test]
fn the_ops_are_those_of_the_td_files() {
    let found: BTreeSet<_> = definitions()
        .into_iter()
        .map(|definition| format!("fidelity.{}", definition.mnemonic))
        .collect();
    let lost: Vec<_> = OP_NAMES
        .iter()
        .filter(|name| !found.contains(**name))
        .collect();
    assert_eq!(lost, Vec::<&&str>::new(), "ops that this test overlooks");
}

/// An op or an attribute of the .td files.
struct Definition {
    mnemonic: String,
    text: String,
}

fn definitions() -> Vec<Definition> {
    files(&Path::new(ROOT).join("dialect/include"), &|path| {
        path.extension().is_some_and(|found| found == "td")
    })
    .iter()
    .flat_map(|path| definitions_in(&fs::read_to_string(path).unwrap()))
    .collect()
}

/// The `def`s of a text that have a mnemonic: the first argument of their
/// class, or a field. A description may stand in a class.
fn definitions_in(text: &str) -> Vec<Definition> {
    let text = text.replace("\nclass ", "\ndef class ");
    let (classes, defs): (Vec<_>, Vec<_>) = text
        .split("\ndef ")
        .skip(1)
        .partition(|text| text.starts_with("class "));
    let with_classes = |def: &str| {
        let mut whole = def.to_owned();
        let mut last = def;
        while let Some(class) = parent(last).and_then(|parent| {
            classes
                .iter()
                .find(|class| class.starts_with(&format!("class {parent}<")))
        }) {
            whole += class;
            last = class;
        }
        whole
    };
    defs.into_iter()
        .filter_map(|text| {
            let head = text.split('{').next()?;
            let mnemonic = text
                .split_once("let mnemonic = \"")
                .or_else(|| {
                    head.contains("Op :")
                        .then(|| head.split_once("<\""))
                        .flatten()
                })
                .map(|(_, rest)| rest)?;
            Some(Definition {
                mnemonic: mnemonic.split('"').next()?.to_owned(),
                text: with_classes(text),
            })
        })
        .collect()
}

/// The class that a `def` or `class` derives from.
fn parent(text: &str) -> Option<&str> {
    // A template parameter may have a type with a default, but no ` : `.
    text.split_once(": ")?.1.split('<').next()
}

/// The numbers of the constraints, C, or folds, F, that a description lists.
fn labels(text: &str, kind: char) -> impl Iterator<Item = &str> {
    text.lines().filter_map(move |line| {
        let rest = line.trim_start().strip_prefix("- (")?;
        let (label, _) = rest.strip_prefix(kind)?.split_once(')')?;
        Some(label)
    })
}

/// The constraints that functions are named after, as `<op>_c<N>`. A word may
/// follow, for a second way to break the same constraint.
fn tested_constraints(text: &str) -> BTreeSet<String> {
    functions(text)
        .filter_map(|name| {
            let (op, label, _) = labelled(name, "_c")?;
            Some(format!("{op}_c{label}"))
        })
        .collect()
}

/// The folds that functions are named after, as `<op>_f<N>`, and as
/// `<op>_f<N>_stays` where they are left undone. Other words may follow.
fn tested_folds(text: &str) -> BTreeSet<String> {
    functions(text)
        .filter_map(|name| {
            let (op, label, rest) = labelled(name, "_f")?;
            let stays = if rest.starts_with("_stays") {
                "_stays"
            } else {
                ""
            };
            Some(format!("{op}_f{label}{stays}"))
        })
        .collect()
}

/// The names of the functions of a text.
fn functions(text: &str) -> impl Iterator<Item = &str> {
    text.split("func.func ")
        .skip(1)
        .filter_map(|function| function.split('@').nth(1)?.split('(').next())
}

/// A name of an op, a marker, a number, and what else there is.
fn labelled<'a>(name: &'a str, marker: &str) -> Option<(&'a str, &'a str, &'a str)> {
    name.match_indices(marker).find_map(|(index, _)| {
        let rest = &name[index + marker.len()..];
        let end = rest.find(|next: char| !next.is_ascii_digit());
        let (label, rest) = rest.split_at(end.unwrap_or(rest.len()));
        let is_label = !label.is_empty() && (rest.is_empty() || rest.starts_with('_'));
        is_label.then_some((&name[..index], label, rest))
    })
}

/// Whether a text has an op of that name, and not of a longer one.
fn names_op(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(index, _)| {
        !text[index + name.len()..]
            .starts_with(|next: char| next.is_alphanumeric() || matches!(next, '_' | '.'))
    })
}

/// The tests of the dialect in files of that name.
fn tests_of(kind: &str) -> String {
    let files = files(&Path::new(ROOT).join("test/Dialect/Fidelity"), &|path| {
        path.file_name()
            .is_some_and(|name| name.to_string_lossy() == format!("{kind}.mlir"))
    });
    assert!(!files.is_empty(), "expected tests in {kind}.mlir");
    files
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .collect::<Vec<_>>()
        .join("\n")
}

fn files(folder: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, wanted));
        } else if wanted(&path) {
            found.push(path);
        }
    }
    found
}

#[test]
fn definitions_and_their_labels_are_found() {
    let text = "
def Some_FloatTensor : RankedTensorOf<[F32]>;
def Some_AddOp : Some_BinaryOp<\"add\", [Commutative]> {
    - (C1) the shapes broadcast.
    - (C12) as (C1), twice.
}
def Some_ReluOp : Some_ActivationOp<\"relu\", \"rectifier\">;
class Some_NumberOp<string mnemonic, string text>
    : Some_ActivationOp<mnemonic, text, [{
    - (C2) a number.
}]>;
class Some_ActivationOp<string mnemonic, string text, string rest = \"\">
    : Some_Op<mnemonic> {
    - (C1) an operand.
}
def Some_ExpOp : Some_NumberOp<\"ssm.exp\", \"exponential\">;
def Some_TensorAttr : AttrDef<Some_Dialect, \"Tensor\", [
  ]> {
  let mnemonic = \"tensor\";
}
";
    let found: Vec<_> = definitions_in(text)
        .iter()
        .map(|found| {
            let labels: Vec<_> = labels(&found.text, 'C').map(str::to_owned).collect();
            (found.mnemonic.clone(), labels)
        })
        .collect();
    let expected = [
        ("add".to_owned(), vec!["1".to_owned(), "12".to_owned()]),
        ("relu".to_owned(), vec!["1".to_owned()]),
        ("ssm.exp".to_owned(), vec!["2".to_owned(), "1".to_owned()]),
        ("tensor".to_owned(), vec![]),
    ];
    assert_eq!(found, expected);
}

#[test]
fn names_of_tests_are_read() {
    let text = "
func.func @ssm_output_c3(%x: f32) {
func.func @ssm_output_c3_three(%x: f32) {
func.func private @tensor_c1(f32)
func.func @add_constants() {
// CHECK-LABEL: func.func @causal_conv1d_f12_stays_bias(
func.func @causal_conv1d_f12_stays_bias(%x: f32) {
func.func @relu_f2(%x: f32) {
";
    let expected = ["ssm_output_c3", "tensor_c1"].map(str::to_owned);
    assert_eq!(tested_constraints(text), BTreeSet::from(expected));
    let expected = ["causal_conv1d_f12_stays", "relu_f2"].map(str::to_owned);
    assert_eq!(tested_folds(text), BTreeSet::from(expected));
}

#[test]
fn a_name_is_not_found_in_a_longer_one() {
    assert!(names_op("fidelity.relu %x", "fidelity.relu"));
    assert!(names_op("\"fidelity.relu\"(%x)", "fidelity.relu"));
    assert!(!names_op("fidelity.relu_6 %x", "fidelity.relu"));
    assert!(!names_op("fidelity.ssm.output", "fidelity.ssm"));
}
