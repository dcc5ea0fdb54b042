//! Functions compiled to hardware: simulated in Verilator with random stalls,
//! compared with references, synthesised by Yosys, placed by nextpnr.
//!
//! A wrong design has to fail, too: the bench is tested by mutants.

mod bench;
mod cases;
mod design;
mod elementwise;
mod fixed;
mod step;
mod sums;
mod synthesis;
mod tools;
