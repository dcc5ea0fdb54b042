//! The traits that Rust implements for what a .td file declares.

use crate::{Diagnostic, Patterns};
use melior::ir::{Attribute, Type, Value};

/// `let hasVerifier = 1`: what ODS cannot say about an op.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `let hasVerifier = 1` for `{Self}`, but `Verify` is not implemented"
)]
pub trait Verify<'a> {
    /// Checks the op. ODS has checked the types of operands and results, and
    /// the traits hold.
    ///
    /// # Errors
    ///
    /// The first constraint that does not hold.
    fn verify(&self) -> Result<(), Diagnostic<'a>>;
}

/// `DeclareOpInterfaceMethods<InferTypeOpInterface>`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `InferTypeOpInterface` for `{Self}`, but `InferReturnTypes` is not implemented"
)]
pub trait InferReturnTypes<'a> {
    /// The types of the results, from operands and attributes alone.
    ///
    /// MLIR calls this when it verifies an op, before [`Verify`]: constraints
    /// that the result types rest on are checked here.
    ///
    /// # Errors
    ///
    /// The first constraint that does not hold.
    fn infer_return_types(&self) -> Result<Vec<Type<'a>>, Diagnostic<'a>>;
}

/// One size of a result.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Dim<'a> {
    /// Known at compile time.
    Static(i64),
    /// An index value.
    Value(Value<'a, 'a>),
    /// A dimension of a shaped value.
    Of(Value<'a, 'a>, usize),
}

/// `DeclareOpInterfaceMethods<ReifyRankedShapedTypeOpInterface>`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `ReifyRankedShapedTypeOpInterface` for `{Self}`, but `ReifyResultShapes` is not implemented"
)]
pub trait ReifyResultShapes<'a> {
    /// The sizes of each result.
    ///
    /// # Errors
    ///
    /// When they cannot be said.
    fn reify_result_shapes(&self) -> Result<Vec<Vec<Dim<'a>>>, Diagnostic<'a>>;
}

/// What an op folds to.
#[derive(Clone, Copy, Debug)]
pub enum FoldResult<'a> {
    /// A constant.
    Constant(Attribute<'a>),
    /// A value that is there already.
    Value(Value<'a, 'a>),
}

/// `let hasFolder = 1`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `let hasFolder = 1` for `{Self}`, but `Fold` is not implemented"
)]
pub trait Fold<'a> {
    /// What each result folds to, given the operands that are constant; `None`
    /// when the op does not fold.
    fn fold(&self, constants: &[Option<Attribute<'a>>]) -> Option<Vec<FoldResult<'a>>>;
}

/// `let hasCanonicalizer = 1`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `let hasCanonicalizer = 1` for `{Self}`, but `Canonicalize` is not implemented"
)]
pub trait Canonicalize {
    /// Adds the op's canonicalisation patterns.
    fn canonicalization_patterns(patterns: &mut Patterns<'_>);
}

/// `DeclareOpInterfaceMethods<ConditionallySpeculatable>`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `ConditionallySpeculatable` for `{Self}`, but `Speculate` is not implemented"
)]
pub trait Speculate {
    /// Whether the op may run where it did not run before.
    fn is_speculatable(&self) -> bool;
}

/// `DeclareAttrInterfaceMethods<VerifiableTensorEncoding>`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `VerifiableTensorEncoding` for `{Self}`, but `VerifyEncoding` is not implemented"
)]
pub trait VerifyEncoding<'a> {
    /// Checks the attribute as the encoding of a tensor type. A dynamic size
    /// is `i64::MIN`.
    ///
    /// # Errors
    ///
    /// The first constraint that does not hold.
    fn verify_encoding(&self, shape: &[i64], element: Type<'a>) -> Result<(), Diagnostic<'a>>;
}

/// `DeclareAttrInterfaceMethods<OdsBridge_AgreeingEncoding>`.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `OdsBridge_AgreeingEncoding` for `{Self}`, but `VerifyAgreement` is not implemented"
)]
pub trait VerifyAgreement<'a> {
    /// Checks that the encoding of a result type that is written out does not
    /// contradict this one, which was inferred; the two are not equal.
    ///
    /// # Errors
    ///
    /// The first contradiction. The bridge says which result it is about and
    /// attaches notes that show the operands with an encoding.
    fn verify_agreement(&self, written: Attribute<'a>) -> Result<(), Diagnostic<'a>>;
}
