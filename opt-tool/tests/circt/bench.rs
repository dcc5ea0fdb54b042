//! Designs in Verilator, all in one model, driven by `bench.cpp`.

use crate::{
    design::{Design, Port, prefixed},
    tools,
};
use std::{fmt::Write, fs, path::Path};
use tempfile::TempDir;

/// Of how many cycles in 8 streams stall, on the way in and on the way out.
pub const STALLS: &[(u32, u32)] = &[(0, 0), (4, 4), (1, 7), (7, 1)];

/// Designs under construction: Verilog, and a wrapper of all of them.
#[derive(Default)]
pub struct Builder {
    verilog: String,
    texts: usize,
    designs: Vec<(String, Design)>,
}

impl Builder {
    /// Adds the designs of one text; gives their numbers.
    pub fn add(&mut self, verilog: &str, designs: &[Design]) -> Vec<usize> {
        let prefix = format!("t{}_", self.texts);
        self.texts += 1;
        self.verilog.push_str(&prefixed(verilog, &prefix));
        designs
            .iter()
            .map(|design| {
                let module = format!("{prefix}{}", design.name);
                self.designs.push((module, design.clone()));
                self.designs.len() - 1
            })
            .collect()
    }

    /// Builds the simulation of all designs.
    pub fn build(self) -> Result<Bench, String> {
        let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
        let write = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
        };
        write("bench.cpp", include_str!("bench.cpp"))?;
        write("designs.h", &self.table())?;
        write("bench.sv", &format!("{}{}", self.verilog, self.wrapper()))?;
        let arguments = "--cc --exe --build -j 2 -O3 -Wno-fatal -CFLAGS -O1 \
                         --output-split 8000 --output-split-cfuncs 1000 \
                         --x-initial unique --x-assign unique --top-module bench \
                         bench.sv bench.cpp -o bench";
        let arguments: Vec<&str> = arguments.split_whitespace().collect();
        tools::run(folder.path(), "verilator", &arguments, "")?;
        Ok(Bench {
            folder,
            designs: self.designs.into_iter().map(|(_, design)| design).collect(),
        })
    }

    /// A module that has an instance of each design.
    fn wrapper(&self) -> String {
        let (mut ports, mut instances) = (String::new(), String::new());
        for (number, (module, design)) in self.designs.iter().enumerate() {
            let _ = write!(instances, "  {module} d{number}(.clk(clk), .rst(rst)");
            let mut port = |direction: &str, bits: u32, name: &str| {
                let _ = write!(ports, ",\n  {direction} [{}:0] d{number}_{name}", bits - 1);
                let _ = write!(instances, ", .{name}(d{number}_{name})");
            };
            let all = [
                (&design.inputs, "input", "output"),
                (&design.results, "output", "input"),
            ];
            for (streams, offer, ready) in all {
                for Port { name, bits, .. } in streams {
                    port(offer, 1, &format!("{name}_valid"));
                    port(offer, *bits, &format!("{name}_data"));
                    port(ready, 1, &format!("{name}_ready"));
                }
            }
            instances.push_str(");\n");
        }
        format!("module bench(\n  input clk, input rst{ports}\n);\n{instances}endmodule\n")
    }

    /// Where the C++ program finds the streams.
    fn table(&self) -> String {
        let mut table = "static std::vector<Design> all(Vbench &top) {\n  return {\n".to_owned();
        for (number, (_, design)) in self.designs.iter().enumerate() {
            let streams = |ports: &[Port]| -> String {
                let stream = |Port { name, bits, .. }: &Port| {
                    let at = |what: &str| format!("&top.d{number}_{name}_{what}");
                    let (valid, ready, data) = (at("valid"), at("ready"), at("data"));
                    format!("{{{valid}, {ready}, {data}, {bits}}}")
                };
                ports.iter().map(stream).collect::<Vec<_>>().join(", ")
            };
            let (inputs, results) = (streams(&design.inputs), streams(&design.results));
            let _ = writeln!(table, "    {{{{{inputs}}}, {{{results}}}}},");
        }
        table + "  };\n}\n"
    }
}

/// A simulation.
pub struct Bench {
    folder: TempDir,
    designs: Vec<Design>,
}

/// The values of a stream, in turn.
pub type Values = Vec<i64>;

impl Bench {
    /// Calls a design several times, with what its inputs carry in all calls;
    /// gives what its results do. Parameters carry theirs once.
    pub fn run(
        &self,
        number: usize,
        inputs: &[Values],
        calls: usize,
        seed: u32,
        (stall_in, stall_out): (u32, u32),
    ) -> Result<Vec<Values>, String> {
        let design = &self.designs[number];
        let mut text = String::new();
        let mut limit = 20_000;
        for (port, values) in design.inputs.iter().zip(inputs) {
            let expected = port.count * if port.is_parameter { 1 } else { calls };
            if values.len() != expected {
                return Err(format!(
                    "expected {expected} values, but got {}",
                    values.len()
                ));
            }
            limit += 100 * values.len() * calls;
            let _ = writeln!(text, "{}", values.len());
            for value in values {
                let _ = write!(text, "{value} ");
            }
        }
        for port in &design.results {
            let _ = writeln!(text, "{}", port.count * calls);
        }
        let _ = writeln!(text, "{limit}");
        let arguments = [number as u32, seed, stall_in, stall_out].map(|number| number.to_string());
        let arguments = arguments.each_ref().map(String::as_str);
        let program = self.folder.path().join("obj_dir/bench");
        let program = program.to_str().ok_or("a path that is not UTF-8")?;
        let out = tools::run(Path::new("."), program, &arguments, &text)?;
        out.lines()
            .zip(&design.results)
            .map(|(line, port)| {
                line.split_whitespace()
                    .map(|word| {
                        let number: u64 = word.parse().map_err(|_| word)?;
                        Ok(signed(number as i64, port.bits))
                    })
                    .collect::<Result<_, &str>>()
                    .map_err(|word| format!("expected a number, but got {word}"))
            })
            .collect()
    }

    /// The streams of a design.
    pub fn design(&self, number: usize) -> &Design {
        &self.designs[number]
    }
}

fn signed(value: i64, bits: u32) -> i64 {
    value << (64 - bits) >> (64 - bits)
}
