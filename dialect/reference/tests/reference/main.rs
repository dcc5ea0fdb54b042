//! The reference against results that NumPy computed, `data/generate*.py`, and
//! against small ones computed by hand.

mod attention;
mod bit_linear;
mod data;
mod elementwise;
mod norm;
mod npy;
mod recurrent;
mod routing;
mod state_space;
mod ternary;
