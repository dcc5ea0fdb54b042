//! Sizes of dimensions, and how they agree.

use super::{DYNAMIC, Operand, count};
use melior::ir::{Value, attribute::StringAttribute};
use ods_bridge::{Diagnostic, Dim, string_value};
use std::fmt::{self, Display, Formatter};

/// The size of one dimension of an operand, with the name that the encoding of
/// the operand, or of one that agrees with it, gives the dimension.
#[derive(Clone, Copy, Debug)]
pub struct Size<'a> {
    at: Place<'a>,
    size: i64,
    // The name may come from elsewhere than the size.
    label: Option<(StringAttribute<'a>, Place<'a>)>,
}

/// A dimension of an operand.
#[derive(Clone, Copy, Debug)]
struct Place<'a> {
    operand: &'static str,
    value: Value<'a, 'a>,
    index: usize,
}

impl Display for Place<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "dimension {} of {}", self.index, self.operand)
    }
}

impl<'a> Place<'a> {
    fn note_on(self, error: Diagnostic<'a>) -> Diagnostic<'a> {
        error.note_value(self.operand, self.value)
    }
}

impl<'a> Size<'a> {
    /// The size of a dimension of an operand.
    pub fn of(operand: &Operand<'a>, index: usize) -> Self {
        let at = Place {
            operand: operand.name,
            value: operand.value,
            index,
        };
        Self {
            at,
            size: operand.r#type.shape[index],
            label: operand.r#type.dimension(index).map(|name| (name, at)),
        }
    }

    /// Checks that two sizes can be the same, and gives what is known of it
    /// from both.
    ///
    /// A dynamic size agrees with any; a lowering checks at run time. A
    /// dimension without a name agrees with one that has a name; two names that
    /// differ do not agree, whatever the sizes.
    pub fn agree(self, with: Self) -> Result<Self, Diagnostic<'a>> {
        let better = if self.size == DYNAMIC || self.size == with.size {
            with
        } else if with.size == DYNAMIC {
            self
        } else {
            let error = Diagnostic::expected(
                format!("{} to be {} as {}", self.at, with.size, with.at),
                self.size,
            );
            return Err(with.note_on(error));
        };
        if let (Some((name, at)), Some((other, elsewhere))) = (self.label, with.label)
            && string_value(name) != string_value(other)
        {
            let error = Diagnostic::expected(
                format!("{at} to be {} as {elsewhere}", string_value(other)),
                string_value(name),
            );
            return Err(at.note_on(elsewhere.note_on(error)));
        }
        Ok(Self {
            label: with.label.or(self.label),
            ..better
        })
    }

    /// The note that shows where the size is from.
    pub fn note_on(self, error: Diagnostic<'a>) -> Diagnostic<'a> {
        self.at.note_on(error)
    }

    /// The size, [`DYNAMIC`] when unknown.
    pub fn get(self) -> i64 {
        self.size
    }

    /// The name of the dimension, if it has one.
    pub fn name(self) -> Option<StringAttribute<'a>> {
        self.label.map(|(name, _)| name)
    }

    /// The size as the bridge takes it.
    pub fn to_dim(self) -> Dim<'a> {
        if self.size == DYNAMIC {
            Dim::Of(self.at.value, self.at.index)
        } else {
            Dim::Static(self.size)
        }
    }
}

/// Checks that an operand has exactly those sizes, which are those `of` another
/// one, and gives the better known ones.
pub fn expect_shape<'a>(
    operand: &Operand<'a>,
    sizes: &[Size<'a>],
    of: &Operand<'a>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    if operand.rank() != sizes.len() {
        let error = Diagnostic::expected(
            format!(
                "{} to have {}",
                operand.name,
                count(sizes.len(), "dimension")
            ),
            operand.rank(),
        );
        return Err(error.note_value(of.name, of.value));
    }
    operand
        .all_sizes()
        .into_iter()
        .zip(sizes)
        .map(|(size, &with)| size.agree(with))
        .collect()
}

/// Broadcasts two shapes as NumPy does: aligned at the last dimension, a static
/// 1 stretching to the other side's size, whatever the names. A dynamic size
/// does not stretch.
pub fn broadcast<'a>(lhs: &[Size<'a>], rhs: &[Size<'a>]) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    let rank = lhs.len().max(rhs.len());
    let at = |sizes: &[Size<'a>], index: usize| {
        (index + sizes.len())
            .checked_sub(rank)
            .map(|index| sizes[index])
    };
    (0..rank)
        .map(|index| match (at(lhs, index), at(rhs, index)) {
            (Some(lhs), Some(rhs)) if stretches(rhs, lhs) => Ok(lhs),
            (Some(lhs), Some(rhs)) if stretches(lhs, rhs) => Ok(rhs),
            // The right-hand side is the one that is said to be wrong.
            (Some(lhs), Some(rhs)) => rhs.agree(lhs),
            (Some(size), None) | (None, Some(size)) => Ok(size),
            (None, None) => Err(Diagnostic::new("internal error: a dimension of no side")),
        })
        .collect()
}

fn stretches(size: Size<'_>, to: Size<'_>) -> bool {
    size.size == 1 && to.size != 1
}

/// Checks that an operand broadcasts to a shape, which is that `of` another
/// one, without changing it.
pub fn expect_broadcast_to<'a>(
    operand: &Operand<'a>,
    shape: &[Size<'a>],
    of: &Operand<'a>,
) -> Result<Vec<Size<'a>>, Diagnostic<'a>> {
    if operand.rank() > shape.len() {
        let error = Diagnostic::expected(
            format!(
                "{} to have at most {}",
                operand.name,
                count(shape.len(), "dimension")
            ),
            operand.rank(),
        );
        return Err(error.note_value(of.name, of.value));
    }
    let offset = shape.len() - operand.rank();
    let mut sizes = shape.to_vec();
    for (index, size) in operand.all_sizes().into_iter().enumerate() {
        if !stretches(size, shape[offset + index]) {
            sizes[offset + index] = size.agree(shape[offset + index])?;
        }
    }
    Ok(sizes)
}
