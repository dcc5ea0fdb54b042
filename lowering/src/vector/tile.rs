//! The tiles in which weights are stored: 16 rows of four bytes.

use super::code::Code;
use fidelity_dialect::Storage;
use fidelity_passes::emit::Size;
use melior::ir::Value;

/// The bytes of a tile.
pub const TILE_BYTES: i64 = 64;

/// The columns of a tile of `tiled2`, the one that kernels of floats and of groups read.
pub const COLUMNS: i64 = 16;

/// What a storage makes of the bytes of a tile.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// The trits of a byte. In place i of a row's bytes are its columns 4i to 4i + 3.
    pub places: i64,
    /// What a code, the trit plus 1, counts in one place more than in the one before.
    pub base: i64,
    pub columns: i64,
}

impl Tile {
    /// That of a storage; `None` of one that kernels do not read.
    pub fn of(storage: Storage) -> Option<Self> {
        Some(Self {
            places: storage.trits_per_byte()? as i64,
            base: storage.base()?.into(),
            columns: storage.tile_columns()? as i64,
        })
    }

    /// What a code counts in a place.
    pub fn weight(self, place: i64) -> i64 {
        self.base.pow(place as u32)
    }

    /// What the names of kernels begin with.
    pub fn kernel(self) -> &'static str {
        match self.places {
            4 => "ternary",
            _ => "ternary5",
        }
    }

    /// How many columns rows of activations need to have, known ones.
    /// Kernels want a multiple of `columns`.
    pub fn known_width(self, inputs: i64, columns: i64) -> i64 {
        let whole = |columns: i64, of: i64| columns.div_euclid(of) * of;
        let tiles = whole(inputs + self.columns - 1, self.columns);
        whole(tiles + columns - 1, columns)
    }

    /// How many they need to have for so many tiles of a row.
    pub fn width<'a>(
        self,
        code: &Code<'a, '_, '_>,
        tiles: Value<'a, 'a>,
        columns: i64,
    ) -> Value<'a, 'a> {
        let of_tiles = Size::Dynamic(code.times(tiles, self.columns));
        let whole = code.size_value(code.ceil_div(of_tiles, columns));
        code.times(whole, columns)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vector::isa::Isa;
    use pretty_assertions::assert_eq;

    #[test]
    fn rows_are_as_wide_as_tiles_and_registers() {
        let [twos, fives] = [Storage::Tiled2, Storage::Tiled5].map(|it| Tile::of(it).unwrap());
        for (inputs, isa, widths) in [
            (0, Isa::AmxInt8, [0, 0]),
            (64, Isa::Avx2, [64, 80]),
            (64, Isa::AmxInt8, [64, 128]),
            (60, Isa::Avx2, [64, 60]),
            (320, Isa::AmxInt8, [320, 320]),
        ] {
            let actual = [twos, fives].map(|tile| tile.known_width(inputs, isa.columns()));
            assert_eq!(actual, widths, "{inputs}");
        }
        assert_eq!(Tile::of(Storage::Packed5), None);
    }
}
