//! Elementwise arithmetic and activations.

use super::{ALL, Allowed, Case, PAIRS, VECTORS};

macro_rules! unary {
    ($name:literal) => {
        Case {
            name: $name,
            module: concat!(
                "func.func @f(%x: tensor<?xF>) -> tensor<?xF> {\n  %y = fidelity.",
                $name,
                " %x : tensor<?xF>\n  return %y : tensor<?xF>\n}"
            ),
            calls: VECTORS,
            allowed: Allowed::Roundings(8),
            floats: ALL,
        }
    };
}

macro_rules! binary {
    ($name:literal) => {
        Case {
            name: $name,
            module: concat!(
                "func.func @f(%x: tensor<?x5xF>, %y: tensor<?x5xF>, %row: tensor<5xF>,\n",
                "             %column: tensor<?x1xF>, %one: tensor<F>)\n",
                "    -> (tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>, tensor<5xF>) {\n",
                "  %a = fidelity.", $name, " %x, %y : (tensor<?x5xF>, tensor<?x5xF>) -> tensor<?x5xF>\n",
                "  %b = fidelity.", $name, " %row, %x : (tensor<5xF>, tensor<?x5xF>) -> tensor<?x5xF>\n",
                "  %c = fidelity.", $name, " %x, %column : (tensor<?x5xF>, tensor<?x1xF>) -> tensor<?x5xF>\n",
                "  %d = fidelity.", $name, " %one, %row : (tensor<F>, tensor<5xF>) -> tensor<5xF>\n",
                "  return %a, %b, %c, %d : tensor<?x5xF>, tensor<?x5xF>, tensor<?x5xF>, tensor<5xF>\n}"
            ),
            calls: &[
                &[&[0, 5], &[0, 5], &[5], &[0, 1], &[]],
                &[&[1, 5], &[1, 5], &[5], &[1, 1], &[]],
                &[&[3, 5], &[3, 5], &[5], &[3, 1], &[]],
            ],
            allowed: Allowed::Exact,
            floats: ALL,
        }
    };
}

pub const CASES: &[Case] = &[
    unary!("sigmoid"),
    unary!("tanh"),
    unary!("silu"),
    unary!("relu"),
    unary!("squared_relu"),
    unary!("exp"),
    unary!("softplus"),
    unary!("elu_plus_one"),
    unary!("gelu"),
    Case {
        name: "gelu approximation(tanh)",
        module: "func.func @f(%x: tensor<?xF>) -> tensor<?xF> {
          %y = fidelity.gelu %x approximation(tanh) : tensor<?xF>
          return %y : tensor<?xF>
        }",
        calls: VECTORS,
        allowed: Allowed::Roundings(8),
        floats: ALL,
    },
    binary!("add"),
    binary!("subtract"),
    binary!("multiply"),
    Case {
        name: "swiglu",
        module: "func.func @f(%g: tensor<?x?xF>, %u: tensor<?x?xF>) -> tensor<?x?xF> {
          %y = fidelity.swiglu %g, %u : (tensor<?x?xF>, tensor<?x?xF>) -> tensor<?x?xF>
          return %y : tensor<?x?xF>
        }",
        calls: PAIRS,
        allowed: Allowed::Roundings(8),
        floats: ALL,
    },
];
