//! Mixture of specialists: choosing experts, sending tokens to them, and
//! putting their answers together.

mod combine;
mod dispatch;
mod route;
mod transfer;
