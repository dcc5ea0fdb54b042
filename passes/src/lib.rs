//! Passes from the fidelity dialect to itself.
