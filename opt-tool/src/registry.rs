//! What every tool knows: upstream's dialects and passes, and ours.

use crate::measure;
use fidelity_passes::premap;
use melior::dialect::DialectRegistry;

/// The upstream dialects with their extensions, the fidelity dialect, and the
/// namespaces of dialects that it is lowered to and that are not here.
pub fn dialects() -> DialectRegistry {
    let registry = DialectRegistry::new();
    ods_bridge::register_upstream(&registry);
    fidelity_dialect::dialect_handle().insert_dialect(&registry);
    if let Err(error) = fidelity_lowering::open_foreign_dialects((&registry).into()) {
        eprintln!("error: {error}");
    }
    registry
}

/// Registers all passes and pipelines, upstream's and ours, once.
pub fn register_passes() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        melior::utility::register_all_passes();
        fidelity_passes::register_passes();
        fidelity_lowering::register_passes();
        fidelity_lowering::register_pipelines();
        premap::register_measure(measure::alone, measure::machine());
    });
}
