//! What this machine can do at most: the head of a table.

use crate::{has, machine};
use fidelity_tools::{compile, context, module, registry};
use inkwell::{OptimizationLevel, context::Context as LlvmContext};
use melior::Context;
use ods_bridge::{AbiType, Argument, Jit, Signature};
use std::{error::Error, hint::black_box, path::Path, sync::Barrier, thread, time::Instant};

/// Read in a pass, by all threads together: larger than any cache.
const BYTES: usize = 1 << 30;
/// What a thread reads between two looks at the clock. The fastest counts, and some
/// are short enough not to be interrupted where others are at work.
const BLOCK: usize = 32 << 20;
const PASSES: usize = 9;
/// As [`PASSES`], of products; here too the fastest counts.
const PRODUCT_PASSES: usize = 200;
/// The bytes that the products read again and again.
const OPERANDS: usize = 4096;
/// So many sums at once that none waits for the one before it.
const SUMS: usize = 8;
/// How often a pass reads all operands.
const READS: u64 = 50_000;
const TO_LLVM: &str = "convert-scf-to-cf,convert-vector-to-llvm,convert-cf-to-llvm,\
                       convert-arith-to-llvm,convert-func-to-llvm,reconcile-unrealized-casts";

/// Prints the machine, and what it can do with 1 thread and with all of `threads`.
///
/// # Errors
///
/// When the code that measures cannot be compiled.
pub fn print(threads: &[usize]) -> Result<(), Box<dyn Error>> {
    println!("machine: {}", machine());
    let counts: Vec<String> = threads.iter().map(usize::to_string).collect();
    let counts = counts.join(" / ");
    let reads: Vec<f64> = threads.iter().map(|&count| read_bandwidth(count)).collect();
    println!(
        "reads of memory on {counts} threads: {} GB/s",
        list(&reads, 1e9)
    );
    match PRODUCTS.iter().find(|product| has(product.flag)) {
        Some(product) => {
            let rates: Vec<f64> = (threads.iter())
                .map(|&count| product.rate(count))
                .collect::<Result<_, _>>()?;
            println!(
                "int8 by {}, one operand in a register and one in the first cache, on {counts} \
                 threads: {} TOPS",
                product.name,
                list(&rates, 1e12)
            );
        }
        None => println!("int8: not measured"),
    }
    if has("amx_int8") {
        println!("int8 by AMX: not measured");
    }
    println!();
    Ok(())
}

fn list(numbers: &[f64], unit: f64) -> String {
    let numbers = numbers.iter().map(|number| format!("{:.2}", number / unit));
    numbers.collect::<Vec<_>>().join(" / ")
}

/// Bytes a second that threads read of memory, each a part of its own.
fn read_bandwidth(threads: usize) -> f64 {
    // Written, so that there is memory behind every page.
    let words: Vec<u64> = (0..BYTES as u64 / 8).collect();
    let round = Barrier::new(threads);
    // One that reads block after block, all at the same time; gives the best time.
    let read = |part: &[u64]| {
        let mut best = f64::INFINITY;
        for block in (0..PASSES).flat_map(|_| part.chunks_exact(BLOCK / 8)) {
            round.wait();
            let start = Instant::now();
            black_box(
                block
                    .iter()
                    .fold(0_u64, |sum, word| sum.wrapping_add(*word)),
            );
            round.wait();
            best = best.min(start.elapsed().as_secs_f64());
        }
        best
    };
    let best = thread::scope(|scope| {
        let parts: Vec<_> = (words.chunks_exact(words.len() / threads))
            .map(|part| scope.spawn(|| read(part)))
            .collect();
        let times = parts.into_iter().filter_map(|part| part.join().ok());
        // Each has waited for all, at most for a part of the round more.
        times.fold(0.0, f64::max)
    });
    (threads * BLOCK) as f64 / best
}

/// An instruction, or a few, that multiply bytes and add the products up.
struct Product {
    /// What /proc/cpuinfo calls a processor that has it.
    flag: &'static str,
    name: &'static str,
    /// The bytes of a vector.
    width: usize,
    /// Makes %sum of the bytes of %a and %b and of the integers of %c.
    text: &'static str,
}

/// The fastest first.
const PRODUCTS: [Product; 3] = [
    Product {
        flag: "avx512_vnni",
        name: "vpdpbusd, 512 bits",
        width: 64,
        text: r#"
              %sum = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.512"(%c, %a, %b)
                : (vector<16xi32>, vector<64xi8>, vector<64xi8>) -> vector<16xi32>"#,
    },
    Product {
        flag: "avx_vnni",
        name: "vpdpbusd, 256 bits",
        width: 32,
        text: r#"
              %sum = llvm.call_intrinsic "llvm.x86.avx512.vpdpbusd.256"(%c, %a, %b)
                : (vector<8xi32>, vector<32xi8>, vector<32xi8>) -> vector<8xi32>"#,
    },
    Product {
        flag: "avx2",
        name: "vpmaddubsw, vpmaddwd and vpaddd, 256 bits",
        width: 32,
        text: r#"
              %pairs = llvm.call_intrinsic "llvm.x86.avx2.pmadd.ub.sw"(%a, %b)
                : (vector<32xi8>, vector<32xi8>) -> vector<16xi16>
              %fours = llvm.call_intrinsic "llvm.x86.avx2.pmadd.wd"(%pairs, %ones)
                : (vector<16xi16>, vector<16xi16>) -> vector<8xi32>
              %sum = arith.addi %c, %fours : vector<8xi32>"#,
    },
];

impl Product {
    /// A function of how often it reads the operands.
    fn function(&self) -> String {
        let (width, step) = (self.width, SUMS * self.width);
        let bytes = format!("vector<{width}xi8>");
        let sums = format!("vector<{}xi32>", width / 4);
        let types = each(|_| sums.clone());
        let body: String = (0..SUMS)
            .map(|index| {
                let text = ["%sum", "%pairs", "%fours", "%c", "%a"]
                    .iter()
                    .fold(self.text.to_owned(), |text, name| {
                        text.replace(name, &format!("{name}_{index}"))
                    });
                format!(
                    "
      %at_{index} = llvm.getelementptr %at[{}] : (!llvm.ptr) -> !llvm.ptr, i8
      %a_{index} = llvm.load %at_{index} : !llvm.ptr -> {bytes}{text}",
                    index * width
                )
            })
            .collect();
        let total: String = (0..SUMS)
            .map(|index| {
                let next = index + 1;
                format!(
                    "
  %total_{next} = vector.reduction <add>, %all#{index}, %total_{index} : {sums} into i32"
                )
            })
            .collect();
        format!(
            "// Not constant, so that nothing is computed beforehand.
llvm.mlir.global external @operands() {{alignment = 64 : i64}} : !llvm.array<{OPERANDS} x i8> {{
  %zeros = llvm.mlir.zero : !llvm.array<{OPERANDS} x i8>
  llvm.return %zeros : !llvm.array<{OPERANDS} x i8>
}}
func.func @products(%reads: index) -> i32 attributes {{llvm.emit_c_interface}} {{
  %first = arith.constant 0 : index
  %one = arith.constant 1 : index
  %size = arith.constant {OPERANDS} : index
  %step = arith.constant {step} : index
  %zero = arith.constant dense<0> : {sums}
  %ones = arith.constant dense<1> : vector<{}xi16>
  %x = llvm.mlir.addressof @operands : !llvm.ptr
  %b = llvm.load %x : !llvm.ptr -> {bytes}
  %all:{SUMS} = scf.for %r = %first to %reads step %one iter_args({}) -> ({types}) {{
    %pass:{SUMS} = scf.for %i = %first to %size step %step iter_args({}) -> ({types}) {{
      %k = arith.index_cast %i : index to i64
      %at = llvm.getelementptr %x[%k] : (!llvm.ptr, i64) -> !llvm.ptr, i8{body}
      scf.yield {} : {types}
    }}
    scf.yield {} : {types}
  }}
  %total_0 = arith.constant 0 : i32{total}
  return %total_{SUMS} : i32
}}
",
            width / 2,
            each(|index| format!("%read_{index} = %zero")),
            each(|index| format!("%c_{index} = %read_{index}")),
            each(|index| format!("%sum_{index}")),
            each(|index| format!("%pass#{index}")),
        )
    }

    /// Products and sums a second, each of which counts, of threads that do nothing
    /// else.
    fn rate(&self, threads: usize) -> Result<f64, Box<dyn Error>> {
        let ready = Barrier::new(threads);
        thread::scope(|scope| {
            let parts: Vec<_> = (0..threads)
                .map(|_| scope.spawn(|| self.rate_of_thread(&ready)))
                .collect();
            parts.into_iter().try_fold(0.0, |sum, part| {
                let rate = part.join().map_err(|_| "a thread has panicked")?;
                Ok(sum + rate?)
            })
        })
    }

    fn rate_of_thread(&self, ready: &Barrier) -> Result<f64, String> {
        let (context, llvm) = (context::new(), LlvmContext::create());
        let code = self.compile(&context, &llvm);
        // The others wait for this thread even if it has nothing to run.
        ready.wait();
        let code = code?;
        let reads = READS.to_ne_bytes();
        let mut best = f64::INFINITY;
        for _ in 0..PRODUCT_PASSES {
            let start = Instant::now();
            code.call("products", [Argument::Scalar(&reads)])
                .map_err(|error| error.to_string())?;
            best = best.min(start.elapsed().as_secs_f64());
        }
        Ok((2 * OPERANDS) as f64 * READS as f64 / best)
    }

    /// Without `fidelity-cpu-pipeline`, which this does not measure.
    fn compile<'c>(&self, context: &'c Context, llvm: &'c LlvmContext) -> Result<Jit<'c>, String> {
        let path = Path::new("products");
        let mut module = module::parse(context, path, self.function().as_bytes())
            .map_err(|error| error.to_string())?;
        registry::register_passes();
        module::run_passes(context, path, &mut module, TO_LLVM)
            .map_err(|error| error.to_string())?;
        let signature = Signature {
            inputs: vec![AbiType::Scalar { size: 8 }],
            results: vec![AbiType::Scalar { size: 4 }],
            written: vec![],
        };
        let level = OptimizationLevel::Default;
        let machine = compile::machine(None, None, level).map_err(|error| error.to_string())?;
        let signatures = [("products".to_owned(), signature)];
        Jit::compile(llvm, module, signatures, &machine, level)
    }
}

/// A list with a part for each sum.
fn each(part: impl Fn(usize) -> String) -> String {
    (0..SUMS).map(part).collect::<Vec<_>>().join(", ")
}
