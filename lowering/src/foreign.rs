//! Dialects that are lowered to and that are not in this MLIR.

use ods_bridge::{RegistryRef, open_namespaces};

/// The namespaces, with the project whose they are.
const NAMESPACES: &[&str] = &[
    // Triton.
    "tt", // TT-Forge.
    "ttir", "ttcore", // CIRCT.
    "hw", "comb", "seq",
];

/// Lets ops of the foreign dialects be built, parsed and printed, in their
/// generic form and unverified, unless the registry has the real dialects
/// already. They are loaded with the builtin dialect, that is always: a module
/// may have no op of the fidelity dialect when a pass makes the first of theirs.
///
/// # Errors
///
/// When the process has opened too many namespaces before.
pub fn open_foreign_dialects(registry: RegistryRef<'_>) -> Result<(), String> {
    open_namespaces(registry, "builtin", NAMESPACES)
}
