//! `toy.faulty` and `toy-faulty`: hooks with a mistake in them.

use crate::{Faulty, Hook, ToyFaulty};
use melior::ir::{
    Attribute, Type,
    operation::{OperationLike, OperationRef},
    r#type::RankedTensorType,
};
use ods_bridge::{
    Canonicalize, Diagnostic, Dim, Fold, FoldResult, InferReturnTypes, OpView, Pass, PassContext,
    Patterns, ReifyResultShapes, Speculate, Verify, context_of,
};

/// Panics if `op` is to do so in that hook.
fn run_into_mistake(op: &Faulty<'_>, hook: Hook) {
    assert!(op.hook() != hook, "the mistake in {hook}");
}

impl<'a> Verify<'a> for Faulty<'a> {
    fn verify(&self) -> Result<(), Diagnostic<'a>> {
        run_into_mistake(self, Hook::Verify);
        Ok(())
    }
}

impl<'a> InferReturnTypes<'a> for Faulty<'a> {
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>> {
        run_into_mistake(self, Hook::Infer);
        let element = Type::float32(context_of(self.context()));
        Ok(vec![
            RankedTensorType::new(&[i64::MIN as u64], element, None).into(),
        ])
    }
}

impl<'a> ReifyResultShapes<'a> for Faulty<'a> {
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>> {
        run_into_mistake(self, Hook::Reify);
        Ok(vec![vec![Dim::Value(self.size())]])
    }
}

impl<'a> Fold<'a> for Faulty<'a> {
    fn fold(&self, _: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>> {
        run_into_mistake(self, Hook::Fold);
        None
    }
}

impl Canonicalize for Faulty<'_> {
    fn canonicalization_patterns(patterns: &mut Patterns<'_>) {
        patterns.add(Self::NAME, |operation, _| {
            let op = Faulty::cast(operation).ok_or("not a toy.faulty")?;
            run_into_mistake(&op, Hook::Pattern);
            Err("there is nothing to do")
        });
    }
}

impl Speculate for Faulty<'_> {
    fn is_speculatable(&self) -> bool {
        run_into_mistake(self, Hook::Speculate);
        true
    }
}

impl Pass for ToyFaulty {
    fn run<'a>(
        &self,
        function: OperationRef<'a, 'a>,
        _: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let name = function.attribute("sym_name").map(|name| name.to_string());
        let is_faulty = name.is_ok_and(|name| name.starts_with("\"faulty"));
        assert!(!is_faulty, "the mistake in a pass");
        Ok(())
    }
}
