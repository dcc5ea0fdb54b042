//! State-space models.

mod convolution;
mod discretize;
mod elements;
mod one_step;
mod scan;
mod ssd;
mod step;
