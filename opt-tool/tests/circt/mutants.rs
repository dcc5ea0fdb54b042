//! Designs with one op changed, which have to fail.

use crate::{
    bench::Builder,
    cases::{Case, check, compile},
    design,
    fixed::Format,
};

/// A module, by what its name begins with, and a text in it and what it is changed
/// to, wherever it stands.
pub type Change = (&'static str, (&'static str, &'static str));

/// Checks cases, and that each of them fails with any one change, of which there
/// are so many at least.
pub fn check_mutants(cases: &[(Case, Vec<Change>)], format: Format, least: usize) {
    let mut builder = Builder::default();
    let mut designs = Vec::new();
    for (case, changes) in cases {
        let compiled = compile(std::slice::from_ref(case), format, 4);
        let right = builder.add(&compiled.verilog, &compiled.designs)[0];
        designs.push((case, right, None));
        for &(module, (of, to)) in changes {
            for (place, text) in mutants(&compiled.circt, module, of, to) {
                let verilog = design::verilog(&text).expect("Verilog of a mutant");
                let number = builder.add(&verilog, &compiled.designs)[0];
                let what = format!("{of} {place} of {module}");
                designs.push((case, number, Some(what)));
            }
        }
    }
    assert!(designs.len() > least, "{} designs", designs.len());
    let bench = builder.build().expect("a simulation");
    let mut unseen = Vec::new();
    for (case, number, what) in designs {
        let check = |seed| check(&bench, number, case, format, seed);
        match what {
            None => assert_eq!(check(1), Ok(())),
            Some(what) if (1..6).all(|seed| check(seed).is_ok()) => unseen.push(what),
            Some(_) => {}
        }
    }
    assert!(unseen.is_empty(), "not found: {unseen:?}");
}

/// A text with one op of a module made another one, for each such op; the
/// module is the first one whose name begins so.
pub fn mutants(text: &str, module: &str, of: &str, to: &str) -> Vec<(usize, String)> {
    let end = text
        .find(&format!("sym_name = \"{module}"))
        .expect("a module");
    let start = text[..end].rfind("\"hw.module\"").expect("a module");
    text[start..end]
        .match_indices(of)
        .enumerate()
        .map(|(place, (at, _))| {
            let at = start + at;
            let text = format!("{}{to}{}", &text[..at], &text[at + of.len()..]);
            (place, text)
        })
        .collect()
}
