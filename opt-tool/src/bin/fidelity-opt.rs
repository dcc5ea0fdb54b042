//! mlir-opt with the fidelity dialect, its passes and its pipelines.

use fidelity_tools::registry;
use std::process::ExitCode;

fn main() -> ExitCode {
    registry::register_passes();
    let code = ods_bridge::opt_main("fidelity-opt", std::env::args_os(), &registry::dialects());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
