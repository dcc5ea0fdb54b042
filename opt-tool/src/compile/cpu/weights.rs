//! Weights beside the code of a shared library.

use inkwell::targets::TargetTriple;
use object::{
    BinaryFormat, Object as _, SectionFlags, SectionKind, SymbolFlags, SymbolKind, SymbolScope,
    elf,
    write::{Object, Symbol, SymbolSection},
};
use ods_bridge::ExternalConstant;
use std::io::{self, BufWriter, Write};

/// `SHF_X86_64_LARGE` of the ABI (System V, AMD64 supplement, 4.2.1): what code
/// does not reach by 32 bits.
const X86_64_LARGE: u64 = 0x1000_0000;

/// The large constants of a module. An object file of its own takes them from
/// where they lie, a mapped file for one, to the linker, without LLVM's holding
/// them; in the library they are pages that the system maps, read-only, when they
/// are first touched.
pub struct Weights<'c>(pub Vec<ExternalConstant<'c>>);

impl Weights<'_> {
    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Writes an object file that defines them for the code in `code`, of whose
    /// kind it is. Only the library's own code sees their names.
    ///
    /// # Errors
    ///
    /// When `code` is no object file of a known machine, or `file` takes no more.
    pub fn write(&self, code: &[u8], file: impl Write) -> io::Result<()> {
        let invalid = |error: &dyn std::fmt::Display| io::Error::other(error.to_string());
        let code = object::File::parse(code).map_err(|error| invalid(&error))?;
        let architecture = code.architecture();
        let mut object = Object::new(BinaryFormat::Elf, architecture, code.endianness());
        object.flags = code.flags();
        // Sections of this kind go behind all others, so that code reaches the
        // table of addresses over no weights: x86-64 reaches 2 GiB.
        let (prefix, sh_flags) = match architecture {
            object::Architecture::X86_64 => (
                ".lrodata",
                elf::SectionFlags(elf::SHF_ALLOC.0 | X86_64_LARGE),
            ),
            _ => (".rodata", elf::SHF_ALLOC),
        };
        for (index, constant) in self.0.iter().enumerate() {
            // The linker holds a section at a time.
            let name = format!("{prefix}.{index}").into_bytes();
            let section = object.add_section(Vec::new(), name, SectionKind::ReadOnlyData);
            object.section_mut(section).flags = SectionFlags::Elf {
                sh_type: elf::SHT_PROGBITS,
                sh_flags,
            };
            object.set_section_data(section, constant.bytes, constant.alignment as u64);
            object.add_symbol(Symbol {
                name: constant.name.into(),
                value: 0,
                size: constant.bytes.len() as u64,
                kind: SymbolKind::Data,
                scope: SymbolScope::Linkage,
                weak: false,
                section: SymbolSection::Section(section),
                flags: SymbolFlags::None,
            });
        }
        // Without it the linker takes the stack to be executable.
        object.add_section(Vec::new(), b".note.GNU-stack".into(), SectionKind::Other);
        let mut file = BufWriter::new(file);
        object
            .write_stream(&mut file)
            .map_err(|error| invalid(&error))?;
        file.flush()
    }
}

/// Whether object files for a target are ELF files, the ones that are written
/// here.
pub fn is_elf(triple: &TargetTriple) -> bool {
    let triple = triple.as_str().to_string_lossy().into_owned();
    ["linux", "bsd", "elf", "none", "fuchsia", "solaris", "haiku"]
        .iter()
        .any(|system| triple.contains(system))
}
