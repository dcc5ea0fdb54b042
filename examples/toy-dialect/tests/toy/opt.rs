//! What each hook of the dialect makes MLIR do.

use crate::run::{Outcome, toy_opt};
use pretty_assertions::assert_eq;

#[test]
fn every_op_reads_back_what_it_prints() {
    let source = "\
func.func @all(%a: i32, %b: i32, %x: tensor<?xf32>, %y: tensor<3xf32>, %n: index) {
  %0 = toy.scale %a by 3
  %1 = toy.sum(%a, %b, %0) label <text = \"all\", tags = [x, \"not a keyword\"], combine = multiply>
  %2 = toy.sum()
  %3 = toy.clamp %a from %b
  %4 = toy.clamp %a to %b
  %5 = toy.clamp %a from %a to %b
  %6 = toy.divide %a, %b
  %7 = toy.outer %x, %y : (tensor<?xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %8 = toy.outer %x, %y combine<add> : (tensor<?xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %9 = toy.measure %a : i32 as !toy.quantity<i32, \"kg\">
  return
}
";
    let pretty = toy_opt(&[], source).succeeds();
    assert_eq!(body(&pretty), body(source));
    let generic = toy_opt(&["--mlir-print-op-generic"], source).succeeds();
    assert!(generic.contains("operandSegmentSizes = array<i32: 1, 0, 1>"));
    assert_eq!(toy_opt(&[], &generic).succeeds(), pretty);
    let bytecode = toy_opt(&["--emit-bytecode"], source);
    assert_eq!(toy_opt(&[], bytecode.stdout_bytes()).succeeds(), pretty);
}

/// The lines of the ops, without indentation and numbers of values.
fn body(text: &str) -> Vec<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| line.contains("= toy."))
        .map(|line| line.replace("%arg0", "%a").replace("%arg1", "%b"))
        .map(|line| line.replace("%arg2", "%x").replace("%arg3", "%y"))
        .collect()
}

#[test]
fn a_verifier_names_both_values_and_both_places() {
    let source = "\
func.func @bounds(%x: i32) -> i32 {
  %low = arith.constant 7 : i32
  %high = arith.constant 5 : i32
  %y = toy.clamp %x from %low to %high
  return %y : i32
}
";
    assert_eq!(
        toy_opt(&[], source).fails(),
        [
            "4:8: error: 'toy.clamp' op expected a lower bound of at most 5, but got 7",
            "2:10: note: the lower bound is here",
            "3:11: note: the upper bound is here",
        ]
    );
}

#[test]
fn optional_operands_are_told_apart() {
    let source = "\
func.func @unbound(%x: i32) -> i32 {
  %y = \"toy.clamp\"(%x) <{operandSegmentSizes = array<i32: 1, 0, 0>}> : (i32) -> i32
  return %y : i32
}
";
    assert_eq!(
        toy_opt(&[], source).fails(),
        ["2:8: error: 'toy.clamp' op expected a bound, but got none"]
    );
}

#[test]
fn an_attribute_checks_its_parameters() {
    let text = "module attributes {toy.x = #toy.label<text = \"\">} {}";
    assert_eq!(
        toy_opt(&[], text).fails(),
        ["1:38: error: expected a text, but got none"]
    );
    let tags = "module attributes {toy.x = #toy.label<text = \"t\", tags = [a, b, a]>} {}";
    assert_eq!(
        toy_opt(&[], tags).fails(),
        ["1:38: error: expected each tag once, but got `a` twice"]
    );
}

#[test]
fn a_type_checks_its_parameters() {
    let of = |number: &str| {
        format!(
            "\
func.func @measure(%x: i32) {{
  %0 = toy.measure %x : i32 as !toy.quantity<{number}, \"kg\">
  return
}}
"
        )
    };
    assert_eq!(
        toy_opt(&[], of("none")).fails(),
        ["2:45: error: expected an integer, an index or a float, but got none"]
    );
    assert_eq!(
        toy_opt(&[], of("f32")).fails(),
        ["2:8: error: 'toy.measure' op expected a quantity of i32, but got one of f32"]
    );
}

#[test]
fn inference_refuses_operands_that_do_not_fit() {
    let source = "\
func.func @outer(%x: tensor<?xf32>, %y: tensor<3xf64>) {
  %z = toy.outer %x, %y : (tensor<?xf32>, tensor<3xf64>) -> tensor<?x3xf32>
  return
}
";
    assert_eq!(
        toy_opt(&[], source).fails(),
        [
            "2:8: error: 'toy.outer' op expected rhs to have elements of type f32, but got f64",
            "1:18: note: lhs has type tensor<?xf32>",
            "1:37: note: rhs has type tensor<3xf64>",
        ]
    );
}

#[test]
fn inferred_types_are_compared_with_written_ones() {
    let outer = |result: &str| {
        format!(
            "\
func.func @outer(%x: tensor<2xf32>, %y: tensor<3xf32>) {{
  %z = toy.outer %x, %y : (tensor<2xf32>, tensor<3xf32>) -> {result}
  return
}}
"
        )
    };
    // More or less static is fine, another size is not.
    for result in ["tensor<2x3xf32>", "tensor<?x3xf32>", "tensor<?x?xf32>"] {
        toy_opt(&[], outer(result)).succeeds();
    }
    let errors = toy_opt(&[], outer("tensor<3x3xf32>")).fails();
    assert_eq!(
        errors,
        [
            "2:8: error: 'toy.outer' op expected result #0 to have a type that agrees with \
              'tensor<2x3xf32>', but got 'tensor<3x3xf32>'"
        ]
    );
}

#[test]
fn sizes_are_reified() {
    let source = "\
func.func @sizes(%x: tensor<?xf32>, %y: tensor<3xf32>) -> (index, index) {
  %z = toy.outer %x, %y : (tensor<?xf32>, tensor<3xf32>) -> tensor<?x3xf32>
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %rows = tensor.dim %z, %c0 : tensor<?x3xf32>
  %columns = tensor.dim %z, %c1 : tensor<?x3xf32>
  return %rows, %columns : index, index
}
";
    let text = toy_opt(
        &["--resolve-ranked-shaped-type-result-dims", "--canonicalize"],
        source,
    )
    .succeeds();
    assert_eq!(
        text,
        "\
module {
  func.func @sizes(%arg0: tensor<?xf32>, %arg1: tensor<3xf32>) -> (index, index) {
    %c3 = arith.constant 3 : index
    %c0 = arith.constant 0 : index
    %dim = tensor.dim %arg0, %c0 : tensor<?xf32>
    return %dim, %c3 : index, index
  }
}
"
    );
}

#[test]
fn constants_and_neutral_factors_fold() {
    let source = "\
func.func @fold(%x: i32) -> (i32, i32, i32, i32) {
  %big = arith.constant 2000000000 : i32
  %two = arith.constant 2 : i32
  %0 = toy.scale %x by 1
  %1 = toy.scale %big by 2
  %2 = toy.sum(%big, %two)
  %3 = toy.sum(%x)
  return %0, %1, %2, %3 : i32, i32, i32, i32
}
";
    assert_eq!(
        toy_opt(&["--canonicalize"], source).succeeds(),
        "\
module {
  func.func @fold(%arg0: i32) -> (i32, i32, i32, i32) {
    %c-294967296_i32 = arith.constant -294967296 : i32
    %c2000000002_i32 = arith.constant 2000000002 : i32
    return %arg0, %c-294967296_i32, %c2000000002_i32, %arg0 : i32, i32, i32, i32
  }
}
"
    );
}

#[test]
fn patterns_canonicalise() {
    let source = "\
func.func @scale(%x: i32) -> i32 {
  %0 = toy.scale %x by 2
  %1 = toy.scale %0 by 3
  %2 = toy.scale %1 by 5
  return %2 : i32
}
";
    let text = toy_opt(&["--canonicalize"], source).succeeds();
    assert_eq!(body(&text), ["%0 = toy.scale %a by 30"]);
    let lowered = toy_opt(&["--canonicalize", "--toy-to-arith"], source).succeeds();
    assert_eq!(
        lowered,
        "\
module {
  func.func @scale(%arg0: i32) -> i32 {
    %c30_i32 = arith.constant 30 : i32
    %0 = arith.muli %arg0, %c30_i32 : i32
    return %0 : i32
  }
}
"
    );
}

#[test]
fn an_op_moves_only_where_it_is_speculatable() {
    let source = "\
func.func @loop(%x: i32, %y: i32, %low: index, %high: index, %step: index) {
  %two = arith.constant 2 : i32
  scf.for %i = %low to %high step %step {
    %safe = toy.divide %x, %two
    %unsafe = toy.divide %x, %y
    \"toy.use\"(%safe, %unsafe) : (i32, i32) -> ()
  }
  return
}
";
    let text = toy_opt(
        &[
            "--allow-unregistered-dialect",
            "--loop-invariant-code-motion",
        ],
        source.replace("\"toy.use\"", "\"other.use\""),
    )
    .succeeds();
    let order: Vec<&str> = text
        .lines()
        .filter_map(|line| {
            ["%c2_i32\n", "scf.for", "%arg0, %arg1", "%arg0, %c2_i32"]
                .into_iter()
                .find(|part| line.contains(part))
        })
        .collect();
    assert_eq!(order, ["%arg0, %c2_i32", "scf.for", "%arg0, %arg1"]);
}

const FUNCTIONS: &str = "\
func.func @first(%x: i32) {
  %0 = toy.scale %x by 2
  %1 = toy.sum(%0)
  %2 = toy.scale %1 by 3
  return
}
func.func @second(%x: i32) {
  %0 = toy.scale %x by 5
  return
}
";

/// The numbers that `toy-number` gives with those options.
fn numbers(options: &str) -> Vec<String> {
    let pipeline = format!("--pass-pipeline=builtin.module(func.func(toy-number{options}))");
    let text = toy_opt(&[&pipeline], FUNCTIONS).succeeds();
    text.split("toy.number = \"")
        .skip(1)
        .filter_map(|rest| Some(rest.split_once('"')?.0.to_owned()))
        .collect()
}

#[test]
fn pass_options_arrive_typed() {
    assert_eq!(numbers(""), ["n0", "n1", "n2", "n3", "n0", "n1"]);
    assert_eq!(
        numbers("{prefix=op- start=5 limit=2}"),
        ["op-5", "op-6", "op-5", "op-6"]
    );
    assert_eq!(numbers("{kinds=toy.scale,toy.sum skip=1,2}"), ["n0", "n0"]);
    // Beyond 32 bits, and a text of two words.
    assert_eq!(
        numbers("{start=4294967296 kinds=toy.sum prefix='an op-'}"),
        ["an op-4294967296"]
    );
    // The default of each option is the one that the .td file gives.
    let outcome = toy_opt(
        &[
            "--pass-pipeline=builtin.module(func.func(toy-number{report kinds=toy.scale spacing=0.25}))",
        ],
        FUNCTIONS,
    );
    assert_eq!(
        sorted(outcome.diagnostics()),
        [
            "2:8: remark: n0 at 0",
            "4:8: remark: n1 at 0.25",
            "8:8: remark: n0 at 0",
        ]
    );
}

#[test]
fn remarks_are_for_those_who_ask() {
    let pipeline = "--pass-pipeline=builtin.module(func.func(toy-number{kinds=toy.scale skip=1}))";
    let remarks = |arguments: &[&str]| {
        let outcome = toy_opt(&[&[pipeline], arguments].concat(), FUNCTIONS);
        sorted(outcome.diagnostics())
    };
    assert_eq!(remarks(&[]), [""; 0]);
    assert_eq!(remarks(&["--remarks-filter=other"]), [""; 0]);
    assert_eq!(
        remarks(&["--remarks-filter-missed=toy-.*"]),
        ["4:8: remark: [Missed] number | Category:toy-number | Remark=\"1 is a number to skip\""]
    );
    assert_eq!(remarks(&["--remarks-filter=toy-number"]).len(), 3);
}

fn sorted(mut lines: Vec<String>) -> Vec<String> {
    lines.retain(|line| line.contains("remark: ") || line.contains("error: "));
    lines.sort();
    lines
}

#[test]
fn a_pass_refuses_an_option() {
    let pipeline = "--pass-pipeline=builtin.module(func.func(toy-number{start=-1}))";
    let errors = toy_opt(&[pipeline, "--mlir-disable-threading"], FUNCTIONS).fails();
    assert_eq!(
        errors.first().map(String::as_str),
        Some("1:1: error: expected a start of at least 0, but got -1")
    );
}

/// Whether LLVM was built to count them or not.
#[test]
fn statistics_are_counted() {
    let outcome = toy_opt(
        &[
            "--pass-pipeline=builtin.module(func.func(toy-number{skip=1}))",
            "--mlir-pass-statistics",
            "--mlir-pass-statistics-display=list",
        ],
        FUNCTIONS,
    );
    outcome.succeeds();
    assert!(outcome.stderr().contains("Pass statistics report"));
    let counts: Vec<Vec<&str>> = outcome
        .stderr()
        .lines()
        .filter(|line| line.trim().starts_with("(S)"))
        .map(|line| line.split_whitespace().skip(1).take(2).collect())
        .collect();
    assert_eq!(counts, [["4", "numbered"], ["2", "skipped"]]);
}

#[test]
fn functions_are_worked_on_by_several_threads() {
    let functions: String = (0..200)
        .map(|index| {
            format!(
                "func.func @f{index}(%x: i32) -> i32 {{\n  %0 = toy.scale %x by 3\n  \
                 %1 = toy.scale %0 by {index}\n  return %1 : i32\n}}\n"
            )
        })
        .collect();
    let passes = "--pass-pipeline=builtin.module(func.func(canonicalize,toy-number,toy-to-arith))";
    let parallel = toy_opt(&[passes], &functions).succeeds();
    let serial = toy_opt(&[passes, "--mlir-disable-threading"], &functions).succeeds();
    assert_eq!(parallel, serial);
    // A product with 0 folds once it is arith's.
    assert_eq!(parallel.matches("arith.muli").count(), 199);
    assert_eq!(parallel.matches("toy.scale").count(), 0);
}

/// What becomes of `toy.faulty` with a mistake in that hook.
fn faulty(hook: &str, arguments: &[&str]) -> Outcome {
    let source = format!(
        "\
func.func @f(%n: index, %low: index, %high: index) -> index {{
  %c0 = arith.constant 0 : index
  scf.for %i = %low to %high step %n {{
    %y = toy.faulty %n in<{hook}> : tensor<?xf32>
    %size = tensor.dim %y, %c0 : tensor<?xf32>
    \"other.use\"(%size) : (index) -> ()
  }}
  return %n : index
}}
"
    );
    let mut all = vec!["--allow-unregistered-dialect"];
    all.extend(arguments);
    toy_opt(&all, &source)
}

#[test]
fn a_panic_becomes_an_error() {
    let cases = [
        ("verify", None),
        ("infer", None),
        ("reify", Some("--resolve-ranked-shaped-type-result-dims")),
        ("fold", Some("--canonicalize")),
        ("pattern", Some("--canonicalize")),
        ("speculate", Some("--loop-invariant-code-motion")),
    ];
    for (hook, pass) in cases {
        // The process ends by itself, with an exit code, and says nothing else.
        let outcome = faulty(hook, pass.as_slice());
        let errors = outcome.fails();
        for line in errors.iter().filter(|line| line.contains("error: ")) {
            assert!(
                line.starts_with("4:10: error: 'toy.faulty' op internal error: the mistake in ")
                    || line.starts_with("4:10: error: internal error: the mistake in pattern, at "),
                "{hook}: {line}"
            );
            assert!(
                line.contains(&format!("the mistake in {hook}, at ")),
                "{line}"
            );
            assert!(line.contains("faulty.rs:"), "{line}");
        }
        assert!(
            errors.iter().any(|line| line.contains("error: ")),
            "{hook}: {errors:?}"
        );
        assert!(
            !outcome.stderr().contains("panicked"),
            "{}",
            outcome.stderr()
        );
    }
}

#[test]
fn a_panic_in_a_pass_fails_the_pass_on_every_thread() {
    let functions: String = (0..40)
        .map(|index| {
            let name = if index % 2 == 0 { "faulty" } else { "sound" };
            format!("func.func @{name}{index}() {{\n  return\n}}\n")
        })
        .collect();
    let outcome = toy_opt(
        &["--pass-pipeline=builtin.module(func.func(toy-faulty))"],
        &functions,
    );
    let errors = outcome.fails();
    assert!(
        errors
            .iter()
            .filter(|line| line.contains("error: "))
            .all(|line| line.contains("error: internal error: the mistake in a pass, at ")),
        "{errors:?}"
    );
    assert!(
        !outcome.stderr().contains("panicked"),
        "{}",
        outcome.stderr()
    );
}
