//! The tile of a kernel that a mapping says, in the place of the target's own.

use super::Kernel;
use fidelity_dialect::mapping_of;
use fidelity_passes::kernels::Kind;
use melior::ir::{Location, operation::OperationLike};
use ods_bridge::Diagnostic;

/// A tile: M, N and K of a product, the elements of a row of anything else.
#[derive(Clone, Copy, Debug)]
pub struct Tile<'a, const SIZES: usize> {
    pub sizes: [i64; SIZES],
    at: Location<'a>,
}

impl<'a> Kernel<'a> {
    /// The tile that the kernel's ops are mapped to, if they are to one.
    pub fn tile<const SIZES: usize>(&self) -> Result<Option<Tile<'a, SIZES>>, Diagnostic<'a>> {
        // What follows a product has the product's.
        let count = match self.kind {
            Kind::Linear => 1,
            Kind::Row | Kind::Recurrence => self.members.len(),
        };
        let mut found: Option<Tile<'a, SIZES>> = None;
        for member in &self.members[..count.min(self.members.len())] {
            let mapping = mapping_of(member.operation)?;
            let Some(sizes) = mapping.and_then(|mapping| mapping.tile_sizes()) else {
                continue;
            };
            let at = member.operation.location();
            let Ok(sizes) = <[i64; SIZES]>::try_from(&sizes[..]) else {
                let expected = match SIZES {
                    1 => "a tile of one size for an op that is no product with ternary weights",
                    _ => "a tile of three sizes for a product with ternary weights",
                };
                return Err(Diagnostic::expected(expected, text(&sizes)).at(at));
            };
            if let Some(first) = found.filter(|first| first.sizes != sizes) {
                return Err(Diagnostic::expected(
                    format!("ops of a kernel to have one tile, {}", text(&first.sizes)),
                    text(&sizes),
                )
                .at(at)
                .note(first.at, "the other op"));
            }
            found = found.or(Some(Tile { sizes, at }));
        }
        Ok(found)
    }
}

impl<'a, const SIZES: usize> Tile<'a, SIZES> {
    /// Refuses a tile unless it is possible; `expected` says which ones are.
    pub fn check(self, is_possible: bool, expected: &str) -> Result<Self, Diagnostic<'a>> {
        if is_possible {
            return Ok(self);
        }
        Err(self.refused(&format!("a tile {expected}")))
    }

    /// That it is none of the tiles that are expected.
    pub fn refused(&self, expected: &str) -> Diagnostic<'a> {
        Diagnostic::expected(expected, text(&self.sizes)).at(self.at)
    }
}

/// Sizes as they are written.
fn text(sizes: &[i64]) -> String {
    format!("{sizes:?}")
}
