//! The tiles in which weights are stored: 16 rows of four bytes.

use super::{code::Code, isa::Isa};
use fidelity_dialect::Storage;
use fidelity_passes::emit::Size;
use melior::ir::Value;

/// The bytes of a tile.
pub const TILE_BYTES: i64 = 64;

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
    pub fn known_width(self, inputs: i64, isa: Isa) -> i64 {
        let whole = |columns: i64, of: i64| columns.div_euclid(of) * of;
        let tiles = whole(inputs + self.columns - 1, self.columns);
        whole(tiles + isa.columns() - 1, isa.columns())
    }

    /// How many they need to have for so many tiles of a row.
    pub fn width<'a>(
        self,
        code: &Code<'a, '_, '_>,
        tiles: Value<'a, 'a>,
        isa: Isa,
    ) -> Value<'a, 'a> {
        let columns = Size::Dynamic(code.times(tiles, self.columns));
        let whole = code.size_value(code.ceil_div(columns, isa.columns()));
        code.times(whole, isa.columns())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
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
            let actual = [twos, fives].map(|tile| tile.known_width(inputs, isa));
            assert_eq!(actual, widths, "{inputs}");
        }
        assert_eq!(Tile::of(Storage::Packed5), None);
    }
}
