//! What a target can do, as data: `docs/target-profiles.md` is the schema.
//!
//! The profiles in `passes/profiles/` are built in; a file of a user's own is read the
//! same way.

mod check;

use crate::cost::Kind;
use fidelity_dialect::Storage;
use serde::Deserialize;
use std::{collections::BTreeMap, fs, path::Path};

/// What a target can do.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// What `profile=` calls it.
    pub name: String,
    /// One line on the machine.
    pub summary: String,
    /// What compiles for it: a pipeline, or what `fidelity compile --target` takes.
    pub target: String,
    /// Where each figure is from.
    pub sources: Vec<String>,
    /// From the nearest to the processor to the one that holds the model.
    pub memory: Vec<Memory>,
    /// Seconds that starting an op, or a fusion group, takes.
    pub launch: f64,
    /// Seconds that another step of a loop over time takes, whatever it does.
    #[serde(default)]
    pub step: f64,
    /// Whether it launches kernels, each of several ops, rather than calls functions.
    #[serde(default)]
    pub groups: bool,
    /// What computes tiles, where kernels have them.
    pub units: Option<Units>,
    /// Bytes a second to and from another device.
    pub link: Link,
    /// What computes.
    pub kernels: Vec<Kernel>,
}

/// A level of memory.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Memory {
    /// What reports call it.
    pub name: String,
    /// Its size in bytes.
    pub bytes: f64,
    /// Bytes a second that all processors together read.
    pub bandwidth: f64,
}

/// What computes tiles: multiprocessors, say.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// How many there are.
    pub count: f64,
    /// The bytes that one has for a tile.
    pub bytes: f64,
}

/// The way to another device.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Link {
    /// Bytes a second.
    pub bandwidth: f64,
    /// Seconds until the first byte is there.
    pub latency: f64,
}

/// A way to compute some kinds of work.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(deny_unknown_fields)]
pub struct Kernel {
    /// What the mapping and reports call it.
    pub name: String,
    /// How it reads ternary weights; absent for kernels without such weights.
    pub storage: Option<StorageName>,
    /// How many steps of a recurrence it computes at once, 0 for one; absent for
    /// kernels that are no recurrence.
    pub chunk: Option<i64>,
    /// Whether it computes recurrences whose state has keys, which a step sums over.
    #[serde(default = "yes")]
    pub keys: bool,
    /// The least number of rows of activations for which it is there.
    #[serde(default = "one")]
    pub rows: f64,
    /// The tiles that it may cut an op into, the first ones preferred: `[M, N, K]` of a
    /// product with ternary weights, `[N]` of a recurrence.
    #[serde(default)]
    pub tiles: Vec<Vec<i64>>,
    /// How much of a kind of work it does in a second, by the kind's keyword.
    pub rates: BTreeMap<String, f64>,
}

fn one() -> f64 {
    1.0
}

fn yes() -> bool {
    true
}

/// A storage by its keyword.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "lowercase")]
pub enum StorageName {
    /// A byte for each trit.
    Dense,
    /// Four trits in a byte.
    Packed2,
    /// Five trits in a byte.
    Packed5,
    /// Four trits in a byte, in tiles for vector units.
    Tiled2,
    /// Five trits in a byte, in tiles for vector units.
    Tiled5,
}

impl From<StorageName> for Storage {
    fn from(name: StorageName) -> Self {
        match name {
            StorageName::Dense => Self::Dense,
            StorageName::Packed2 => Self::Packed2,
            StorageName::Packed5 => Self::Packed5,
            StorageName::Tiled2 => Self::Tiled2,
            StorageName::Tiled5 => Self::Tiled5,
        }
    }
}

impl Kernel {
    /// How much of a kind it does in a second, if it does any.
    pub fn rate(&self, kind: Kind) -> Option<f64> {
        self.rates.get(kind.keyword()).copied()
    }
}

macro_rules! builtin {
    ($($name:literal),* $(,)?) => {
        /// The built-in profiles, by name.
        const BUILTIN: &[(&str, &str)] = &[
            $(($name, include_str!(concat!("../../profiles/", $name, ".toml")))),*
        ];
    };
}

builtin! {
    "a100", "alveo-u280", "arm-dotprod", "ecp5-85", "h200", "mi300x", "sapphire-rapids",
    "wormhole", "x86-64-avx2", "x86-64-avx512",
}

impl Profile {
    /// The names of the built-in profiles.
    pub fn builtin_names() -> impl Iterator<Item = &'static str> {
        BUILTIN.iter().map(|(name, _)| *name)
    }

    /// The built-in profile of that name, or what the file of that path says.
    ///
    /// # Errors
    ///
    /// When there is neither, or the file is not a profile.
    pub fn find(name: &str) -> Result<Self, String> {
        if let Some((_, text)) = BUILTIN.iter().find(|(builtin, _)| *builtin == name) {
            return Self::parse(text).map_err(|error| format!("profile {name}: {error}"));
        }
        if !name.ends_with(".toml") {
            let names: Vec<_> = Self::builtin_names().collect();
            return Err(format!(
                "expected a profile of {} or a file that ends in .toml, but got {name}",
                names.join(", ")
            ));
        }
        let text = fs::read_to_string(Path::new(name))
            .map_err(|error| format!("cannot read {name}: {error}"))?;
        Self::parse(&text).map_err(|error| format!("{name}: {error}"))
    }

    /// What the options `target` and `profile` of a pass say: the file, if one is named,
    /// or the built-in profile.
    ///
    /// # Errors
    ///
    /// [`Profile::find`]'s.
    pub fn of_target(target: &str, file: &str) -> Result<Self, String> {
        Self::find(if file.is_empty() { target } else { file })
    }

    /// The profiles of devices, each by what [`Profile::find`] takes. One that comes again
    /// has its number behind its name: devices have names of their own.
    ///
    /// # Errors
    ///
    /// [`Profile::find`]'s.
    pub fn of_devices(names: &[String]) -> Result<Vec<Self>, String> {
        let mut devices: Vec<Self> = Vec::new();
        for name in names {
            let mut device = Self::find(name)?;
            let own_name = device.name.clone();
            let mut numbers = 1..;
            while devices.iter().any(|other| other.name == device.name) {
                device.name = format!("{own_name}_{}", numbers.next().unwrap_or_default());
            }
            devices.push(device);
        }
        Ok(devices)
    }

    /// Whether what is compiled for the target runs on processors as this one.
    pub fn is_processor(&self) -> bool {
        self.target == "fidelity-cpu-pipeline"
    }

    /// Reads a profile.
    ///
    /// # Errors
    ///
    /// When it is not TOML of the schema, or a figure makes no sense.
    pub fn parse(text: &str) -> Result<Self, String> {
        let profile: Self = toml::from_str(text).map_err(|error| error.to_string())?;
        check::check(&profile)?;
        Ok(profile)
    }

    /// The nearest memory that holds so many bytes; the last one holds everything.
    pub fn memory_for(&self, bytes: f64) -> &Memory {
        self.memory
            .iter()
            .find(|memory| bytes <= memory.bytes)
            .unwrap_or_else(|| self.main_memory())
    }

    /// The memory that holds the model.
    pub fn main_memory(&self) -> &Memory {
        self.memory.last().expect("a profile has a memory")
    }

    /// The kernels that can do some kind of work.
    pub fn kernels_for(&self, kind: Kind) -> impl Iterator<Item = &Kernel> {
        self.kernels
            .iter()
            .filter(move |kernel| kernel.rate(kind).is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The profile in the guide.
    fn example() -> &'static str {
        let guide = include_str!("../../../docs/target-profiles.md");
        let (_, from) = guide.split_once("```toml\n").expect("an example");
        from.split_once("```").expect("its end").0
    }

    #[test]
    fn built_in_profiles_are_read_under_their_names() {
        for name in Profile::builtin_names() {
            let profile = Profile::find(name).unwrap();
            assert_eq!(profile.name, name);
            assert!(!profile.sources.is_empty(), "{name}");
        }
    }

    #[test]
    fn the_example_of_the_guide_is_a_profile() {
        assert_eq!(Profile::parse(example()).unwrap().name, "my-board");
    }

    /// What is wrong with the guide's example after a change.
    fn error(from: &str, to: &str) -> String {
        assert!(example().contains(from), "{from}");
        Profile::parse(&example().replacen(from, to, 1)).unwrap_err()
    }

    #[test]
    fn devices_of_one_profile_have_names_of_their_own() {
        let names = ["h200", "a100", "h200", "h200"].map(str::to_owned);
        let devices = Profile::of_devices(&names).unwrap();
        let names: Vec<_> = devices.iter().map(|device| device.name.as_str()).collect();
        assert_eq!(names, ["h200", "a100", "h200_1", "h200_2"]);
    }

    #[test]
    fn figures_that_make_no_sense_are_refused() {
        assert_eq!(
            error("launch = 1e-6", "launch = -1.0"),
            "expected launch to be a number of at least 0, but got -1"
        );
        assert_eq!(
            error("bandwidth = 50e9", "bandwidth = 0.0"),
            "expected bandwidth of memory own to be a number above 0, but got 0"
        );
        assert_eq!(
            error("bytes = 65536", "bytes = 65536e9"),
            "expected the memories from the smallest to the largest, but got own before DRAM"
        );
        assert_eq!(
            error("{ arithmetic = 5e9,", "{ multiply = 5e9,"),
            "expected the rates of kernel loops to be of ternary_integer, ternary_float, \
             arithmetic, function, gather, state, product, state_product, decay, but got \
             multiply"
        );
        assert_eq!(
            error("rates = { state = 2e9 }", "rates = {}"),
            "expected rates of kernel steps, but got none"
        );
        assert_eq!(
            error("rates = { state = 2e9 }", "rates = { product = 2e9 }"),
            "expected a kernel with a rate of state, but got none"
        );
        assert_eq!(
            error("chunk = 0\n", ""),
            "expected chunk of kernel steps, which computes recurrences, but got none"
        );
        assert_eq!(
            error("storage = \"packed2\"\n", ""),
            "expected storage of kernel packed2, which reads ternary weights, but got none"
        );
        assert_eq!(
            error("name = \"steps\"", "name = \"loops\""),
            "expected kernels of different names, but got loops twice"
        );
        assert_eq!(
            error("name = \"my-board\"", "name = \"\""),
            "expected a name of the profile, but got an empty one"
        );
        assert_eq!(
            error("chunk = 0", "chunk = -1"),
            "expected chunk of kernel steps to be at least 0, but got -1"
        );
        assert_eq!(
            error("chunk = 0", "chunk = 0\ntiles = [[64]]"),
            "expected units for the tiles of kernel steps, but got none"
        );
        let units = |bytes: f64| format!("[units]\ncount = 4\nbytes = {bytes:.1}\n\n[link]");
        assert_eq!(
            error("[link]", &units(0.0)),
            "expected units.bytes to be a number above 0, but got 0"
        );
        let text = example().replacen("[link]", &units(1e3), 1);
        for tile in ["[64, 64]", "[1, 0, 64]"] {
            let storage = format!("storage = \"packed2\"\ntiles = [{tile}]");
            let text = text.replacen("storage = \"packed2\"", &storage, 1);
            assert_eq!(
                Profile::parse(&text).unwrap_err(),
                format!(
                    "expected tiles of kernel packed2 to have 3 sizes of at least 1, but got {tile}"
                )
            );
        }
    }
}
