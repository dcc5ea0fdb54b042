//! Bytecode of older versions.
//!
//! Version 1 is the first. Files from before it say no version and are read as
//! they are: `test/Dialect/Fidelity/frozen.mlir` has one.

use crate::FidelityDialect;
use ods_bridge::Upgrade;

impl Upgrade for FidelityDialect {}
