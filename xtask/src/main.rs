//! The project's chores: set-up, demo, tests, documents.

fn main() {}
