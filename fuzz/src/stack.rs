//! Stacks of processes that ended, and whose fault that was.
//!
//! MLIR's reader of bytecode is without its assertions in a release, and has few
//! other checks: it ends the process at some files, or writes where it should
//! not. That is no failure of ours if it was called for a file and nothing of
//! ours was called in turn. Hooks of the dialect are ours, but for the one that
//! asks the reader for the attributes of an op and then waits for it.

/// The last frame of MLIR's when a file is read: text or bytecode.
const READER: &str = "mlir::parseSourceFile(";

/// The hook that has the reader go on. `build.rs` keeps its name in the program.
const HOOK: &str = "odsbridge::VersionedBytecode::readAttributes(";

/// A function that is being run, and the object file that has it.
struct Frame<'a> {
    /// Without its path; nothing for what is known by its source file.
    object: &'a str,
    /// Nothing if the object does not say.
    symbol: &'a str,
}

/// Where MLIR's reader ended the process, if it did, by what LLVM printed.
/// `program` is the name of what was running, and so of the frames that are
/// ours.
pub fn in_reader(said: &str, program: &str) -> Option<String> {
    place(said.lines().filter_map(of_llvm), program)
}

/// Where MLIR's reader first read or wrote memory that is not there, if nothing
/// of ours did before, by what valgrind printed.
pub fn in_reader_by_valgrind(log: &str, program: &str) -> Option<String> {
    let first = log.split("Invalid ").nth(1)?;
    let frames = first.lines().skip(1).map_while(of_valgrind);
    Some(place(frames, program)? + ", by valgrind")
}

fn place<'a>(frames: impl Iterator<Item = Frame<'a>>, program: &str) -> Option<String> {
    let is_ours = |frame: &Frame<'_>| frame.object == program || frame.object.is_empty();
    let frames: Vec<_> = frames.collect();
    let mut parts = frames.chunk_by(|this, next| is_ours(this) == is_ours(next));
    // From the innermost outwards, MLIR's and ours in turn.
    let mut named = None;
    loop {
        let inner = parts.next().filter(|part| !part.iter().any(is_ours))?;
        named = named.or_else(|| {
            (inner.iter())
                .filter(|frame| frame.object.starts_with("libMLIR"))
                .find(|frame| !frame.symbol.is_empty())
        });
        if inner.last()?.symbol.starts_with(READER) {
            break;
        }
        if !parts.next()?.first()?.symbol.starts_with(HOOK) {
            return None;
        }
    }
    // Without its arguments.
    (named?.symbol.split('(').next()).map(str::to_owned)
}

/// Reads `4  libMLIR.so.22.1 0x00007fd3412df779 mlir::f(int) + 353`.
fn of_llvm(line: &str) -> Option<Frame<'_>> {
    let (number, rest) = line.split_once(' ')?;
    number.parse::<u32>().ok()?;
    let (object, rest) = rest.trim_start().split_once(' ')?;
    let rest = rest.trim_start().strip_prefix("0x")?;
    let symbol = rest.split_once(' ').map_or("", |(_, symbol)| symbol);
    Some(Frame { object, symbol })
}

/// Reads `==7==    by 0x102BF1ED: mlir::f(int) (in /usr/lib/libMLIR.so.22.1)`.
fn of_valgrind(line: &str) -> Option<Frame<'_>> {
    let (_, frame) = line.trim_start_matches('=').split_once("== ")?;
    let (word, rest) = frame.trim_start().split_once(" 0x")?;
    if !matches!(word, "at" | "by") {
        return None;
    }
    let (_, function) = rest.split_once(": ")?;
    let (symbol, object) = match function.rsplit_once(" (in ") {
        Some((symbol, path)) => (symbol, path.trim_end_matches(')')),
        None => (function, ""),
    };
    Some(Frame {
        object: object.rsplit('/').next().unwrap_or(object),
        symbol: if symbol == "???" { "" } else { symbol },
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    const READS: &str = "\
Stack dump without symbol names (ensure you have llvm-symbolizer in your PATH):
0  libLLVM.so.22.1 0x00007fd34a0b8786 llvm::sys::PrintStackTrace(llvm::raw_ostream&, int) + 54
1  libc.so.6       0x00007fd33e85a050
2  libMLIR.so.22.1 0x00007fd3412df779
3  libMLIR.so.22.1 0x00007fd3412d47a1 mlir::BytecodeReader::Impl::parseIRSection(llvm::ArrayRef<unsigned char>, mlir::Block*) + 353
4  libMLIR.so.22.1 0x00007fd344b87ac7 mlir::parseSourceFile(std::shared_ptr<llvm::SourceMgr> const&) + 263
5  fidelity-fuzz   0x00005653bc222d65
";

    #[test]
    fn a_reader_that_ends_the_process_is_named() {
        assert_eq!(
            in_reader(READS, "fidelity-fuzz").as_deref(),
            Some("mlir::BytecodeReader::Impl::parseIRSection")
        );
    }

    #[test]
    fn a_frame_of_ours_is_a_failure_of_ours() {
        // A hook that the reader called.
        let hook = READS.replace(
            "2  libMLIR.so.22.1 0x00007fd3412df779",
            "2  fidelity-fuzz   0x00005653bc212345",
        );
        assert_eq!(in_reader(&hook, "fidelity-fuzz"), None);
        // A pass of MLIR's.
        let pass = READS.replace("mlir::parseSourceFile(", "mlir::PassManager::run(");
        assert_eq!(in_reader(&pass, "fidelity-fuzz"), None);
        // The hook that has the reader go on, and the op's that called it.
        let asks = hook.replace(
            "3  libMLIR.so.22.1",
            "2  libMLIR.so.22.1 0x00007fd3412df779
3  fidelity-fuzz 0x0000565d odsbridge::VersionedBytecode::readAttributes(mlir::X&) const + 5
3  fidelity-fuzz   0x00005653bc212345
3  libMLIR.so.22.1",
        );
        assert_eq!(in_reader(&asks, "fidelity-fuzz"), None);
        let within = asks.replacen("2  fidelity-fuzz   0x00005653bc212345\n", "", 1);
        assert_eq!(
            in_reader(&within, "fidelity-fuzz").as_deref(),
            Some("mlir::BytecodeReader::Impl::parseIRSection")
        );
        // No stack at all.
        assert_eq!(in_reader("", "fidelity-fuzz"), None);
    }

    const WRITES: &str = "\
==7== Memcheck, a memory error detector
==7== Invalid write of size 1
==7==    at 0x102BF1ED: ??? (in /usr/lib/libMLIR.so.22.1)
==7==    by 0x102BCF27: mlir::BytecodeReader::Impl::read(mlir::Block*) (in /usr/lib/libMLIR.so.22.1)
==7==    by 0x13B72AC6: mlir::parseSourceFile(mlir::Block*) (in /usr/lib/libMLIR.so.22.1)
==7==    by 0x66C181: odsBridgeParseModuleFile (in /target/fidelity-fuzz)
==7==  Address 0x183aff58 is 16 bytes after a block of size 840 alloc'd
==7==    at 0x48417B4: malloc (in /usr/libexec/valgrind/vgpreload_memcheck-amd64-linux.so)
";

    #[test]
    fn the_first_wrong_access_counts() {
        let of = |log: &str| in_reader_by_valgrind(log, "fidelity-fuzz");
        assert_eq!(
            of(WRITES).as_deref(),
            Some("mlir::BytecodeReader::Impl::read, by valgrind")
        );
        let ours = "\
==7== Invalid read of size 8
==7==    at 0x66C181: fidelity_dialect::verify (in /target/fidelity-fuzz)
==7==    by 0x13B72AC6: mlir::parseSourceFile(mlir::Block*) (in /usr/lib/libMLIR.so.22.1)
";
        assert_eq!(of(&format!("{ours}{WRITES}")), None);
        assert_eq!(of("==7== All heap blocks were freed"), None);
    }
}
