//! The fidelity dialect: ops, attributes, verifiers, folders.
