//! Sums of activations times trits, without a multiplier.
//!
//! A trit takes an activation, its opposite or nothing. The opposite of x is
//! x with all bits turned, and 1 more: the ones are carries into additions
//! that are there anyway, so that a trit costs as much as an addition. The
//! code of a trit is that of `packed2`: bit 0 says -1, bit 1 says +1. Of the
//! code with both, which is never written, nothing is left: x is masked, turned
//! to -1, and its carry makes it 0.

use super::{
    comb::Bits,
    hw::Interface,
    library::{Library, instance},
    logic::Logic,
};

/// The widths of a sum of products.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Widths {
    /// Of an activation.
    pub activation: u32,
    /// Of the sum, which is taken modulo 2 to it.
    pub sum: u32,
}

/// The width of a trit's code.
pub const TRIT: u32 = 2;

/// An activation under a trit: a number and a carry whose sum it is.
fn term<'a>(logic: &Logic<'a, '_>, x: Bits<'a>, trit: Bits<'a>) -> (Bits<'a>, Bits<'a>) {
    let (minus, plus) = (logic.bit(trit, 0), logic.bit(trit, 1));
    let counts = logic.repeat(logic.xor(minus, plus), x.width);
    let turned = logic.repeat(minus, x.width);
    (logic.xor(logic.and(x, counts), turned), minus)
}

/// acc ← acc + x · trit: a register that `clear` makes 0 and that takes a product
/// where `enable` is 1.
fn accumulator(library: &Library<'_, '_>, widths: Widths) -> Interface {
    let Widths { activation, sum } = widths;
    let ports = ports(&[
        ("x", activation),
        ("trit", TRIT),
        ("enable", 1),
        ("clear", 1),
    ]);
    library.module(
        &format!("fidelity_ternary_accumulator_w{activation}_s{sum}"),
        &ports,
        &self::ports(&[("sum", sum)]),
        |logic, inputs| {
            // x is widened before it is turned, so that its sign turns too.
            let x = logic.sign_extend(inputs[0], sum);
            let (number, carry) = term(logic, x, inputs[1]);
            vec![accumulate(logic, number, carry, inputs[2], inputs[3])]
        },
    )
}

/// acc ← acc + number + carry, as [`accumulator`].
fn sum_accumulator(library: &Library<'_, '_>, width: u32, sum: u32) -> Interface {
    library.module(
        &format!("fidelity_accumulator_w{width}_s{sum}"),
        &ports(&[("number", width), ("carry", 1), ("enable", 1), ("clear", 1)]),
        &ports(&[("sum", sum)]),
        |logic, inputs| {
            let number = logic.sign_extend(inputs[0], sum);
            vec![accumulate(logic, number, inputs[1], inputs[2], inputs[3])]
        },
    )
}

fn accumulate<'a>(
    logic: &Logic<'a, '_>,
    number: Bits<'a>,
    carry: Bits<'a>,
    enable: Bits<'a>,
    clear: Bits<'a>,
) -> Bits<'a> {
    let sum = logic.register_cleared("total", number.width, clear);
    sum.set(enable, logic.add_with_carry(sum.bits, number, carry));
    sum.bits
}

/// The cycles from the operands of [`tree`] to its sum, of a power of two of
/// lanes.
const fn tree_latency(lanes: u32) -> u32 {
    1 + lanes.ilog2()
}

/// Σ x · trit over a power of two of lanes: a register for each product, then a
/// tree of additions with a register after each level.
///
/// N lanes have N carries and N - 1 additions. Each addition takes one carry;
/// the one that is left comes out beside the sum, for the addition to the
/// accumulator.
fn tree(library: &Library<'_, '_>, activation: u32, lanes: u32) -> Interface {
    let width = activation + lanes.ilog2();
    library.module(
        &format!("fidelity_ternary_dot_w{activation}_l{lanes}"),
        &ports(&[("x", activation * lanes), ("trits", TRIT * lanes)]),
        &ports(&[("number", width), ("carry", 1)]),
        |logic, inputs| {
            let always = logic.yes();
            let (mut numbers, mut carries): (Vec<Bits<'_>>, Vec<Bits<'_>>) = (0..lanes)
                .map(|lane| {
                    let x = logic.extract(inputs[0], activation * lane, activation);
                    let trit = logic.extract(inputs[1], TRIT * lane, TRIT);
                    let (number, carry) = term(logic, x, trit);
                    (
                        logic.held(&format!("term_{lane}"), always, number),
                        logic.held(&format!("carry_{lane}"), always, carry),
                    )
                })
                .unzip();
            for level in 1..=lanes.ilog2() {
                let left = carries.split_off(numbers.len() / 2);
                numbers = numbers
                    .chunks_exact(2)
                    .zip(&carries)
                    .enumerate()
                    .map(|(index, (pair, &carry))| {
                        // A bit more holds the sum of two, carry included.
                        let [lhs, rhs] =
                            [pair[0], pair[1]].map(|bits| logic.sign_extend(bits, bits.width + 1));
                        let sum = logic.add_with_carry(lhs, rhs, carry);
                        logic.held(&format!("sum_{level}_{index}"), always, sum)
                    })
                    .collect();
                carries = left
                    .iter()
                    .enumerate()
                    .map(|(index, &carry)| {
                        logic.held(&format!("carry_{level}_{index}"), always, carry)
                    })
                    .collect();
            }
            vec![numbers[0], carries[0]]
        },
    )
}

/// Adds the products of some lanes to an accumulator: the sum, and 1 in the
/// cycle in which a sum is whole, after which the next one begins.
///
/// `valid` says whether the operands count and `last` whether a sum ends with
/// them; in the cycle after those nothing may be valid.
pub fn sum_of_products<'a>(
    library: &Library<'a, '_>,
    logic: &Logic<'a, '_>,
    widths: Widths,
    x: Bits<'a>,
    trits: Bits<'a>,
    valid: Bits<'a>,
    last: Bits<'a>,
) -> (Bits<'a>, Bits<'a>) {
    let lanes = x.width / widths.activation;
    let whole = logic.wire("whole", 1);
    let mut ends = logic.and(valid, last);
    let sum = if lanes == 1 {
        let module = accumulator(library, widths);
        instance(
            logic,
            "accumulator",
            &module,
            &[x, trits, valid, whole.bits],
        )[0]
    } else {
        let products = instance(
            logic,
            "dot",
            &tree(library, widths.activation, lanes),
            &[x, trits],
        );
        let mut valid = valid;
        for stage in 1..=tree_latency(lanes) {
            valid = logic.after(&format!("valid_{stage}"), valid);
            ends = logic.after(&format!("ends_{stage}"), ends);
        }
        let module = sum_accumulator(library, products[0].width, widths.sum);
        let inputs = [products[0], products[1], valid, whole.bits];
        instance(logic, "accumulator", &module, &inputs)[0]
    };
    whole.drive(logic.after("sum_is_whole", ends));
    (sum, whole.bits)
}

fn ports(ports: &[(&str, u32)]) -> Vec<(String, u32)> {
    ports
        .iter()
        .map(|&(name, width)| (name.to_owned(), width))
        .collect()
}
