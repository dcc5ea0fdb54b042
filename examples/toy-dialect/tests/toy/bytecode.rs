//! Files of other versions of the dialect.
//!
//! Those in `frozen/` were written when the dialect was as they say, and are
//! never made again:
//!
//! - `version-1.mlirbc` by `toy-opt --emit-bytecode` of the text below, with
//!   `toy.shift %0 by 4` for the second op;
//! - `version-1-wide-shift.mlirbc` by the same, of a shift by 63;
//! - `version-3.mlirbc` by today's ops under the number 3.

use crate::run::{Outcome, toy_opt};
use pretty_assertions::assert_eq;
use std::{fs, path::Path};

fn frozen(name: &str) -> Outcome {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/toy/frozen");
    toy_opt(&[], fs::read(folder.join(name)).expect("a frozen file"))
}

const TODAY: &str = "\
module {
  func.func @scales(%arg0: i32) -> i32 {
    %0 = toy.scale %arg0 by 3
    %1 = toy.scale %0 by 16
    return %1 : i32
  }
  func.func @others(%arg0: i32, %arg1: i32) -> i32 {
    %0 = toy.clamp %arg0 to %arg1
    %1 = toy.sum(%0, %arg1) label <text = \"all\", tags = [a, b]>
    return %1 : i32
  }
}
";

#[test]
fn an_older_version_is_upgraded() {
    assert_eq!(frozen("version-1.mlirbc").succeeds(), TODAY);
}

#[test]
fn what_has_been_upgraded_is_written_in_todays_version() {
    let bytecode = toy_opt(&["--emit-bytecode"], TODAY);
    assert_eq!(toy_opt(&[], bytecode.stdout_bytes()).succeeds(), TODAY);
}

#[test]
fn what_today_cannot_say_is_refused() {
    assert_eq!(
        frozen("version-1-wide-shift.mlirbc").fails(),
        [
            "2:8: error: expected a toy.shift of version 1 by 0 to 62 bits, but got 63",
            "2:8: note: in bytecode version 6 produced by: MLIR22.1.8",
        ]
    );
}

#[test]
fn a_newer_version_is_refused() {
    assert_eq!(
        frozen("version-3.mlirbc").fails(),
        [
            "0:0: error: expected bytecode of the dialect 'toy' in version 2 or older, but got \
             version 3; a newer release of 'toy' reads it",
            "0:0: note: in bytecode version 6 produced by: MLIR22.1.8",
        ]
    );
}
