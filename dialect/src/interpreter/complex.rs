//! The ops of `complex`: those that the lowerings build.

use super::{
    Frame, Op, Result, Value,
    elementwise::{self, Kernel},
};
use fidelity_reference::Complex;

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>, name: &str) -> Result<Vec<Value>> {
    elementwise::evaluate(frame, op, kernel(name).ok_or_else(|| op.unknown())?)
}

fn kernel(name: &str) -> Option<Kernel> {
    use Kernel::{Complex1, Complex2, Pair, Part};
    Some(match name {
        "create" => Pair,
        "re" => Part(|z| z.re),
        "im" => Part(|z| z.im),
        "abs" => Part(Complex::abs),
        "add" => Complex2(|z, w| z + w),
        "sub" => Complex2(|z, w| z - w),
        "mul" => Complex2(|z, w| z * w),
        "div" => Complex2(|z, w| z / w),
        "neg" => Complex1(|z| -z),
        "conj" => Complex1(|z| Complex::new(z.re, -z.im)),
        "exp" => Complex1(Complex::exp),
        "expm1" => Complex1(Complex::expm1),
        _ => return None,
    })
}
