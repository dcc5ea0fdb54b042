//! The fidelity dialect: ops, attributes, verifiers, folders.
include!(concat!(env!("OUT_DIR"), "/fidelity.rs"));
