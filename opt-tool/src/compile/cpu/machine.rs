//! Which machine to compile for.

use inkwell::{
    OptimizationLevel,
    targets::{CodeModel, InitializationConfig, RelocMode, Target, TargetMachine, TargetTriple},
};

/// What code is made for.
#[derive(Clone, Copy, Debug)]
pub struct CodeTarget<'m> {
    /// The machine.
    pub machine: &'m TargetMachine,
    /// How hard LLVM tries.
    pub level: OptimizationLevel,
    /// How many threads share the kernel of a large layer.
    pub threads: u32,
}

/// The processor of the machine that compiles.
pub const NATIVE: &str = "native";

/// A machine to compile for: the host for no triple.
///
/// For the processor `native` the features come from the processor itself
/// (cpuid) and not from the name that LLVM has for it: a virtual machine may
/// hide some, and a name that LLVM guesses may lack some.
///
/// # Errors
///
/// When LLVM does not know the triple or the processor, the target has other
/// than 64-bit pointers, or `native` is asked of a foreign one.
pub fn machine(
    triple: Option<&str>,
    cpu: Option<&str>,
    level: OptimizationLevel,
) -> Result<TargetMachine, String> {
    Target::initialize_all(&InitializationConfig::default());
    let host = TargetMachine::get_default_triple();
    let host = host.as_str().to_string_lossy();
    let triple = match triple {
        Some(triple) => TargetMachine::normalize_triple(&TargetTriple::create(triple)),
        None => TargetMachine::get_default_triple(),
    };
    let name = triple.as_str().to_string_lossy().into_owned();
    let target = Target::from_triple(&triple)
        .map_err(|_| format!("expected a target triple such as {host}, but got {name}"))?;
    let create = |cpu: &str, features: &str| {
        target
            .create_target_machine(
                &triple,
                cpu,
                features,
                level,
                // A shared library may be made of it.
                RelocMode::PIC,
                CodeModel::Default,
            )
            .ok_or_else(|| format!("expected a target that LLVM has code for, but got {name}"))
    };
    let plain = create("", "")?;
    let pointer = plain.get_target_data().get_pointer_byte_size(None);
    if pointer != 8 {
        return Err(format!(
            "expected a target of 64-bit pointers, but got {name} of {} bits",
            8 * pointer
        ));
    }
    let is_host = architecture(&name) == architecture(&host);
    match cpu {
        None if !is_host => Ok(plain),
        None | Some(NATIVE) if is_host => create(
            &TargetMachine::get_host_cpu_name().to_string(),
            &TargetMachine::get_host_cpu_features().to_string(),
        ),
        Some(cpu) if cpu != NATIVE => {
            if !ods_bridge::is_cpu_of(&plain, cpu) {
                return Err(format!("expected a CPU of {name}, but got {cpu}"));
            }
            create(cpu, "")
        }
        _ => Err(format!("expected a CPU of {name}, but got {NATIVE}")),
    }
}

fn architecture(triple: &str) -> &str {
    triple.split('-').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn error(triple: Option<&str>, cpu: Option<&str>) -> String {
        machine(triple, cpu, OptimizationLevel::None)
            .err()
            .map_or("no error".into(), |error| error)
    }

    #[test]
    fn a_foreign_target_has_a_plain_cpu() {
        let machine = machine(
            Some("aarch64-linux-gnu"),
            Some("neoverse-v2"),
            OptimizationLevel::None,
        )
        .unwrap();
        assert_eq!(machine.get_cpu().to_string_lossy(), "neoverse-v2");
    }

    #[test]
    fn native_features_come_from_the_processor() {
        let machine = machine(None, None, OptimizationLevel::None).unwrap();
        assert_eq!(
            machine.get_feature_string().to_string_lossy(),
            TargetMachine::get_host_cpu_features().to_string_lossy()
        );
    }

    #[test]
    fn refuses_what_llvm_does_not_know() {
        assert_eq!(
            error(Some("x86_64-unknown-linux-gnu"), Some("i8080")),
            "expected a CPU of x86_64-unknown-linux-gnu, but got i8080"
        );
        assert_eq!(
            error(Some("riscv32-unknown-elf"), None),
            "expected a target of 64-bit pointers, but got riscv32-unknown-unknown-elf of 32 bits"
        );
        assert!(error(Some("abacus"), None).ends_with(", but got abacus"));
        assert_eq!(
            error(Some("s390x-linux-gnu"), Some(NATIVE)),
            "expected a CPU of s390x-unknown-linux-gnu, but got native"
        );
    }
}
