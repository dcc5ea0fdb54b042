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
    if random.chance(50) {
        passes.push(fuse(random));
    }
    if random.chance(50) {
        passes.push(outline_repeats(random));
    }
    random.shuffle(&mut passes);
    passes.join(",")
}

/// What comes before `fidelity-cpu-pipeline`, which takes a module as it is
/// written: often nothing.
pub fn before_compilation(random: &mut Random) -> String {
    match random.below(6) {
        0 | 1 => String::new(),
        2 => decompose(random),
        3 => fuse(random),
        4 => outline_repeats(random),
        _ => draw(random),
    }
}

/// Puts what adds to a destination on memrefs, and leaves all else on tensors.
///
/// What upstream's pass makes a tensor of again it does not mark as the only one
/// to use the memory, so that it cannot go on itself; [`apart`] does.
pub const ON_MEMREFS: &str = "one-shot-bufferize{allow-unknown-ops dialect-filter=fidelity}";

/// The text of a module after [`ON_MEMREFS`] as the next bufferisation takes it.
///
/// That one looks at tensors only. It holds a tensor dead after its `to_buffer`,
/// and lets another one take the memory while the op on memrefs still reads it; so
/// what each buffer is of is copied first, and nothing else uses the copy.
pub fn apart(text: &str) -> String {
    text.lines().map(line_apart).collect()
}

/// A line of that text.
fn line_apart(line: &str) -> String {
    if let Some((result, rest)) = line.split_once("= bufferization.to_tensor ") {
        let rest = rest.replacen(" :", " restrict writable :", 1);
        return format!("{result}= bufferization.to_tensor {rest}\n");
    }
    buffer_of_copy(line).unwrap_or_else(|| format!("{line}\n"))
}

/// `%buffer = bufferization.to_buffer %tensor : tensor<…> to memref<…>`, of a copy.
fn buffer_of_copy(line: &str) -> Option<String> {
    let (buffer, rest) = line.split_once(" = bufferization.to_buffer ")?;
    let (tensor, types) = rest.split_once(" : ")?;
    let (of, _) = types.split_once(" to ")?;
    let buffer = buffer.trim().strip_prefix('%')?;
    Some(format!(
        "%copy_for_{buffer} = bufferization.alloc_tensor() copy({tensor}) : {of}\n\
         %{buffer} = bufferization.to_buffer %copy_for_{buffer} : {types}\n"
    ))
}

/// A target on which what is smaller is faster: random layers are too small for others.
pub const EAGER: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../test/Passes/fuse/Inputs/slow-products.toml"
);

/// Parts as what they make up; what floats in another order differ by is a few
/// roundings, as it is of compiled code. Sizes that only run time tells, and those of
/// dimensions with names, are supposed to be small or large.
fn fuse(random: &mut Random) -> String {
    // Of layers decomposed before, each is found again.
    let before = random.pick(&["", "fidelity-decompose{layers},"]);
    let reassociate = random.pick(&["", " reassociate", " reassociate"]);
    let sizes = random.pick(&["", " dynamic=64", " dynamic=2 sizes=Of3:100,Of8:1"]);
    format!("{before}fidelity-fuse{{profile={EAGER}{reassociate}{sizes}}}")
}

/// Functions of what repeats, when they save anything, or more.
fn outline_repeats(random: &mut Random) -> String {
    let least = random.pick(&[1, 1, 3, 8]);
    format!("canonicalize,fidelity-outline-repeats{{least={least}}}")
}

/// Sequence ops as the core op, in chunks or not.
fn decompose(random: &mut Random) -> String {
    match random.below(7) {
        0 | 1 => "fidelity-decompose".into(),
        chunk => format!("fidelity-decompose{{chunk={chunk}}}"),
    }
}
