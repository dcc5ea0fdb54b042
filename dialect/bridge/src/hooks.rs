//! The traits that Rust implements for what a .td file declares.

use crate::{Diagnostic, Patterns};
use melior::{
    Context,
    ir::{Attribute, Type, Value, operation::OperationRef},
};
use std::collections::BTreeMap;

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

/// `OdsBridge_Bufferize`, of an op in destination style.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `OdsBridge_Bufferize` for `{Self}`, but `Bufferize` is not implemented"
)]
pub trait Bufferize<'a> {
    /// Checks that the op means the same on the buffers of its tensors, whose
    /// types have no encoding.
    ///
    /// # Errors
    ///
    /// When it does not: bufferisation then fails.
    fn check_buffers(&self) -> Result<(), Diagnostic<'a>>;
}

/// `OdsBridge_BytecodeVersion`, for the type that the generator makes for the
/// dialect: reads bytecode of older versions.
///
/// Both functions are called with the version of the file, which is below that
/// of the dialect, and do what all versions since then ask for. A file from
/// before the dialect had versions is not upgraded.
#[diagnostic::on_unimplemented(
    message = "the .td file declares `OdsBridge_BytecodeVersion` for `{Self}`, but `Upgrade` is not implemented"
)]
pub trait Upgrade {
    /// Changes the inherent attributes of an op that the dialect still has, by
    /// its full name. `operandSegmentSizes` is one of them.
    ///
    /// # Errors
    ///
    /// When the file has what this version cannot say; it is not read then.
    fn upgrade_attributes<'a>(
        context: &'a Context,
        op: &str,
        version: u64,
        attributes: &mut BTreeMap<String, Attribute<'a>>,
    ) -> Result<(), Diagnostic<'a>> {
        let _ = (context, op, version, attributes);
        Ok(())
    }

    /// Changes the ops of a file, below the one given, before they are
    /// verified. An op that the dialect does not have any more is there, with
    /// the attributes that it had.
    ///
    /// # Errors
    ///
    /// As above.
    fn upgrade_operations<'a>(
        top: OperationRef<'a, 'a>,
        version: u64,
    ) -> Result<(), Diagnostic<'a>> {
        let _ = (top, version);
        Ok(())
    }
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
