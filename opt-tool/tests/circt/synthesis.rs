//! What a design costs, and that its odd form is right: Yosys and nextpnr.

use crate::{design, tools};
use std::{fs, path::Path};

/// The cells of a kind that Yosys makes of a module for an iCE40.
fn cells(folder: &Path, top: &str) -> impl Fn(&str) -> u64 + use<> {
    let script = format!("read_verilog -sv x.sv; synth_ice40 -top {top} -json {top}.json; stat");
    let out = tools::run(folder, "yosys", &["-p", &script], "").expect("a synthesis");
    let statistics = out
        .rsplit("Number of cells:")
        .next()
        .unwrap_or_default()
        .to_owned();
    let top = top.to_owned();
    move |cell| {
        let count = statistics
            .lines()
            .find_map(|line| line.trim().strip_prefix(cell)?.trim().parse().ok())
            .unwrap_or(0);
        println!("{top}: {count} {cell}");
        count
    }
}

/// The frequency, in MHz, at which nextpnr says a design runs on an HX8K.
fn frequency(folder: &Path, top: &str) -> f64 {
    let json = format!("{top}.json");
    let arguments = [
        "--hx8k",
        "--package",
        "ct256",
        "--json",
        &json,
        "--pcf-allow-unconstrained",
        "--seed",
        "1",
    ];
    let out = tools::run(folder, "nextpnr-ice40", &arguments, "").expect("a placement");
    // The last one is behind routing.
    let frequency = out
        .rsplit("Max frequency for clock")
        .next()
        .and_then(|rest| {
            rest.split_once(": ")?
                .1
                .split_whitespace()
                .next()?
                .parse()
                .ok()
        })
        .expect("a frequency");
    println!("{top}: {frequency} MHz");
    frequency
}

fn folder(verilog: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    fs::write(folder.path().join("x.sv"), verilog).expect("a file");
    folder
}

const ONE_LANE: &str =
    "func.func @one_lane(%x: tensor<16xi8>, %w: tensor<4x16xi8>) -> tensor<4xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<16xi8>, tensor<4x16xi8>) -> tensor<4xi32>
  return %y : tensor<4xi32>
}";

const ENGINE: &str = "
func.func @engine(%x: tensor<256xi8>, %w: tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xi32> {
  %y = fidelity.ternary_linear %x, %w : (tensor<256xi8>, tensor<64x256xi8, #fidelity.tensor<storage = packed2>>) -> tensor<64xi32>
  return %y : tensor<64xi32>
}";

const STEP: &str = "
func.func @step(%f: tensor<1x32xf32>, %c: tensor<1x32xf32>, %h: tensor<32xf32>) -> (tensor<1x32xf32>, tensor<32xf32>) {
  %o, %last = fidelity.mlgru %f, %c state %h : (tensor<1x32xf32>, tensor<1x32xf32>, tensor<32xf32>) -> (tensor<1x32xf32>, tensor<32xf32>)
  return %o, %last : tensor<1x32xf32>, tensor<32xf32>
}";

#[test]
fn an_accumulator_is_little_more_than_an_adder() {
    if !tools::present(&["circt", "yosys"]) {
        return;
    }
    let compiled = design::compile(ONE_LANE, "lanes=1").expect("a design");
    let folder = folder(&compiled.verilog);
    let cells = cells(folder.path(), "fidelity_ternary_accumulator_w8_s32");
    let luts = cells("SB_LUT4");
    assert!((32..=45).contains(&luts), "{luts} LUTs");
    assert_eq!(
        cells("SB_DFFSR") + cells("SB_DFFESR") + cells("SB_DFFE") + cells("SB_DFF"),
        32
    );
}

#[test]
fn an_engine_keeps_its_weights_in_block_ram_and_closes_timing() {
    if !tools::present(&["circt", "yosys", "nextpnr-ice40"]) {
        return;
    }
    let compiled = design::compile(ENGINE, "lanes=8").expect("a design");
    let folder = folder(&compiled.verilog);
    let cells = cells(folder.path(), "engine");
    // 32 Kbit of weights are 8 blocks of 4 Kbit, 64 bits of x beside each other
    // are 4 blocks of 16.
    assert_eq!(cells("SB_RAM40_4K"), 12);
    let luts = cells("SB_LUT4");
    assert!((200..=700).contains(&luts), "{luts} LUTs");
    let frequency = frequency(folder.path(), "engine");
    assert!(frequency > 60.0, "{frequency} MHz");
}

#[test]
fn a_step_fits_and_closes_timing() {
    if !tools::present(&["circt", "yosys", "nextpnr-ice40"]) {
        return;
    }
    let compiled = design::compile(STEP, "fraction-bits=8 fixed-bits=12").expect("a design");
    let folder = folder(&compiled.verilog);
    let luts = cells(folder.path(), "step")("SB_LUT4");
    assert!((300..=3000).contains(&luts), "{luts} LUTs");
    let frequency = frequency(folder.path(), "step");
    assert!(frequency > 20.0, "{frequency} MHz");
}

/// Addition of a turned number with a carry is the addition, the subtraction or
/// nothing that a trit stands for, whatever came before.
#[test]
fn the_carry_form_is_the_plain_form() {
    if !tools::present(&["circt", "yosys"]) {
        return;
    }
    let compiled = design::compile(ONE_LANE, "lanes=1").expect("a design");
    let prove = |minus: &str| {
        let folder = folder(&format!(
            "{}
module plain(input clk, rst, input signed [7:0] x, input [1:0] trit, input enable, clear,
             output reg signed [31:0] sum);
  always @(posedge clk)
    if (rst | clear) sum <= 0;
    else if (enable)
      case (trit)
        2'b01: sum <= sum {minus} x;
        2'b10: sum <= sum + x;
        default: sum <= sum;
      endcase
endmodule
module miter(input clk, rst, input signed [7:0] x, input [1:0] trit, input enable, clear,
             output bad);
  wire [31:0] a, b;
  plain p(clk, rst, x, trit, enable, clear, a);
  fidelity_ternary_accumulator_w8_s32 c(.clk(clk), .rst(rst), .x(x), .trit(trit), .enable(enable),
                                 .clear(clear), .sum(b));
  assign bad = a != b;
endmodule
",
            compiled.verilog
        ));
        let script = "read_verilog -sv x.sv; prep -flatten -top miter; \
                      sat -tempinduct -prove bad 0 -set-init-zero";
        tools::run(folder.path(), "yosys", &["-p", script], "").expect("an answer")
    };
    // Yosys ends well whatever the answer is.
    assert!(prove("-").contains("SUCCESS!"));
    assert!(!prove("+").contains("SUCCESS!"));
}

/// Nothing is written of a module that CIRCT refuses, and it says why.
#[test]
fn circt_refuses_what_is_wrong() {
    if !tools::present(&["circt"]) {
        return;
    }
    let compiled = design::compile(ONE_LANE, "lanes=1").expect("a design");
    assert_eq!(design::verilog(&compiled.circt), Ok(compiled.verilog));
    for (of, to, why) in [
        ("\"comb.add\"", "\"comb.added\"", "comb.added"),
        ("lowBit = 7 : i32", "lowBit = 9 : i32", "comb.extract"),
        ("output sum : i32", "output sum : i31", "i31"),
    ] {
        let wrong = compiled.circt.replacen(of, to, 1);
        assert_ne!(wrong, compiled.circt, "{of}");
        let error = design::verilog(&wrong).expect_err("a refusal");
        assert!(error.contains("CIRCT refused the module"), "{error}");
        assert!(error.contains(why), "{error}");
    }
}
