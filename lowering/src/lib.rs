//! Lowerings from the fidelity dialect to other dialects.
