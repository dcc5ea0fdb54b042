//! An op that declares a hook which Rust does not implement does not compile.
//!
//! The test compiles this file again, now with the generated code and without
//! any implementation.

// The condition is the test's own.
#![allow(unexpected_cfgs)]

#[cfg(missing_hook)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/toy.rs"));
    include!(concat!(env!("OUT_DIR"), "/passes.rs"));
}

#[cfg(not(missing_hook))]
#[test]
fn a_missing_implementation_is_an_error_that_names_the_hook() {
    use pretty_assertions::assert_eq;
    use std::{collections::BTreeSet, env, process::Command};

    let profile = if cfg!(debug_assertions) {
        "dev"
    } else {
        "release"
    };
    let output = Command::new(env!("CARGO"))
        .args(["rustc", "--quiet", "--package", env!("CARGO_PKG_NAME")])
        .args(["--test", "missing_hook", "--profile", profile])
        .args(["--", "--cfg", "missing_hook"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .expect("cargo runs");
    let text = String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success(), "it compiles:\n{text}");
    let found: BTreeSet<String> = text
        .lines()
        .filter(|line| line.starts_with("error["))
        .map(|line| line.replace("generated::", ""))
        .collect();
    let hook = |class, declared, hook| {
        format!(
            "error[E0277]: the .td file declares `{declared}` for `{class}<'_>`, \
             but `{hook}` is not implemented"
        )
    };
    let pass = |class| {
        format!(
            "error[E0277]: the .td file declares the pass `{class}`, \
             but `Pass` is not implemented"
        )
    };
    let expected = BTreeSet::from([
        "error[E0277]: the .td file declares `let genVerifyDecl = 1` for `LabelAttr<'_>`, \
         but `VerifyLabelAttr` is not implemented"
            .to_owned(),
        "error[E0277]: the .td file declares `let genVerifyDecl = 1` for `QuantityType<'_>`, \
         but `VerifyQuantityType` is not implemented"
            .to_owned(),
        "error[E0277]: the .td file declares `OdsBridge_BytecodeVersion` for `ToyDialect`, \
         but `Upgrade` is not implemented"
            .to_owned(),
        hook("Measure", "let hasVerifier = 1", "Verify"),
        hook("Scale", "let hasFolder = 1", "Fold"),
        hook("Scale", "let hasCanonicalizer = 1", "Canonicalize"),
        hook("Sum", "let hasFolder = 1", "Fold"),
        hook("Clamp", "let hasVerifier = 1", "Verify"),
        hook("Divide", "ConditionallySpeculatable", "Speculate"),
        hook("Outer", "InferTypeOpInterface", "InferReturnTypes"),
        hook(
            "Outer",
            "ReifyRankedShapedTypeOpInterface",
            "ReifyResultShapes",
        ),
        hook("Faulty", "let hasVerifier = 1", "Verify"),
        hook("Faulty", "let hasFolder = 1", "Fold"),
        hook("Faulty", "let hasCanonicalizer = 1", "Canonicalize"),
        hook("Faulty", "ConditionallySpeculatable", "Speculate"),
        hook("Faulty", "InferTypeOpInterface", "InferReturnTypes"),
        hook(
            "Faulty",
            "ReifyRankedShapedTypeOpInterface",
            "ReifyResultShapes",
        ),
        pass("ToyNumber"),
        pass("ToyToArith"),
        pass("ToyFaulty"),
    ]);
    assert_eq!(found, expected);
}
