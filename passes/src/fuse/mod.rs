//! `fidelity-fuse`: what is written in parts, as the ops that it makes up.
//!
//! One file per topic, each begun by its algebra and what it costs:
//!
//! | file | what becomes what |
//! | --- | --- |
//! | `bit_linear` | norm, quantisation and product → `bit_linear` |
//! | `epilogue` | scales and a bias after a layer → its operands |
//! | `sibling` | layers that read one input → one layer of all rows |
//! | `shared_parts` | layers of one norm that do not join → one norm for all |
//! | `activation` | an activation beside its op → that op's own |
//! | `attention` | feature maps and scales of queries → attributes |
//! | `gated_step` | the equations of one step of a gated unit → `mlgru` |
//! | `time_loop`, `attention_loop` | a loop of steps → the op over the sequence |
//! | `zero_weights` | rows and columns of zeros, equal rows → fewer of them |
//! | `reassociate` | (Q Kᵀ) V → Q (Kᵀ V) |
//!
//! `rewrite` is how they change the IR, `mapping` what becomes of mappings, `rows` how they cut and join constants, `costs`
//! what says whether a form is faster than another one on the target, `sizes` which
//! sizes are known to be one, and `leftovers` what no fusion leaves behind.
//! An op is looked at by its last result: what it makes up reaches backwards.

mod activation;
mod attention;
mod attention_loop;
mod bit_linear;
mod costs;
mod epilogue;
mod gated_step;
mod leftovers;
mod mapping;
mod reassociate;
mod rewrite;
mod rows;
mod sequence;
mod shared_parts;
mod sibling;
mod sizes;
mod time_loop;
mod zero_weights;

use crate::FidelityFuse;
use costs::Costs;
use melior::ir::{
    Location,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, build_before, operations_within, remark};
use rewrite::{Miss, Rewrite, Site};

/// What remarks are filed under.
const CATEGORY: &str = "fidelity-fuse";

/// What remarks call the topic of `sibling`, which looks at several ops at once.
const SIBLING: &str = "sibling";

/// A topic: what remarks call it, its statistic, and what it does at the last op
/// of what it looks for.
struct Fusion {
    name: &'static str,
    /// What a remark says that it has done.
    made: &'static str,
    statistic: usize,
    apply: for<'a> fn(&Site<'a, '_>) -> Result<(), Miss>,
}

/// In the order in which they are tried at an op.
const FUSIONS: &[Fusion] = &[
    Fusion {
        name: "bit_linear",
        made: "made one layer of its parts",
        statistic: FidelityFuse::NUM_BIT_LINEAR,
        apply: bit_linear::fuse,
    },
    Fusion {
        name: "epilogue",
        made: "made an operand of the layer",
        statistic: FidelityFuse::NUM_EPILOGUES,
        apply: epilogue::fuse,
    },
    Fusion {
        name: "activation",
        made: "made a part of the op beside it",
        statistic: FidelityFuse::NUM_ACTIVATIONS,
        apply: activation::fuse,
    },
    Fusion {
        name: "attention",
        made: "made an attribute of the attention",
        statistic: FidelityFuse::NUM_ATTENTION,
        apply: attention::fuse,
    },
    Fusion {
        name: "gated-step",
        made: "made one step of mlgru",
        statistic: FidelityFuse::NUM_GATED_STEPS,
        apply: gated_step::fuse,
    },
    Fusion {
        name: "time-loop",
        made: "made one op over the sequence",
        statistic: FidelityFuse::NUM_TIME_LOOPS,
        apply: time_loop::fuse,
    },
    Fusion {
        name: "reassociate",
        made: "took the cheaper order of two products",
        statistic: FidelityFuse::NUM_REASSOCIATED,
        apply: reassociate::fuse,
    },
];

/// What is done when nothing more is fused: layers that read one input are joined
/// before their weights get smaller.
const SHRINKING: &[Fusion] = &[Fusion {
    name: "zero-weights",
    made: "made a smaller product",
    statistic: FidelityFuse::NUM_ZERO_WEIGHTS,
    apply: zero_weights::fuse,
}];

/// A near match that was left alone.
struct Missed<'a> {
    at: Location<'a>,
    name: &'static str,
    why: &'static str,
}

impl Pass for FidelityFuse {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        // What one fusion makes another may take further. Each makes ops fewer
        // or weights smaller, so that this ends.
        let costs = Costs::new(self, operation).map_err(Diagnostic::new)?;
        let rewrite = Rewrite::new(self.reassociate, costs);
        let mut has_fused = false;
        loop {
            let mut missed = self.sweep(operation, FUSIONS, &rewrite, pass);
            missed.extend(self.join_siblings(operation, &rewrite, pass));
            if rewrite.end_sweep() {
                has_fused = true;
                continue;
            }
            missed.extend(self.sweep(operation, SHRINKING, &rewrite, pass));
            if rewrite.end_sweep() {
                has_fused = true;
            } else {
                if has_fused {
                    leftovers::clear(operation);
                }
                for Missed { at, name, why } in missed {
                    remark::missed(at, CATEGORY, name, why);
                }
                return Ok(());
            }
        }
    }
}

impl FidelityFuse {
    /// Looks at each op once; gives what was nearly something.
    fn sweep<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        fusions: &[Fusion],
        rewrite: &Rewrite<'a>,
        pass: &PassContext<'_>,
    ) -> Vec<Missed<'a>> {
        let mut missed = Vec::new();
        rewrite.begin_sweep(operation);
        for nested in operations_within(operation) {
            for &Fusion {
                name,
                made,
                statistic,
                apply,
            } in fusions
            {
                if rewrite.is_gone(nested) {
                    break;
                }
                let at = nested.location();
                let fused = build_before(nested, |builder| {
                    apply(&Site {
                        operation: nested,
                        builder,
                        rewrite,
                    })
                });
                rewrite.end_fusion(fused.is_ok());
                match fused {
                    Ok(()) => {
                        pass.add_to_statistic(statistic, 1);
                        remark::passed(at, CATEGORY, name, made);
                    }
                    Err(Miss::Near(why)) => missed.push(Missed { at, name, why }),
                    Err(Miss::Other) => {}
                }
            }
        }
        missed
    }

    /// Joins the layers that read one input; gives those that nearly were.
    fn join_siblings<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        rewrite: &Rewrite<'a>,
        pass: &PassContext<'_>,
    ) -> Vec<Missed<'a>> {
        let mut missed = Vec::new();
        rewrite.begin_sweep(operation);
        for group in sibling::groups(operation) {
            let at = group.location();
            let joined = group.fuse(rewrite);
            rewrite.end_fusion(joined.is_ok());
            match joined {
                Ok(made) => {
                    pass.add_to_statistic(Self::NUM_SIBLINGS, group.len());
                    remark::passed(at, CATEGORY, SIBLING, made);
                }
                Err(Miss::Near(why)) => missed.push(Missed {
                    at,
                    name: SIBLING,
                    why,
                }),
                Err(Miss::Other) => {}
            }
        }
        missed
    }
}
