//! `fidelity-outline-repeats`: what a model does again and again as a function.
//!
//! | file | what it says |
//! | --- | --- |
//! | `sequence` | the ops of functions as a text |
//! | `suffixes` | which parts of a text occur more than once |
//! | `choose` | which of them do the same, and which save most |
//! | `rewrite` | these as functions, and calls of them |

mod choose;
mod rewrite;
mod sequence;
mod suffixes;

use crate::{
    FidelityOutlineRepeats,
    outline::{Replaced, Symbols, operations_of, symbol_of},
};
use choose::choose;
use melior::ir::{
    BlockRef, RegionLike,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, Pass, PassContext, name_of, operations_within, remark};
use sequence::Sequence;

/// The pass's name, which is the category of its remarks.
const CATEGORY: &str = "fidelity-outline-repeats";

impl Pass for FidelityOutlineRepeats {
    fn run<'a>(
        &self,
        module: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let least = usize::try_from(self.least)
            .ok()
            .filter(|&least| least > 0)
            .ok_or_else(|| Diagnostic::expected("least to be 1 or more", self.least))?;
        let Some(body) = module.region(0).ok().and_then(|body| body.first_block()) else {
            return Ok(());
        };
        let mut symbols = Symbols::within(module);
        // What is left may repeat too, a function's body among it, until nothing does:
        // so the pass finds nothing to do where it has been. Each round leaves fewer
        // ops.
        while outline(body, least, &mut symbols, pass)? {}
        Ok(())
    }
}

/// Makes functions of what repeats in a module, and says whether something did.
fn outline<'a>(
    module: BlockRef<'a, 'a>,
    least: usize,
    symbols: &mut Symbols,
    pass: &PassContext<'_>,
) -> Result<bool, Diagnostic<'a>> {
    let sequence = Sequence::of(module);
    let sections = choose(&sequence, least);
    let mut current = Replaced::default();
    for section in &sections {
        let head = sequence.steps[section.starts[0]].operation;
        let (location, function) = (head.location(), function_of(head));
        let name = function.and_then(symbol_of).unwrap_or_default();
        let mut names = (0usize..).map(|number| format!("{name}_repeat{number}"));
        let Some(symbol) = symbols.take(&mut names) else {
            continue;
        };
        let repeats = section.starts.len();
        let ops = sequence.ops(section.starts[0], section.length);
        rewrite::outline(&sequence, section, &symbol, module, &mut current)?;
        for (statistic, amount) in [
            (FidelityOutlineRepeats::NUM_FUNCTIONS, 1),
            (FidelityOutlineRepeats::NUM_CALLS, repeats),
            (FidelityOutlineRepeats::NUM_SAVED, ops * (repeats - 1)),
        ] {
            pass.add_to_statistic(statistic, amount);
        }
        let message = format!("{ops} ops that occur {repeats} times are @{symbol}");
        remark::passed(location, CATEGORY, "outlined", &message);
    }
    if !sections.is_empty() {
        for function in operations_of(module) {
            if name_of(function) == "func.func" {
                rewrite::erase_unread(operations_within(function).into_iter().rev());
            }
        }
    }
    Ok(!sections.is_empty())
}

/// The function that an op is in.
fn function_of<'a>(operation: OperationRef<'a, 'a>) -> Option<OperationRef<'a, 'a>> {
    let mut around = operation.parent_operation();
    while let Some(function) = around
        && name_of(function) != "func.func"
    {
        around = function.parent_operation();
    }
    around
}
