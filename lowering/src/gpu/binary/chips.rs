//! The GPUs that code is made for.

/// Who makes GPUs.
#[derive(Clone, Copy, Debug)]
pub struct Vendor {
    /// Its name, small.
    pub name: &'static str,
    /// The language of its machines.
    pub language: &'static str,
    /// What the names of files in that language end in.
    pub ending: &'static str,
    /// The name of the pipeline that makes code for them.
    pub pipeline: &'static str,
    /// Its chips, oldest first.
    pub chips: &'static [Chip],
    /// The pass that says for which chip code is made.
    pub(super) attach: fn(&Chip) -> String,
    /// The passes from structured control flow to the vendor's LLVM dialect, in
    /// a `gpu.module`.
    pub(super) convert: fn(&Chip) -> String,
}

/// A kind of GPU.
#[derive(Clone, Copy, Debug)]
pub struct Chip {
    /// Its name, as LLVM knows it.
    pub name: &'static str,
    /// What is sold with it.
    pub products: &'static str,
    /// What LLVM's back end has to be told about it.
    pub(super) features: &'static str,
}

const fn chip(name: &'static str, products: &'static str, features: &'static str) -> Chip {
    Chip {
        name,
        products,
        features,
    }
}

/// From loops and views to branches and addresses.
const BRANCHES: &str = "convert-scf-to-cf,expand-strided-metadata,arith-expand";

/// NVIDIA, by PTX. The features are the oldest version of PTX that knows the
/// chip, which is what the oldest driver for it reads: LLVM ends the process
/// when it is told an older one.
const NVIDIA: Vendor = Vendor {
    name: "nvidia",
    language: "PTX",
    ending: "ptx",
    pipeline: "fidelity-nvvm-pipeline",
    chips: &[
        chip("sm_75", "T4, RTX 20", "+ptx63"),
        chip("sm_80", "A100", "+ptx70"),
        chip("sm_86", "A10, RTX 30", "+ptx71"),
        chip("sm_87", "Jetson Orin", "+ptx74"),
        chip("sm_89", "L4, L40, RTX 40", "+ptx78"),
        chip("sm_90", "H100, H200", "+ptx78"),
        chip("sm_100", "B200", "+ptx86"),
        chip("sm_103", "B300", "+ptx88"),
        chip("sm_120", "RTX 50", "+ptx87"),
        chip("sm_121", "DGX Spark", "+ptx88"),
    ],
    attach: |Chip { name, features, .. }| {
        format!("nvvm-attach-target{{chip={name} features={features} O=3}}")
    },
    convert: |_| format!("{BRANCHES},convert-gpu-to-nvvm"),
};

/// AMD, by AMDGCN assembly.
const AMD: Vendor = Vendor {
    name: "amd",
    language: "AMDGCN assembly",
    ending: "s",
    pipeline: "fidelity-rocdl-pipeline",
    chips: &[
        chip("gfx90a", "MI200", ""),
        chip("gfx942", "MI300", ""),
        chip("gfx950", "MI350", ""),
        chip("gfx1100", "RX 7900", ""),
        chip("gfx1201", "RX 9070", ""),
    ],
    attach: |Chip { name, .. }| format!("rocdl-attach-target{{chip={name} O=3}}"),
    convert: |Chip { name, .. }| {
        format!("{BRANCHES},convert-gpu-to-rocdl{{chipset={name} runtime=HIP}}")
    },
};

/// Intel, by SPIR-V in its textual form.
const INTEL: Vendor = Vendor {
    name: "intel",
    language: "SPIR-V",
    ending: "spvasm",
    pipeline: "fidelity-xevm-pipeline",
    chips: &[
        chip("pvc", "Data Center GPU Max", ""),
        chip("bmg", "Arc B", ""),
    ],
    attach: |Chip { name, .. }| format!("xevm-attach-target{{chip={name} O=3}}"),
    // The conversion leaves what is not of the gpu dialect, and does not know
    // that a branch has to follow when it changes types.
    convert: |_| {
        format!(
            "arith-emulate-unsupported-floats{{source-types=bf16 target-type=f32}},\
             fidelity-gpu-bf16-to-bits,\
             convert-gpu-to-llvm-spv{{use-64bit-index=true}},{BRANCHES},convert-to-llvm"
        )
    },
};

/// Every vendor.
pub const VENDORS: &[Vendor] = &[NVIDIA, AMD, INTEL];

impl Vendor {
    /// A chip by its name.
    ///
    /// # Errors
    ///
    /// One line with the names of those that there are.
    pub fn chip(&self, name: &str) -> Result<&'static Chip, String> {
        let found = self.chips.iter().find(|chip| chip.name == name);
        found.ok_or_else(|| {
            let names: Vec<_> = self.chips.iter().map(|chip| chip.name).collect();
            format!("expected a chip of {}, but got {name}", names.join(", "))
        })
    }
}
