//! State-space models.

mod convolution;
mod discretize;
mod elements;
mod scan;
mod scan_step;
mod ssd;
mod step;
