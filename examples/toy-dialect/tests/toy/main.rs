//! toy-opt on text, and the guide that shows it.

mod bytecode;
mod guide;
mod opt;
mod run;
