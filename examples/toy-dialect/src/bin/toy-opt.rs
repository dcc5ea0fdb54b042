//! mlir-opt with the toy dialect and its passes.

use melior::dialect::DialectRegistry;
use std::process::ExitCode;

fn main() -> ExitCode {
    let registry = DialectRegistry::new();
    ods_bridge::register_upstream(&registry);
    toy_dialect::dialect_handle().insert_dialect(&registry);
    melior::utility::register_all_passes();
    toy_dialect::register_passes();
    let code = ods_bridge::opt_main("toy-opt", std::env::args_os(), &registry);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
