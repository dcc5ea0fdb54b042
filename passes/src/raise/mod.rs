//! `fidelity-raise`: linalg, tensor and arith ops that say what an op of the
//! dialect does, to that op.
//!
//! | file | what it says |
//! | --- | --- |
//! | `structured` | an op of linalg by its maps and its body |
//! | `expression` | what is computed at a point of the loops, as a tree |
//! | `equation` | where a tree is what an equation says |
//! | `plan` | a tree as ops, all of it or nothing |
//! | `elementwise`, `norm`, `quantize` | the equations |
//! | `linear`, `weight`, `scaling` | products with constant weights |
//! | `convolution` | causal convolutions |
//!
//! Ops are looked at from the last to the first, so that the largest tree is seen
//! before its parts.

mod convolution;
mod elementwise;
mod equation;
mod expression;
mod linear;
mod norm;
mod plan;
mod quantize;
mod scaling;
mod structured;
mod weight;

use self::{
    convolution::Convolution,
    elementwise::Why,
    equation::{Pattern, matches},
    expression::{Kind, Node},
    linear::{Constants, Product},
    plan::{Equation, Op, Planned, Root, plan},
    quantize::Form,
    structured::Structured,
};
use crate::{FidelityRaise, emit::Emit};
use fidelity_dialect::{DYNAMIC, Multiply, TensorType};
use melior::ir::{
    Type, TypeLike, Value, ValueLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, OpView, Pass, PassContext, build_before, context_of, defining_op, erase, name_of,
    operations_within, remark, users_of,
};
use std::collections::HashSet;

/// The category of the pass's remarks.
const CATEGORY: &str = "fidelity-raise";

impl Pass for FidelityRaise {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        context: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let mut near = quantize::near_misses(self.allow_reciprocal);
        near.extend(norm::near_misses());
        near.extend(elementwise::near_misses());
        let mut rest = norm::equations();
        rest.extend(quantize::rescaling(self.allow_reciprocal));
        rest.extend(elementwise::equations());

        let mut raise = Raise {
            context,
            done: HashSet::new(),
            left: Vec::new(),
        };
        // Before the parts of a quantisation are ops of the dialect themselves.
        raise.trees(operation, &quantize::equations(self.allow_reciprocal), None);
        raise.trees(operation, &rest, Some(&near));
        raise.convolutions(operation);
        raise.products(operation);
        raise.report_left();
        Ok(())
    }
}

struct Raise<'a, 'p, 'c> {
    context: &'p PassContext<'c>,
    /// The addresses of ops that are gone, or that are to stay.
    done: HashSet<usize>,
    /// Remarks on ops that stay. One on an op that no equation says is dropped if a
    /// product takes the op over.
    left: Vec<Left<'a>>,
}

/// An op that stays, and why.
struct Left<'a> {
    operation: OperationRef<'a, 'a>,
    name: &'static str,
    why: String,
    is_settled: bool,
}

impl<'a> Raise<'a, '_, '_> {
    /// Raises what the results of ops are by equations; what is near one and none
    /// stays, with a remark.
    fn trees(
        &mut self,
        operation: OperationRef<'a, 'a>,
        equations: &[Equation],
        near: Option<&[(Pattern, Why)]>,
    ) {
        let mut roots = operations_within(operation);
        // No op that is in the body of another, and goes with it.
        roots.retain(|&nested| is_structured(nested) || expression::is_of_tensors(nested));
        for root in roots.into_iter().rev() {
            if self.is_done(root) {
                continue;
            }
            if let Some((root, node)) = elementwise_tree(root) {
                self.tree(root, &node, equations, near);
            }
        }
    }

    fn tree(
        &mut self,
        root: Root<'a>,
        node: &Node<'a>,
        equations: &[Equation],
        near: Option<&[(Pattern, Why)]>,
    ) {
        let operation = root.operation;
        let Some(result) = TensorType::new(result_type(operation)) else {
            return;
        };
        if !matches!(node.kind, Kind::Apply(..)) || result.encoding.is_some() {
            return;
        }
        let miss = near.into_iter().flatten().find_map(|(pattern, why)| {
            let mut found = matches(pattern, node, root.rank).into_iter();
            found.find_map(|found| Some((why(&found)?, found.consumed)))
        });
        if let Some((why, consumed)) = miss {
            self.missed(operation, "equation", &why);
            self.done.extend(consumed.into_iter().map(address));
            return;
        }
        let planned = plan(equations, node, root)
            .filter(|planned| agrees(planned.plan.shape(root.rank), &result.shape));
        let Some(Planned { plan, consumed }) = planned else {
            let is_conversion = matches!(
                node.kind,
                Kind::Apply("arith.sitofp" | "arith.extf" | "arith.truncf", _)
            );
            if near.is_some() && node.element.is_float() && !is_conversion {
                let why = plan::obstacle(equations, node, root);
                self.left.push(Left {
                    operation,
                    name: "elementwise",
                    why,
                    is_settled: false,
                });
            }
            return;
        };
        let statistic = match plan.op() {
            Some(Op::RmsNorm { .. }) => FidelityRaise::NUM_NORMS,
            Some(Op::Quantize(Form::Rescaled)) | None => FidelityRaise::NUM_ELEMENTWISE,
            Some(Op::Quantize(_)) => FidelityRaise::NUM_QUANTIZATIONS,
            Some(_) => FidelityRaise::NUM_ELEMENTWISE,
        };
        let name = plan.op().map_or("constant", Op::name);
        let message = match consumed.len() {
            0 => format!("a linalg op is fidelity.{name}"),
            more => format!("{} linalg ops are fidelity.{name}", more + 1),
        };
        self.passed(operation, statistic, name, &message);
        self.replace(operation, &consumed, |emit| plan.build(emit, root.rank));
    }

    fn convolutions(&mut self, operation: OperationRef<'a, 'a>) {
        for root in structured_within(operation) {
            let convolution = match self.is_done(root) {
                true => None,
                false => Structured::new(root).and_then(|structured| Convolution::of(&structured)),
            };
            match convolution {
                Some(Ok(convolution)) => {
                    let message = "a depthwise convolution is fidelity.causal_conv1d";
                    self.passed(
                        root,
                        FidelityRaise::NUM_CONVOLUTIONS,
                        "causal_conv1d",
                        message,
                    );
                    let consumed = convolution.consumed.clone();
                    self.replace(convolution.root, &consumed, |emit| convolution.build(emit));
                }
                Some(Err(why)) => self.missed(root, "causal_conv1d", &why),
                None => {}
            }
        }
    }

    fn products(&mut self, operation: OperationRef<'a, 'a>) {
        let mut constants = Constants::default();
        for root in structured_within(operation) {
            if self.is_done(root) {
                continue;
            }
            let product = Structured::new(root).and_then(|structured| Product::of(&structured));
            let layer = match product {
                None => continue,
                Some(Err(why)) => Err(why.to_owned()),
                Some(Ok(product)) => product.ternary().map(|ternary| (product, ternary)),
            };
            match layer {
                Ok((product, ternary)) => {
                    let message = "a product with constant weights is fidelity.ternary_linear";
                    self.passed(root, FidelityRaise::NUM_LINEAR, "ternary_linear", message);
                    let consumed = product.dequantization();
                    self.replace(root, consumed.as_slice(), |emit| {
                        product.build(emit, &ternary, &mut constants)
                    });
                }
                Err(why) => self.missed(root, "ternary_linear", &why),
            }
        }
    }

    /// Puts a value in the place of an op's only result, and removes what nothing
    /// uses then.
    fn replace(
        &mut self,
        operation: OperationRef<'a, 'a>,
        consumed: &[OperationRef<'a, 'a>],
        build: impl FnOnce(&Emit<'a, '_>) -> Value<'a, 'a>,
    ) {
        let mut unused = makers_of_operands(operation);
        unused.extend(consumed);
        build_before(operation, |builder| {
            let emit = Emit::new(builder, false);
            let value = emit.result(build(&emit), result_type(operation));
            builder.replace(operation, &[value]);
        });
        self.done.insert(address(operation));
        while let Some(operation) = unused.pop() {
            if self.done.contains(&address(operation))
                || !is_removable(operation, consumed)
                || operation
                    .results()
                    .any(|result| !users_of(result.into()).is_empty())
            {
                continue;
            }
            unused.extend(makers_of_operands(operation));
            self.done.insert(address(operation));
            erase(operation);
        }
    }

    /// Says of the ops that are still there why they are.
    fn report_left(&self) {
        for left in &self.left {
            if left.is_settled || !self.is_done(left.operation) {
                remark::missed(left.operation.location(), CATEGORY, left.name, &left.why);
            }
        }
    }

    fn is_done(&self, operation: OperationRef<'a, 'a>) -> bool {
        self.done.contains(&address(operation))
    }

    fn passed(
        &self,
        operation: OperationRef<'a, 'a>,
        statistic: usize,
        name: &'static str,
        message: &str,
    ) {
        self.context.add_to_statistic(statistic, 1);
        remark::passed(operation.location(), CATEGORY, name, message);
    }

    fn missed(&mut self, operation: OperationRef<'a, 'a>, name: &'static str, why: &str) {
        self.context.add_to_statistic(FidelityRaise::NUM_LEFT, 1);
        self.done.insert(address(operation));
        self.left.push(Left {
            operation,
            name,
            why: why.to_owned(),
            is_settled: true,
        });
    }
}

fn address<'a>(operation: OperationRef<'a, 'a>) -> usize {
    operation.to_raw().ptr as usize
}

/// The ops of linalg that have maps, and so none that is in the body of another.
fn structured_within<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let mut operations = operations_within(operation);
    operations.retain(|&nested| is_structured(nested));
    operations
}

fn is_structured<'a>(operation: OperationRef<'a, 'a>) -> bool {
    Structured::new(operation).is_some()
}

/// What an op computes at each point of its result, if all of it is elementwise: of
/// linalg, or of arith and math on tensors.
fn elementwise_tree<'a>(operation: OperationRef<'a, 'a>) -> Option<(Root<'a>, Node<'a>)> {
    if let Some(structured) = Structured::new(operation) {
        let root = Root {
            operation,
            rank: structured.loops,
        };
        let is_one = structured.is_elementwise() && operation.result_count() == 1;
        return is_one.then(|| Some((root, expression::tree(&structured)?)))?;
    }
    if !expression::is_of_tensors(operation) {
        return None;
    }
    let rank = TensorType::new(result_type(operation))?.rank();
    let loops: Vec<Option<usize>> = (0..rank).map(Some).collect();
    let node = expression::of_tensors(operation, &loops)?;
    Some((Root { operation, rank }, node))
}

/// The ops outside of an op that make what it reads, in its body too.
fn makers_of_operands<'a>(operation: OperationRef<'a, 'a>) -> Vec<OperationRef<'a, 'a>> {
    let within = operations_within(operation);
    let operands = within.iter().flat_map(|nested| nested.operands());
    operands
        .filter_map(defining_op)
        .filter(|maker| !within.contains(maker))
        .collect()
}

/// The type of an op's first result.
fn result_type<'a>(operation: OperationRef<'a, 'a>) -> Type<'a> {
    match operation.result(0) {
        Ok(result) => result.r#type(),
        Err(_) => Type::none(context_of(operation.context())),
    }
}

/// Whether an op does nothing but give its results, or is part of what was raised:
/// an assertion in it is then known to hold.
fn is_removable<'a>(operation: OperationRef<'a, 'a>, consumed: &[OperationRef<'a, 'a>]) -> bool {
    let name = name_of(operation);
    let is_value = ["tensor.", "linalg.", "arith.", "math."]
        .iter()
        .any(|dialect| name.starts_with(dialect));
    let asserts = || {
        let nested = operations_within(operation);
        nested
            .into_iter()
            .any(|nested| name_of(nested) == "cf.assert")
    };
    // Which this pass has made of what it now takes for weights.
    let is_scaling = name == Multiply::NAME;
    consumed.contains(&operation) || is_scaling || is_value && !asserts()
}

/// Whether a result of those sizes has as many elements as the type says, also
/// where one of them is not known.
fn agrees(shape: Option<Vec<i64>>, wanted: &[i64]) -> bool {
    shape.is_some_and(|shape| {
        shape.len() == wanted.len()
            && shape.iter().zip(wanted).all(|(&size, &wanted)| {
                size == wanted || size == DYNAMIC || wanted == DYNAMIC && size != 1
            })
    })
}
