//! mlir-lsp-server with the fidelity dialect.

use fidelity_tools::registry;
use std::process::ExitCode;

fn main() -> ExitCode {
    let code = ods_bridge::lsp_server_main(std::env::args_os(), &registry::dialects());
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
