//! The ops of `math` on numbers and, elementwise, on tensors.

use super::{
    Frame, Op, Result, Value,
    elementwise::{self, Kernel},
    value::signed,
};

pub(super) fn evaluate<'a>(frame: &Frame<'a, '_>, op: &Op<'a>, name: &str) -> Result<Vec<Value>> {
    elementwise::evaluate(frame, op, kernel(name).ok_or_else(|| op.unknown())?)
}

fn kernel(name: &str) -> Option<Kernel> {
    use Kernel::{Float1, Float2, Float3, Int1};
    Some(match name {
        "absf" => Float1(f64::abs),
        "absi" => Int1(|x, of| signed(x, of).wrapping_abs()),
        "acos" => Float1(libm::acos),
        "acosh" => Float1(libm::acosh),
        "asin" => Float1(libm::asin),
        "asinh" => Float1(libm::asinh),
        "atan" => Float1(libm::atan),
        "atan2" => Float2(libm::atan2),
        "atanh" => Float1(libm::atanh),
        "cbrt" => Float1(libm::cbrt),
        "ceil" => Float1(f64::ceil),
        "copysign" => Float2(f64::copysign),
        "cos" => Float1(libm::cos),
        "cosh" => Float1(libm::cosh),
        "erf" => Float1(libm::erf),
        "erfc" => Float1(libm::erfc),
        "exp" => Float1(libm::exp),
        "exp2" => Float1(libm::exp2),
        "expm1" => Float1(libm::expm1),
        "floor" => Float1(f64::floor),
        "fma" => Float3(libm::fma),
        "fpowi" => Kernel::Power,
        "log" => Float1(libm::log),
        "log10" => Float1(libm::log10),
        "log1p" => Float1(libm::log1p),
        "log2" => Float1(libm::log2),
        "powf" => Float2(libm::pow),
        "round" => Float1(f64::round),
        "roundeven" => Float1(f64::round_ties_even),
        "rsqrt" => Float1(|x| 1.0 / x.sqrt()),
        "sin" => Float1(libm::sin),
        "sinh" => Float1(libm::sinh),
        "sqrt" => Float1(f64::sqrt),
        "tan" => Float1(libm::tan),
        "tanh" => Float1(libm::tanh),
        "trunc" => Float1(f64::trunc),
        _ => return None,
    })
}
