//! State-space models.

mod convolution;
mod discretize;
mod elements;
mod scan;
mod ssd;
mod step;
