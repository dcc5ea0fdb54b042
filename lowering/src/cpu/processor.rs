//! The processor that code is for, and what its kernels may use.

use crate::vector::Isa;
use inkwell::{
    OptimizationLevel,
    targets::{CodeModel, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple},
};

/// The processor that code runs on where it is made.
const NATIVE: &str = "native";
/// The targets whose processors have kernels.
const TRIPLES: [&str; 2] = ["x86_64-unknown-linux-gnu", "aarch64-unknown-linux-gnu"];

/// The instructions for kernels that a machine's processor has.
pub fn isa_of(machine: &TargetMachine) -> Isa {
    let triple = machine.get_triple();
    let triple = triple.as_str().to_string_lossy();
    let architecture = triple.split('-').next().unwrap_or_default();
    // Kernels ask Linux for the permission to use AMX.
    let is_linux = triple.contains("linux");
    Isa::of(architecture, |feature| {
        (is_linux || !feature.starts_with("+amx")) && ods_bridge::has_features(machine, feature)
    })
}

/// Those of a processor by LLVM's name of it; `native` is this one.
///
/// # Errors
///
/// When no target that has kernels has such a processor.
pub fn isa_of_name(cpu: &str) -> Result<Isa, String> {
    Target::initialize_all(&InitializationConfig::default());
    if cpu == NATIVE {
        // A name tells less than the processor itself: what a virtual machine hides,
        // and what LLVM does not know of a new one.
        let name = TargetMachine::get_host_cpu_name().to_string();
        let features = TargetMachine::get_host_cpu_features().to_string();
        return machine(&TargetMachine::get_default_triple(), &name, &features)
            .map(|machine| isa_of(&machine));
    }
    for triple in TRIPLES {
        let triple = TargetTriple::create(triple);
        let Ok(plain) = machine(&triple, "", "") else {
            continue;
        };
        if ods_bridge::is_cpu_of(&plain, cpu) {
            return machine(&triple, cpu, "").map(|machine| isa_of(&machine));
        }
    }
    Err(format!(
        "expected cpu to be native or a 64-bit processor by LLVM's name of it, such as \
         x86-64-v3, but got `{cpu}`"
    ))
}

fn machine(triple: &TargetTriple, cpu: &str, features: &str) -> Result<TargetMachine, String> {
    let none = || format!("expected a target that LLVM has code for, but got {triple}");
    let target = Target::from_triple(triple).map_err(|_| none())?;
    let (level, model) = (OptimizationLevel::Default, CodeModel::Default);
    target
        .create_target_machine(triple, cpu, features, level, RelocMode::PIC, model)
        .ok_or_else(none)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn names_say_what_kernels_use() {
        for (cpu, isa) in [
            ("x86-64", Isa::Portable),
            ("x86-64-v3", Isa::Avx2),
            ("x86-64-v4", Isa::Avx512),
            ("alderlake", Isa::AvxVnni),
            ("cascadelake", Isa::Avx512Vnni),
            ("icelake-server", Isa::Avx512Vbmi),
            ("sapphirerapids", Isa::AmxInt8),
            ("cortex-a72", Isa::Portable),
            ("neoverse-n1", Isa::NeonDot),
        ] {
            assert_eq!(isa_of_name(cpu), Ok(isa), "{cpu}");
        }
        assert!(isa_of_name("native").is_ok());
        assert!(isa_of_name("z80").is_err());
    }
}
