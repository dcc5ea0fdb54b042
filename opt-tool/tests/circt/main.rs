//! Functions compiled to hardware: simulated in Verilator with random stalls,
//! compared with references, synthesised by Yosys, placed by nextpnr.
//!
//! A wrong design has to fail, too: the bench is tested by mutants.

mod bench;
mod block;
mod cases;
mod design;
mod elementwise;
mod fixed;
mod layer;
mod mutants;
mod recurrent;
mod sums;
mod synthesis;
mod tools;
