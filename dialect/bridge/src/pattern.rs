//! Rewrite patterns in Rust.

use crate::{
    Builder, Diagnostic, OperandKind, View,
    panic::{catch, internal_error_count_here},
};
use melior::{
    Context, RewriterBase, create_op_rewrite_pattern,
    ir::operation::{OperationLike, OperationRef},
};
use mlir_sys::{
    MlirRewritePatternSet, mlirApplyPatternsAndFoldGreedilyWithOp, mlirFreezeRewritePattern,
    mlirFrozenRewritePatternSetDestroy, mlirGreedyRewriteDriverConfigCreate,
    mlirGreedyRewriteDriverConfigDestroy, mlirPatternRewriterAsBase, mlirRewritePatternSetAdd,
    mlirRewritePatternSetCreate,
};

/// An op of a .td file as its generated Rust type shows it.
pub trait OpView<'a>: Sized {
    /// The full name, dialect included.
    const NAME: &'static str;
    /// Its operands in order.
    const OPERANDS: &'static [OperandKind];
    /// The attributes that it must have.
    const REQUIRED_ATTRIBUTES: &'static [&'static str];

    /// Wraps a view of such an op.
    fn new(view: View<'a>) -> Self;

    /// The view.
    fn view(&self) -> &View<'a>;

    /// Looks at an operation, if it is such an op.
    fn cast(operation: OperationRef<'a, 'a>) -> Option<Self> {
        (crate::name_of(operation) == Self::NAME)
            .then(|| View::of_operation(operation, Self::OPERANDS).ok())
            .flatten()
            .map(Self::new)
    }
}

/// Why a pattern does not apply.
pub type NoMatch = &'static str;

/// The patterns to which an op or a pass adds its own.
pub struct Patterns<'c> {
    context: &'c Context,
    raw: MlirRewritePatternSet,
}

impl<'c> Patterns<'c> {
    pub(crate) fn from_raw(context: &'c Context, raw: MlirRewritePatternSet) -> Self {
        Self { context, raw }
    }

    /// The context.
    pub fn context(&self) -> &'c Context {
        self.context
    }

    /// Adds a pattern on the ops named `root`.
    ///
    /// `rewrite` returns `Ok(())` when it changed the IR; when it does not
    /// apply it changes nothing and says why. A set of patterns is used by
    /// several threads at once, hence the bounds.
    pub fn add(
        &mut self,
        root: &str,
        rewrite: impl for<'a> Fn(OperationRef<'a, 'a>, &Builder<'a>) -> Result<(), NoMatch>
        + Send
        + Sync
        + 'static,
    ) {
        let callback = move |_, operation, rewriter| {
            // SAFETY: the driver keeps both alive during the callback.
            let (operation, rewriter) = unsafe {
                (
                    OperationRef::from_raw(operation),
                    RewriterBase::from_raw(mlirPatternRewriterAsBase(rewriter)),
                )
            };
            let location = operation.location();
            catch(|| rewrite(operation, &Builder::at_rewriter(rewriter, location)).is_ok())
                .unwrap_or_else(|error| {
                    error.emit_at_location(location, "");
                    false
                })
        };
        let pattern = create_op_rewrite_pattern(root, 1, self.context, callback, &[]);
        // SAFETY: the set is valid and takes the pattern over.
        unsafe { mlirRewritePatternSetAdd(self.raw, pattern.into_raw()) }
    }
}

/// Applies patterns, folds and removes dead ops below an op until nothing
/// changes.
///
/// # Errors
///
/// When the driver does not converge, or a pattern or a fold panics, which has
/// then been reported.
pub fn apply_patterns_greedily<'a>(
    operation: OperationRef<'a, 'a>,
    populate: impl FnOnce(&mut Patterns<'a>),
) -> Result<(), Diagnostic<'a>> {
    let errors = internal_error_count_here();
    // SAFETY: the set is made, filled, frozen and destroyed here, and the
    // operation's context outlives it.
    let applied = unsafe {
        let context = crate::context_of(operation.context());
        let set = mlirRewritePatternSetCreate(context.to_raw());
        populate(&mut Patterns::from_raw(context, set));
        let frozen = mlirFreezeRewritePattern(set);
        let config = mlirGreedyRewriteDriverConfigCreate();
        let result = mlirApplyPatternsAndFoldGreedilyWithOp(operation.to_raw(), frozen, config);
        mlirGreedyRewriteDriverConfigDestroy(config);
        mlirFrozenRewritePatternSetDestroy(frozen);
        result
    };
    if internal_error_count_here() != errors {
        return Err(Diagnostic::new("a rewrite stopped on an internal error"));
    }
    (applied.value != 0)
        .then_some(())
        .ok_or_else(|| Diagnostic::new("the rewrite patterns do not converge"))
}
