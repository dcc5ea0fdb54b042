//! `toy-number`: a pass with options, statistics and remarks.

use crate::ToyNumber;
use melior::ir::{
    attribute::StringAttribute,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{
    Diagnostic, Pass, PassContext, context_of, name_of, operations_within, remark, set_attribute,
};

impl Pass for ToyNumber {
    fn run<'a>(
        &self,
        function: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        if self.start < 0 {
            return Err(Diagnostic::expected("a start of at least 0", self.start));
        }
        let context = context_of(function.context());
        let chosen = operations_within(function)
            .into_iter()
            .filter(|&operation| operation != function)
            .filter(|&operation| {
                self.kinds.is_empty() || self.kinds.iter().any(|kind| kind == name_of(operation))
            })
            .take(self.limit as usize);
        for (position, (operation, number)) in chosen.zip(self.start..).enumerate() {
            if self.skip.contains(&number) {
                pass.add_to_statistic(Self::NUM_SKIPPED, 1);
                let why = format!("{number} is a number to skip");
                remark::missed(operation.location(), "toy-number", "number", &why);
                continue;
            }
            let text = format!("{}{number}", self.prefix);
            if self.report {
                let place = position as f64 * self.spacing;
                pass.remark(operation.location(), &format!("{text} at {place}"));
            }
            set_attribute(
                operation,
                "toy.number",
                StringAttribute::new(context, &text).into(),
            );
            pass.add_to_statistic(Self::NUM_NUMBERED, 1);
            remark::passed(operation.location(), "toy-number", "number", &text);
        }
        Ok(())
    }
}
