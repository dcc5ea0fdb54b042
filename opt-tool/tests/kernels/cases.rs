//! What is compiled and compared: each op of the slice, at sizes 0
//! and 1, at ragged ones, powers of two and dynamic ones.

/// As in `execute/cases`: `F` is a float type, `C` the one that it is computed
/// in, `PACKED` a packed storage.
pub struct Case {
    pub name: &'static str,
    pub module: &'static str,
    pub calls: &'static [&'static [&'static [usize]]],
    pub allowed: Allowed,
    pub floats: &'static [&'static str],
}

/// A tolerance.
#[derive(Clone, Copy, Debug)]
pub enum Allowed {
    /// So many roundings of f32, of f64 for results in f64, and one of the
    /// result's type, of values about
    /// the size that the results have.
    Roundings(u32),
    /// As `Roundings(64)`, but that one value of fifty may be a step of an 8-bit
    /// activation away: it was on the boundary of rounding.
    Steps(f64),
}

/// Those that a target has are run.
pub const ALL: &[&str] = &["f16", "bf16", "f32", "f64"];
const F32: &[&str] = &["f32"];

pub const CASES: &[Case] = &[
    Case {
        name: "activations",
        module: "func.func @f(%a: tensor<?x?xF>) -> (tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>) {
          %0 = fidelity.sigmoid %a : tensor<?x?xF>
          %1 = fidelity.tanh %a : tensor<?x?xF>
          %2 = fidelity.silu %a : tensor<?x?xF>
          %3 = fidelity.relu %a : tensor<?x?xF>
          %4 = fidelity.squared_relu %a : tensor<?x?xF>
          %5 = fidelity.exp %a : tensor<?x?xF>
          %6 = fidelity.softplus %a : tensor<?x?xF>
          %7 = fidelity.elu_plus_one %a : tensor<?x?xF>
          %8 = fidelity.gelu %a : tensor<?x?xF>
          %9 = fidelity.gelu %a approximation(tanh) : tensor<?x?xF>
          return %0, %1, %2, %3, %4, %5, %6, %7, %8, %9 : tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[&[&[0, 5]], &[&[3, 0]], &[&[1, 1]], &[&[3, 37]], &[&[2, 64]], &[&[1, 1030]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    Case {
        name: "arithmetic with broadcasting",
        module: "func.func @f(%a: tensor<2x?x5xF>, %b: tensor<5xF>, %c: tensor<2x1x5xF>, %d: tensor<?x1xF>, %s: tensor<F>)
            -> (tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>) {
          %0 = fidelity.add %a, %b : (tensor<2x?x5xF>, tensor<5xF>) -> tensor<2x?x5xF>
          %1 = fidelity.subtract %c, %a : (tensor<2x1x5xF>, tensor<2x?x5xF>) -> tensor<2x?x5xF>
          %2 = fidelity.multiply %a, %d : (tensor<2x?x5xF>, tensor<?x1xF>) -> tensor<2x?x5xF>
          %3 = fidelity.multiply %s, %2 : (tensor<F>, tensor<2x?x5xF>) -> tensor<2x?x5xF>
          return %0, %1, %2, %3 : tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>, tensor<2x?x5xF>
        }",
        calls: &[
            &[&[2, 0, 5], &[5], &[2, 1, 5], &[0, 1], &[]],
            &[&[2, 1, 5], &[5], &[2, 1, 5], &[1, 1], &[]],
            &[&[2, 3, 5], &[5], &[2, 1, 5], &[3, 1], &[]],
        ],
        allowed: Allowed::Roundings(4),
        floats: ALL,
    },
    Case {
        name: "scalars and vectors",
        module: "func.func @f(%s: tensor<F>, %a: tensor<?xF>, %b: tensor<?xF>) -> (tensor<F>, tensor<?xF>, tensor<?xF>) {
          %0 = fidelity.sigmoid %s : tensor<F>
          %1 = fidelity.swiglu %a, %b : (tensor<?xF>, tensor<?xF>) -> tensor<?xF>
          %2 = fidelity.multiply %1, %0 : (tensor<?xF>, tensor<F>) -> tensor<?xF>
          return %0, %1, %2 : tensor<F>, tensor<?xF>, tensor<?xF>
        }",
        calls: &[&[&[], &[0], &[0]], &[&[], &[1], &[1]], &[&[], &[33], &[33]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    Case {
        name: "rms_norm",
        module: "func.func @f(%a: tensor<?x37xF>, %w: tensor<37xF>, %b: tensor<3x64xF>, %c: tensor<1xF>, %d: tensor<2x0xF>)
            -> (tensor<?x37xF>, tensor<?x37xF>, tensor<3x64xF>, tensor<1xF>, tensor<2x0xF>) {
          %0 = fidelity.rms_norm %a weight %w : (tensor<?x37xF>, tensor<37xF>) -> tensor<?x37xF>
          %1 = fidelity.rms_norm %0 {epsilon = 1.0e-6 : f64} : (tensor<?x37xF>) -> tensor<?x37xF>
          %2 = fidelity.rms_norm %b : (tensor<3x64xF>) -> tensor<3x64xF>
          %3 = fidelity.rms_norm %c : (tensor<1xF>) -> tensor<1xF>
          %4 = fidelity.rms_norm %d : (tensor<2x0xF>) -> tensor<2x0xF>
          return %0, %1, %2, %3, %4 : tensor<?x37xF>, tensor<?x37xF>, tensor<3x64xF>, tensor<1xF>, tensor<2x0xF>
        }",
        calls: &[
            &[&[0, 37], &[37], &[3, 64], &[1], &[2, 0]],
            &[&[1, 37], &[37], &[3, 64], &[1], &[2, 0]],
            &[&[5, 37], &[37], &[3, 64], &[1], &[2, 0]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "quantize_activations",
        module: "func.func @f(%a: tensor<?x37xF>, %b: tensor<2x3x64xF>, %c: tensor<1xF>, %d: tensor<2x0xF>)
            -> (tensor<?x37xi8>, tensor<?x1xC>, tensor<2x3x64xi8>, tensor<2x3x1xC>, tensor<1xi8>, tensor<1xC>, tensor<2x0xi8>, tensor<2x1xC>) {
          %0, %1 = fidelity.quantize_activations %a : (tensor<?x37xF>) -> (tensor<?x37xi8>, tensor<?x1xC>)
          %2, %3 = fidelity.quantize_activations %b : (tensor<2x3x64xF>) -> (tensor<2x3x64xi8>, tensor<2x3x1xC>)
          %4, %5 = fidelity.quantize_activations %c : (tensor<1xF>) -> (tensor<1xi8>, tensor<1xC>)
          %6, %7 = fidelity.quantize_activations %d : (tensor<2x0xF>) -> (tensor<2x0xi8>, tensor<2x1xC>)
          return %0, %1, %2, %3, %4, %5, %6, %7 : tensor<?x37xi8>, tensor<?x1xC>, tensor<2x3x64xi8>, tensor<2x3x1xC>, tensor<1xi8>, tensor<1xC>, tensor<2x0xi8>, tensor<2x1xC>
        }",
        calls: &[
            &[&[0, 37], &[2, 3, 64], &[1], &[2, 0]],
            &[&[1, 37], &[2, 3, 64], &[1], &[2, 0]],
            &[&[7, 37], &[2, 3, 64], &[1], &[2, 0]],
        ],
        allowed: Allowed::Steps(1.0),
        floats: ALL,
    },
    Case {
        name: "ternary_linear of floats, dense",
        module: "func.func @f(%a: tensor<?x?xF>, %w: tensor<?x?xi8>, %one: tensor<F>, %row: tensor<?xF>)
            -> (tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>) {
          %0 = fidelity.ternary_linear %a, %w : (tensor<?x?xF>, tensor<?x?xi8>) -> tensor<?x?xF>
          %1 = fidelity.ternary_linear %a, %w scale %one : (tensor<?x?xF>, tensor<?x?xi8>, tensor<F>) -> tensor<?x?xF>
          %2 = fidelity.ternary_linear %a, %w scale %row accumulator(f32) : (tensor<?x?xF>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?x?xF>
          return %0, %1, %2 : tensor<?x?xF>, tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 3], &[2, 3], &[], &[2]],
            &[&[2, 0], &[3, 0], &[], &[3]],
            &[&[2, 3], &[0, 3], &[], &[0]],
            &[&[1, 1], &[1, 1], &[], &[1]],
            &[&[3, 37], &[19, 37], &[], &[19]],
            &[&[2, 300], &[16, 300], &[], &[16]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_linear of floats, packed",
        module: "func.func @f(%a: tensor<2x?x13xF>, %w: tensor<?x13xi8, #fidelity.tensor<storage = PACKED>>, %b: tensor<16xF>, %v: tensor<4x16xi8, #fidelity.tensor<storage = PACKED>>)
            -> (tensor<2x?x?xF>, tensor<4xF>) {
          %0 = fidelity.ternary_linear %a, %w : (tensor<2x?x13xF>, tensor<?x13xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<2x?x?xF>
          %1 = fidelity.ternary_linear %b, %v : (tensor<16xF>, tensor<4x16xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<4xF>
          return %0, %1 : tensor<2x?x?xF>, tensor<4xF>
        }",
        calls: &[
            &[&[2, 0, 13], &[3, 13], &[16], &[4, 16]],
            &[&[2, 1, 13], &[1, 13], &[16], &[4, 16]],
            &[&[2, 3, 13], &[17, 13], &[16], &[4, 16]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "ternary_linear of i8, dense",
        module: "func.func @f(%x: tensor<?x?xi8>, %w: tensor<?x?xi8>, %one: tensor<F>, %row: tensor<?xF>)
            -> (tensor<?x?xi32>, tensor<?x?xF>, tensor<?x?xF>) {
          %0 = fidelity.ternary_linear %x, %w : (tensor<?x?xi8>, tensor<?x?xi8>) -> tensor<?x?xi32>
          %1 = fidelity.ternary_linear %x, %w scale %one : (tensor<?x?xi8>, tensor<?x?xi8>, tensor<F>) -> tensor<?x?xF>
          %2 = fidelity.ternary_linear %x, %w scale %row : (tensor<?x?xi8>, tensor<?x?xi8>, tensor<?xF>) -> tensor<?x?xF>
          return %0, %1, %2 : tensor<?x?xi32>, tensor<?x?xF>, tensor<?x?xF>
        }",
        calls: &[
            &[&[0, 3], &[2, 3], &[], &[2]],
            &[&[2, 0], &[3, 0], &[], &[3]],
            &[&[2, 3], &[0, 3], &[], &[0]],
            &[&[1, 1], &[1, 1], &[], &[1]],
            &[&[17, 37], &[19, 37], &[], &[19]],
            &[&[16, 128], &[64, 128], &[], &[64]],
        ],
        allowed: Allowed::Roundings(4),
        floats: ALL,
    },
    Case {
        name: "ternary_linear of i8, packed",
        module: "func.func @f(%x: tensor<?x70xi8>, %w: tensor<33x70xi8, #fidelity.tensor<storage = PACKED>>, %x1: tensor<1x70xi8>, %s: tensor<33xf32>)
            -> (tensor<?x33xi32>, tensor<1x33xf32>) {
          %0 = fidelity.ternary_linear %x, %w : (tensor<?x70xi8>, tensor<33x70xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<?x33xi32>
          %1 = fidelity.ternary_linear %x1, %w scale %s : (tensor<1x70xi8>, tensor<33x70xi8, #fidelity.tensor<storage = PACKED>>, tensor<33xf32>) -> tensor<1x33xf32>
          return %0, %1 : tensor<?x33xi32>, tensor<1x33xf32>
        }",
        calls: &[
            &[&[0, 70], &[33, 70], &[1, 70], &[33]],
            &[&[1, 70], &[33, 70], &[1, 70], &[33]],
            &[&[18, 70], &[33, 70], &[1, 70], &[33]],
        ],
        allowed: Allowed::Roundings(4),
        floats: F32,
    },
    Case {
        name: "tiles that mappings say",
        module: "func.func @f(%a: tensor<?x70xF>, %x: tensor<?x70xi8>, %w: tensor<33x70xi8, #fidelity.tensor<storage = packed2>>, %v: tensor<33x70xi8>, %b: tensor<?x37xF>)
            -> (tensor<?x33xF>, tensor<?x33xi32>, tensor<?x33xi32>, tensor<?x33xi32>, tensor<?x37xF>, tensor<?x37xF>) {
          %0 = fidelity.ternary_linear %a, %w {fidelity.mapping = #fidelity.mapping<tile = [4, 8, 64]>}
            : (tensor<?x70xF>, tensor<33x70xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x33xF>
          %1 = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [1, 1, 4]>}
            : (tensor<?x70xi8>, tensor<33x70xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x33xi32>
          %2 = fidelity.ternary_linear %x, %v {fidelity.mapping = #fidelity.mapping<tile = [16, 16, 32]>}
            : (tensor<?x70xi8>, tensor<33x70xi8>) -> tensor<?x33xi32>
          %3 = fidelity.ternary_linear %x, %w {fidelity.mapping = #fidelity.mapping<tile = [2, 16, 8]>}
            : (tensor<?x70xi8>, tensor<33x70xi8, #fidelity.tensor<storage = packed2>>) -> tensor<?x33xi32>
          %4 = fidelity.rms_norm %b {fidelity.mapping = #fidelity.mapping<tile = [128]>} : (tensor<?x37xF>) -> tensor<?x37xF>
          %5 = fidelity.silu %b {fidelity.mapping = #fidelity.mapping<tile = [8], group = 1>} : tensor<?x37xF>
          return %0, %1, %2, %3, %4, %5 : tensor<?x33xF>, tensor<?x33xi32>, tensor<?x33xi32>, tensor<?x33xi32>, tensor<?x37xF>, tensor<?x37xF>
        }",
        calls: &[
            &[&[0, 70], &[0, 70], &[33, 70], &[33, 70], &[0, 37]],
            &[&[1, 70], &[1, 70], &[33, 70], &[33, 70], &[1, 37]],
            &[&[6, 70], &[18, 70], &[33, 70], &[33, 70], &[3, 37]],
        ],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "bit_linear",
        module: "func.func @f(%a: tensor<?x37xF>, %w: tensor<21x37xi8, #fidelity.tensor<storage = PACKED>>, %s: tensor<F>, %n: tensor<37xF>, %b: tensor<21xF>, %c: tensor<37xF>)
            -> (tensor<?x21xF>, tensor<21xF>) {
          %0 = fidelity.bit_linear %a, %w scale %s norm %n bias %b : (tensor<?x37xF>, tensor<21x37xi8, #fidelity.tensor<storage = PACKED>>, tensor<F>, tensor<37xF>, tensor<21xF>) -> tensor<?x21xF>
          %1 = fidelity.bit_linear %c, %w scale %s : (tensor<37xF>, tensor<21x37xi8, #fidelity.tensor<storage = PACKED>>, tensor<F>) -> tensor<21xF>
          return %0, %1 : tensor<?x21xF>, tensor<21xF>
        }",
        calls: &[
            &[&[0, 37], &[21, 37], &[], &[37], &[21], &[37]],
            &[&[1, 37], &[21, 37], &[], &[37], &[21], &[37]],
            &[&[17, 37], &[21, 37], &[], &[37], &[21], &[37]],
        ],
        // A step is 1/127 of the greatest activation, about 2, times a scale of
        // at most 2 and a weight of at most 2.
        allowed: Allowed::Steps(0.1),
        floats: ALL,
    },
    Case {
        name: "mlgru, sequences",
        module: "func.func @f(%a: tensor<2x?x37xF>, %c: tensor<2x?x37xF>, %g: tensor<2x?x37xF>, %h: tensor<2x37xF>, %b: tensor<37xF>)
            -> (tensor<2x?x37xF>, tensor<2x37xF>, tensor<2x?x37xF>, tensor<2x37xF>) {
          %0, %1 = fidelity.mlgru %a, %c gate %g state %h lower_bound %b : (tensor<2x?x37xF>, tensor<2x?x37xF>, tensor<2x?x37xF>, tensor<2x37xF>, tensor<37xF>) -> (tensor<2x?x37xF>, tensor<2x37xF>)
          %2, %3 = fidelity.mlgru %a, %c activation(tanh) : (tensor<2x?x37xF>, tensor<2x?x37xF>) -> (tensor<2x?x37xF>, tensor<2x37xF>)
          return %0, %1, %2, %3 : tensor<2x?x37xF>, tensor<2x37xF>, tensor<2x?x37xF>, tensor<2x37xF>
        }",
        calls: &[
            &[&[2, 0, 37], &[2, 0, 37], &[2, 0, 37], &[2, 37], &[37]],
            &[&[2, 1, 37], &[2, 1, 37], &[2, 1, 37], &[2, 37], &[37]],
            &[&[2, 9, 37], &[2, 9, 37], &[2, 9, 37], &[2, 37], &[37]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    Case {
        name: "mlgru, one step, and channels of two programs",
        module: "func.func @f(%a: tensor<1x200xF>, %c: tensor<1x200xF>, %h: tensor<200xF>, %d: tensor<?x?xF>, %e: tensor<?x?xF>)
            -> (tensor<1x200xF>, tensor<200xF>, tensor<?x?xF>, tensor<?xF>) {
          %0, %1 = fidelity.mlgru %a, %c state %h : (tensor<1x200xF>, tensor<1x200xF>, tensor<200xF>) -> (tensor<1x200xF>, tensor<200xF>)
          %2, %3 = fidelity.mlgru %d, %e : (tensor<?x?xF>, tensor<?x?xF>) -> (tensor<?x?xF>, tensor<?xF>)
          return %0, %1, %2, %3 : tensor<1x200xF>, tensor<200xF>, tensor<?x?xF>, tensor<?xF>
        }",
        calls: &[
            &[&[1, 200], &[1, 200], &[200], &[0, 3], &[0, 3]],
            &[&[1, 200], &[1, 200], &[200], &[2, 0], &[2, 0]],
            &[&[1, 200], &[1, 200], &[200], &[5, 130], &[5, 130]],
        ],
        allowed: Allowed::Roundings(128),
        floats: ALL,
    },
    Case {
        name: "recurrence, decays of a channel and of a product",
        module: "func.func @f(%d: tensor<3x20xF>, %e: tensor<20xF>, %v: tensor<3x?x20xF>, %t: tensor<?x20xF>, %s: tensor<3x20xF>)
            -> (tensor<3x?x20xF>, tensor<3x20xF>, tensor<3x?x20xF>, tensor<3x20xF>) {
          %0, %1 = fidelity.recurrence decay %d, %e value %v state %s
            {exponential, indexing_maps = [affine_map<(b, t, c) -> (b, c)>, affine_map<(b, t, c) -> (c)>, affine_map<(b, t, c) -> (b, t, c)>,
             affine_map<(b, t, c) -> (b, c)>, affine_map<(b, t, c) -> (b, t, c)>, affine_map<(b, t, c) -> (b, c)>]}
            : (tensor<3x20xF>, tensor<20xF>, tensor<3x?x20xF>, tensor<3x20xF>) -> (tensor<3x?x20xF>, tensor<3x20xF>)
          %2, %3 = fidelity.recurrence decay %t value %v read(before)
            {indexing_maps = [affine_map<(b, t, c) -> (t, c)>, affine_map<(b, t, c) -> (b, t, c)>,
             affine_map<(b, t, c) -> (b, t, c)>, affine_map<(b, t, c) -> (b, c)>]}
            : (tensor<?x20xF>, tensor<3x?x20xF>) -> (tensor<3x?x20xF>, tensor<3x20xF>)
          return %0, %1, %2, %3 : tensor<3x?x20xF>, tensor<3x20xF>, tensor<3x?x20xF>, tensor<3x20xF>
        }",
        calls: &[
            &[&[3, 20], &[20], &[3, 0, 20], &[0, 20], &[3, 20]],
            &[&[3, 20], &[20], &[3, 1, 20], &[1, 20], &[3, 20]],
            &[&[3, 20], &[20], &[3, 3, 20], &[3, 20], &[3, 20]],
        ],
        // exp(4) a step.
        allowed: Allowed::Roundings(512),
        floats: ALL,
    },
    Case {
        name: "parts of rows",
        module: "func.func @f(%a: tensor<?x1536xF>) -> tensor<?x768xF> {
          %c0 = arith.constant 0 : index
          %n = tensor.dim %a, %c0 : tensor<?x1536xF>
          %l = tensor.extract_slice %a[0, 0] [%n, 768] [1, 1] : tensor<?x1536xF> to tensor<?x768xF>
          %r = tensor.extract_slice %a[0, 768] [%n, 768] [1, 1] : tensor<?x1536xF> to tensor<?x768xF>
          %0 = fidelity.swiglu %l, %r : (tensor<?x768xF>, tensor<?x768xF>) -> tensor<?x768xF>
          return %0 : tensor<?x768xF>
        }",
        calls: &[&[&[0, 1536]], &[&[1, 1536]], &[&[3, 1536]]],
        allowed: Allowed::Roundings(16),
        floats: ALL,
    },
    Case {
        name: "parts of rows, normed and multiplied",
        module: "func.func @f(%a: tensor<3x100xF>, %w: tensor<7x37xi8, #fidelity.tensor<storage = PACKED>>) -> (tensor<3x37xF>, tensor<3x7xF>) {
          %p = tensor.extract_slice %a[0, 13] [3, 37] [1, 1] : tensor<3x100xF> to tensor<3x37xF>
          %q = tensor.extract_slice %a[0, 63] [3, 37] [1, 1] : tensor<3x100xF> to tensor<3x37xF>
          %0 = fidelity.rms_norm %p : (tensor<3x37xF>) -> tensor<3x37xF>
          %1 = fidelity.ternary_linear %q, %w : (tensor<3x37xF>, tensor<7x37xi8, #fidelity.tensor<storage = PACKED>>) -> tensor<3x7xF>
          return %0, %1 : tensor<3x37xF>, tensor<3x7xF>
        }",
        calls: &[&[&[3, 100], &[7, 37]]],
        allowed: Allowed::Roundings(64),
        floats: ALL,
    },
    Case {
        name: "a norm, its activations, and these as floats, of one kernel",
        module: "func.func @f(%a: tensor<?x37xC>) -> (tensor<?x37xC>, tensor<?x37xi8>, tensor<?x37xC>) {
          %0 = fidelity.rms_norm %a : (tensor<?x37xC>) -> tensor<?x37xC>
          %1, %i = fidelity.quantize_activations %0 : (tensor<?x37xC>) -> (tensor<?x37xi8>, tensor<?x1xC>)
          %2 = fidelity.multiply %0, %i : (tensor<?x37xC>, tensor<?x1xC>) -> tensor<?x37xC>
          return %0, %1, %2 : tensor<?x37xC>, tensor<?x37xi8>, tensor<?x37xC>
        }",
        calls: &[&[&[0, 37]], &[&[1, 37]], &[&[5, 37]]],
        allowed: Allowed::Steps(1.0),
        floats: &["f32", "f64"],
    },
];
