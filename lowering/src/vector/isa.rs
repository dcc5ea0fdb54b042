//! What vector units there are, and what kernels are made of for each.

use super::{
    amx::REGISTER_COLUMNS,
    call::{Form, ROWS},
    tile::COLUMNS,
};
use melior::ir::TypeLike;
use std::str::FromStr;

/// The instructions that a processor has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Isa {
    /// Vectors of 128 bits, whichever they are.
    Portable,
    /// AVX2.
    Avx2,
    /// AVX-VNNI: `vpdpbusd` of 256 bits.
    AvxVnni,
    /// AVX-512 with instructions on bytes and words.
    Avx512,
    /// AVX-512 VNNI: `vpdpbusd` of 512 bits.
    Avx512Vnni,
    /// The same, and AVX-512 VBMI: tables of bytes.
    Avx512Vbmi,
    /// The same, and AMX for several rows of activations.
    AmxInt8,
    /// Arm's dot product.
    NeonDot,
}

/// How products of four bytes each become sums of 32 bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dot {
    /// An instruction adds four products to a sum of 32 bits.
    Quads {
        /// LLVM's name of it.
        intrinsic: &'static str,
        /// Whether the first factor is unsigned.
        unsigned: bool,
    },
    /// Two products make a sum of 16 bits, and two of these one of 32 bits.
    Pairs {
        /// LLVM's names of both instructions; without them other ops do the same.
        intrinsics: Option<[&'static str; 2]>,
    },
}

/// How much of a sum one run of a kernel's inner loop has: vectors of weights times
/// rows of activations.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Block {
    pub vectors: usize,
    pub rows: usize,
}

const ALL: [(Isa, &str); 8] = [
    (Isa::Portable, "portable"),
    (Isa::Avx2, "avx2"),
    (Isa::AvxVnni, "avx-vnni"),
    (Isa::Avx512, "avx512"),
    (Isa::Avx512Vnni, "avx512-vnni"),
    (Isa::Avx512Vbmi, "avx512-vbmi"),
    (Isa::AmxInt8, "amx-int8"),
    (Isa::NeonDot, "neon-dot"),
];

impl FromStr for Isa {
    type Err = String;

    fn from_str(name: &str) -> Result<Self, String> {
        let found = ALL.iter().find(|(_, keyword)| *keyword == name);
        found.map(|&(isa, _)| isa).ok_or_else(|| {
            let names: Vec<_> = ALL.iter().map(|&(_, keyword)| keyword).collect();
            format!("one of {}", names.join(", "))
        })
    }
}

impl Isa {
    /// The name that options have for it.
    pub fn keyword(self) -> &'static str {
        ALL.iter()
            .find(|&&(isa, _)| isa == self)
            .map_or("portable", |&(_, keyword)| keyword)
    }

    /// The best one of a processor that has what `has` says, by LLVM's names of
    /// features, for an architecture by its name in a target triple.
    pub fn of(architecture: &str, has: impl Fn(&str) -> bool) -> Self {
        let best: &[_] = match architecture {
            "x86_64" => &[
                Self::AmxInt8,
                Self::Avx512Vbmi,
                Self::Avx512Vnni,
                Self::AvxVnni,
                Self::Avx512,
                Self::Avx2,
            ],
            "aarch64" | "arm64" => &[Self::NeonDot],
            _ => &[],
        };
        let has_all = |isa: &&Self| isa.features().iter().all(|feature| has(feature));
        best.iter().find(has_all).copied().unwrap_or(Self::Portable)
    }

    /// Whether that is AVX-512, whatever else.
    pub fn has_avx512(self) -> bool {
        self.lanes() == 16
    }

    /// The features that kernels need, by LLVM's names.
    pub fn features(self) -> &'static [&'static str] {
        match self {
            Self::Portable => &[],
            Self::Avx2 => &["+avx2"],
            Self::AvxVnni => &["+avx2", "+avxvnni"],
            Self::Avx512 => &["+avx512f", "+avx512bw"],
            Self::Avx512Vnni => &["+avx512f", "+avx512bw", "+avx512vnni"],
            Self::Avx512Vbmi => &["+avx512f", "+avx512bw", "+avx512vnni", "+avx512vbmi"],
            Self::AmxInt8 => &[
                "+avx512f",
                "+avx512bw",
                "+avx512vnni",
                "+avx512vbmi",
                "+amx-tile",
                "+amx-int8",
            ],
            Self::NeonDot => &["+dotprod"],
        }
    }

    /// The features that a kernel needs: with halves, vectors of 256 bits convert them by
    /// instructions that AVX-512 has and AVX2 has not, though every processor that has
    /// AVX2 has them.
    pub fn features_of(self, form: Form<'_>) -> Vec<&'static str> {
        let mut features = self.features().to_vec();
        let elements = [Some(form.x), form.groups.map(|groups| groups.scale)];
        let mut elements = elements.into_iter().flatten();
        let is_f16 = elements.any(|element| element.to_string() == "f16");
        if is_f16 && matches!(self, Self::Avx2 | Self::AvxVnni) {
            features.push("+f16c");
        }
        features
    }

    /// How many lanes of 32 bits a vector has, each a row of weights.
    pub fn lanes(self) -> i64 {
        match self {
            Self::Portable | Self::NeonDot => 4,
            Self::Avx2 | Self::AvxVnni => 8,
            Self::Avx512 | Self::Avx512Vnni | Self::Avx512Vbmi | Self::AmxInt8 => 16,
        }
    }

    /// The columns of which rows of activations have to be a multiple, where that is more
    /// than those of tiles.
    pub fn columns(self) -> i64 {
        match self {
            Self::AmxInt8 => REGISTER_COLUMNS,
            _ => 1,
        }
    }

    /// The same of a kernel: groups and floats are computed by vectors.
    pub fn columns_of(self, form: Form<'_>) -> i64 {
        match form.groups.is_some() || form.x.is_float() {
            true => COLUMNS,
            false => self.columns(),
        }
    }

    /// How it multiplies.
    pub fn dot(self) -> Dot {
        match self {
            Self::Portable => Dot::Pairs { intrinsics: None },
            Self::Avx2 => Dot::Pairs {
                intrinsics: Some(["llvm.x86.avx2.pmadd.ub.sw", "llvm.x86.avx2.pmadd.wd"]),
            },
            Self::Avx512 => Dot::Pairs {
                intrinsics: Some([
                    "llvm.x86.avx512.pmaddubs.w.512",
                    "llvm.x86.avx512.pmaddw.d.512",
                ]),
            },
            Self::AvxVnni => Dot::Quads {
                intrinsic: "llvm.x86.avx512.vpdpbusd.256",
                unsigned: true,
            },
            Self::Avx512Vnni | Self::Avx512Vbmi | Self::AmxInt8 => Dot::Quads {
                intrinsic: "llvm.x86.avx512.vpdpbusd.512",
                unsigned: true,
            },
            Self::NeonDot => Dot::Quads {
                intrinsic: "llvm.aarch64.neon.sdot",
                unsigned: false,
            },
        }
    }

    /// LLVM's name of the instruction that looks bytes up in a table of 128 bytes, by
    /// their low seven bits.
    pub fn table(self) -> Option<&'static str> {
        match self {
            Self::Avx512Vbmi | Self::AmxInt8 => Some("llvm.x86.avx512.vpermi2var.qi.512"),
            _ => None,
        }
    }

    /// What is computed at once of one row of activations: a panel, so that memory is read
    /// from one end to the other, which processors see coming. Those that have AMX are
    /// Intel's and see no further than a page, so that two pages at once are faster.
    pub fn decode(self) -> Block {
        let panels = match self {
            Self::AmxInt8 => 2,
            _ => 1,
        };
        Block {
            vectors: (panels * ROWS / self.lanes()) as usize,
            rows: 1,
        }
    }

    /// What is computed at once of float activations, of several rows and of one: their
    /// sums and the codes of a step stay in registers, 16 of them or 32.
    pub fn floats(self) -> Block {
        let (vectors, rows) = match self {
            Self::Avx512 | Self::Avx512Vnni | Self::Avx512Vbmi | Self::AmxInt8 => (4, 4),
            Self::Avx2 | Self::AvxVnni => (4, 2),
            Self::Portable | Self::NeonDot => (2, 4),
        };
        Block { vectors, rows }
    }

    /// How many bytes ahead of one row's products weights are asked for, where that is
    /// faster than what the processor does by itself.
    pub fn prefetch(self) -> Option<i64> {
        match self {
            Self::AmxInt8 => Some(2048),
            _ => None,
        }
    }

    /// What is computed at once of several rows: what is unpacked serves them all, and
    /// their sums stay in registers, 16 of them or 32. The rows are a power of two.
    pub fn prefill(self) -> Block {
        match self {
            Self::Portable => Block {
                vectors: 1,
                rows: 4,
            },
            Self::Avx2 | Self::AvxVnni => Block {
                vectors: 1,
                rows: 8,
            },
            Self::Avx512 | Self::Avx512Vnni | Self::Avx512Vbmi | Self::AmxInt8 | Self::NeonDot => {
                Block {
                    vectors: 2,
                    rows: 8,
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    #[test]
    fn names_are_read_as_they_are_written() {
        for (isa, keyword) in ALL {
            assert_eq!(keyword.parse(), Ok(isa));
            assert_eq!(isa.keyword(), keyword);
        }
        assert!("sse9".parse::<Isa>().is_err());
    }

    #[test]
    fn the_best_is_chosen() {
        let of = |architecture: &str, features: &[&str]| {
            Isa::of(architecture, |feature| features.contains(&feature))
        };
        assert_eq!(of("x86_64", &[]), Isa::Portable);
        assert_eq!(of("x86_64", &["+avx2"]), Isa::Avx2);
        assert_eq!(of("x86_64", &["+avx2", "+avxvnni"]), Isa::AvxVnni);
        let wide = ["+avx2", "+avx512f", "+avx512bw"];
        assert_eq!(of("x86_64", &wide), Isa::Avx512);
        let vnni = [&wide[..], &["+avx512vnni", "+avxvnni"]].concat();
        assert_eq!(of("x86_64", &vnni), Isa::Avx512Vnni);
        let vbmi = [&vnni[..], &["+avx512vbmi"]].concat();
        assert_eq!(of("x86_64", &vbmi), Isa::Avx512Vbmi);
        let amx = [&vbmi[..], &["+amx-tile", "+amx-int8"]].concat();
        assert_eq!(of("x86_64", &amx), Isa::AmxInt8);
        assert_eq!(of("aarch64", &["+dotprod"]), Isa::NeonDot);
        assert_eq!(of("riscv64", &["+v"]), Isa::Portable);
    }
}
