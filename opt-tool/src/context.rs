//! A context for the tools: every dialect, and diagnostics as they come.

use crate::registry;
use melior::Context;

/// A context that knows all dialects and loads them when they are met.
pub fn new() -> Context {
    let context = Context::new();
    context.append_dialect_registry(&registry::dialects());
    context
}
