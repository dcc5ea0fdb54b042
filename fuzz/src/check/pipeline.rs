//! Passes that must not change what a module means.

use crate::random::Random;

/// Passes that keep to what the reference interpreter can evaluate.
const PASSES: &[&str] = &[
    "canonicalize",
    "cse",
    "sccp",
    "inline",
    "loop-invariant-code-motion",
    "control-flow-sink",
    "symbol-dce",
];

/// Some of these passes, canonicalisation among them.
pub fn draw(random: &mut Random) -> String {
    let mut passes = vec!["canonicalize".to_owned(), "cse".to_owned()];
    for _ in 0..random.below(3) {
        passes.push((*random.pick(PASSES)).to_owned());
    }
    if random.chance(50) {
        passes.push(decompose(random));
    }
    random.shuffle(&mut passes);
    passes.join(",")
}

/// What comes before `fidelity-cpu-pipeline`, which takes a module as it is
/// written: often nothing.
pub fn before_compilation(random: &mut Random) -> String {
    match random.below(4) {
        0 | 1 => String::new(),
        2 => decompose(random),
        _ => draw(random),
    }
}

/// Puts what adds to a destination on memrefs, and leaves all else on tensors.
///
/// What upstream's pass makes a tensor of again it does not mark as the only one
/// to use the memory, so that it cannot go on itself; [`only_user`] does.
pub const ON_MEMREFS: &str = "one-shot-bufferize{allow-unknown-ops dialect-filter=fidelity}";

/// The text of a module after [`ON_MEMREFS`] as the next bufferisation takes it.
/// That nothing else uses the memory is so: the pass has just made each buffer
/// for one op, and copied what is used elsewhere too.
pub fn only_user(text: &str) -> String {
    let marked = |line: &str| match line.split_once("= bufferization.to_tensor ") {
        Some((result, rest)) => {
            let rest = rest.replacen(" :", " restrict writable :", 1);
            format!("{result}= bufferization.to_tensor {rest}\n")
        }
        None => format!("{line}\n"),
    };
    text.lines().map(marked).collect()
}

/// Sequence ops as the core op, in chunks or not.
fn decompose(random: &mut Random) -> String {
    match random.below(7) {
        0 | 1 => "fidelity-decompose".into(),
        chunk => format!("fidelity-decompose{{chunk={chunk}}}"),
    }
}
