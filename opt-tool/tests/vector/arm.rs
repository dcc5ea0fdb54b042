//! The kernels of Arm: compiled for it, linked with a C library for it, and run by
//! qemu's emulation of the processor.

use crate::{COLUMNS, ROWS, STORAGES, TOKENS, expected, groups, integers, sums};
use fidelity_dialect::Storage;
use fidelity_reference::Tensor;
use fidelity_tools::cli::Cli;
use rand::{SeedableRng, rngs::StdRng};
use std::{
    env,
    ffi::OsStr,
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

/// Processors with and without the dot product of bytes.
const CPUS: [&str; 2] = ["neoverse-n1", "generic"];
const TOOLS: [&str; 2] = ["qemu-aarch64", "lld"];
/// Where Debian has the C library for it.
const LIBRARIES: &str = "/usr/aarch64-linux-gnu";

/// Calls the functions with what it reads, and says of each case if it is as it has to be.
const DRIVER: &str = r#"
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} memref;

#define DECLARE(N) void _mlir_ciface_f##N(memref *, memref *, memref *);
FUNCTIONS(DECLARE)
#define DECLARE_SCALED(N) void _mlir_ciface_g##N(memref *, memref *, memref *, memref *);
SCALED(DECLARE_SCALED)
#define NAME(N) _mlir_ciface_f##N,
static void (*const functions[])(memref *, memref *, memref *) = {FUNCTIONS(NAME)};
#define NAME_SCALED(N) _mlir_ciface_g##N,
static void (*const scaled[])(memref *, memref *, memref *, memref *) = {SCALED(NAME_SCALED)};

static void take(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes)
    exit(2);
}

static memref matrix(int64_t rows, int64_t columns, int64_t size) {
  void *memory = aligned_alloc(64, (rows * columns * size + 64) / 64 * 64);
  take(memory, rows * columns * size);
  return (memref){memory, memory, 0, {rows, columns}, {columns, 1}};
}

int main(void) {
  /* The function, the tokens, the inputs, the rows of weights, and their bytes; the bytes
     of an input, and the groups of scales. A result has four bytes. */
  int32_t sizes[7];
  int cases = 0;
  while (fread(sizes, sizeof sizes, 1, stdin) == 1) {
    memref x = matrix(sizes[1], sizes[2], sizes[5]);
    memref weights = matrix(sizes[3], sizes[4], 1), result;
    memref scales = matrix(sizes[3], sizes[6], 4);
    size_t bytes = (size_t)sizes[1] * sizes[3] * 4;
    int32_t *expected = malloc(bytes + 1);
    take(expected, bytes);
    if (sizes[6])
      scaled[sizes[0]](&result, &x, &weights, &scales);
    else
      functions[sizes[0]](&result, &x, &weights);
    int32_t *actual = (int32_t *)result.aligned + result.offset;
    if (result.sizes[0] != sizes[1] || result.sizes[1] != sizes[3] ||
        memcmp(actual, expected, bytes)) {
      printf("%d tokens of %d by %d rows differ, of %d bytes and %d groups\n", sizes[1],
             sizes[2], sizes[3], sizes[5], sizes[6]);
      return 1;
    }
    free(result.allocated), free(expected), free(x.allocated), free(weights.allocated);
    free(scales.allocated);
    ++cases;
  }
  printf("%d cases\n", cases);
  return 0;
}
"#;

/// Whether qemu is there. In CI it may not lack.
fn present() -> bool {
    let finder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../test/tools.py");
    let found = Command::new("/usr/bin/python3")
        .arg(finder)
        .args(TOOLS)
        .output()
        .expect("Python");
    let absent = String::from_utf8_lossy(&found.stdout);
    assert!(
        found.status.success() || env::var("CI").as_deref() != Ok("true"),
        "expected every tool in CI, but got these: {absent}"
    );
    eprint!("{absent}");
    found.status.success()
}

/// Cases for the driver, and how many.
#[derive(Default)]
struct Cases {
    bytes: Vec<u8>,
    count: usize,
}

impl Cases {
    /// All of them, functions by number in the order of [`functions`].
    fn all() -> Self {
        let mut random = StdRng::seed_from_u64(10);
        let mut cases = Self::default();
        for (number, columns) in COLUMNS.into_iter().enumerate() {
            for rows in ROWS {
                for tokens in TOKENS {
                    let x = integers(&mut random, &[tokens, columns], -128..=127);
                    let weights = integers(&mut random, &[rows, columns], -1..=1);
                    for (kind, storage) in STORAGES.into_iter().enumerate() {
                        let function = kind * COLUMNS.len() + number;
                        cases.add(function, &x, &weights, storage, None, false);
                    }
                    // Whose sums are exact.
                    let x = integers(&mut random, &[tokens, columns], -9..=9);
                    let function = STORAGES.len() * COLUMNS.len() + number;
                    cases.add(function, &x, &weights, Storage::Tiled2, None, true);
                }
            }
        }
        for (number, [group, groups]) in scaled().enumerate() {
            for rows in [1, 16, 35] {
                for tokens in [1, 2, 9] {
                    let x = integers(&mut random, &[tokens, group * groups], -9..=9);
                    let weights = integers(&mut random, &[rows, group * groups], -1..=1);
                    let scales = groups::scales(&mut random, &[rows, groups]);
                    for floats in [false, true] {
                        let function = 2 * number + usize::from(floats);
                        let storage = Storage::Tiled2;
                        cases.add(function, &x, &weights, storage, Some(&scales), floats);
                    }
                }
            }
        }
        cases
    }

    /// Adds a product, of the integers that x is or of the same as f32.
    fn add(
        &mut self,
        function: usize,
        x: &Tensor,
        weights: &Tensor,
        storage: Storage,
        scales: Option<&[f64]>,
        floats: bool,
    ) {
        let ([tokens, columns], rows) = ([x.shape()[0], x.shape()[1]], weights.shape()[0]);
        let groups = scales.map_or(0, |scales| scales.len() / rows);
        let row_bytes = storage.row_bytes(columns);
        let size = if floats { 4 } else { 1 };
        for number in [function, tokens, columns, rows, row_bytes, size, groups] {
            self.bytes.extend((number as i32).to_le_bytes());
        }
        let values = |tensor: &Tensor| tensor.integers().expect("i8").to_vec();
        let float = |value: f64| (value as f32).to_le_bytes();
        for value in values(x) {
            match floats {
                true => self.bytes.extend(float(value as f64)),
                false => self.bytes.push((value as i8).cast_unsigned()),
            }
        }
        let trits: Vec<i8> = values(weights).iter().map(|&trit| trit as i8).collect();
        self.bytes.extend(storage.pack(&trits, columns));
        self.bytes.extend(
            scales
                .iter()
                .copied()
                .flatten()
                .flat_map(|&scale| float(scale)),
        );
        let sums = match scales {
            _ if columns == 0 => vec![0.0; tokens * rows],
            None => expected(x, weights, columns)
                .iter()
                .map(|&sum| sum as f64)
                .collect(),
            Some(scales) => groups::expected(x, weights, scales, &vec![0.0; tokens * rows]),
        };
        for sum in sums {
            match floats || scales.is_some() {
                // What is added up is 0 where it is nothing.
                true => self.bytes.extend(float(sum + 0.0)),
                false => self.bytes.extend((sum as i32).to_le_bytes()),
            }
        }
        self.count += 1;
    }
}

/// Some of the groups that other processors are tested with.
fn scaled() -> impl Iterator<Item = [usize; 2]> {
    groups::GROUPS.into_iter().filter(|[_, groups]| *groups > 2)
}

/// The functions without scales, and those with.
fn functions() -> [Vec<String>; 2] {
    let plain = |storage, x: &str, y: &str| {
        let of = |columns| sums(columns, storage).replace("xi8>,", &format!("x{x}>,"));
        let of = |columns| of(columns).replace("xi32>", &format!("x{y}>"));
        COLUMNS.map(of).to_vec()
    };
    let [twos, fives] = STORAGES.map(|storage| plain(storage, "i8", "i32"));
    let scaled = scaled().flat_map(|[group, groups]| {
        ["i8", "f32"].map(|x| {
            let columns = group * groups;
            let (x, y) = (format!("tensor<?x{columns}x{x}>"), "tensor<?x?xf32>");
            let w = format!("tensor<?x{columns}xi8, #fidelity.tensor<storage = tiled2>>");
            let s = format!("tensor<?x{groups}xf32>");
            format!(
                "func.func @f(%x: {x}, %w: {w}, %s: {s}) -> {y} {{
                   %y = fidelity.ternary_linear %x, %w scale %s : ({x}, {w}, {s}) -> {y}
                   return %y : {y}
                 }}"
            )
        })
    });
    let plain = [twos, fives, plain(Storage::Tiled2, "f32", "f32")].concat();
    [plain, scaled.collect()]
}

/// The program that runs all cases on a processor of that name.
fn link(folder: &Path, cpu: &str) -> std::path::PathBuf {
    let [layers, object, driver, program] =
        ["layers.mlir", "layers.o", "driver.c", "program"].map(|name| folder.join(name));
    let functions = functions();
    let named = functions
        .iter()
        .zip(["f", "g"])
        .flat_map(|(functions, letter)| {
            let name = move |(number, text): (usize, &String)| {
                text.replace("@f(", &format!("@{letter}{number}("))
            };
            functions.iter().enumerate().map(name)
        });
    fs::write(&layers, named.collect::<Vec<_>>().join("\n")).expect("a module");
    let arguments: [&OsStr; 9] = [
        "fidelity".as_ref(),
        "compile".as_ref(),
        "--target-triple".as_ref(),
        "aarch64-unknown-linux-gnu".as_ref(),
        "--cpu".as_ref(),
        cpu.as_ref(),
        "-o".as_ref(),
        object.as_ref(),
        layers.as_ref(),
    ];
    let cli = <Cli as clap::Parser>::try_parse_from(arguments).expect("arguments");
    cli.run().unwrap_or_else(|error| panic!("{cpu}: {error}"));
    let [plain, scaled] = functions.map(|functions| {
        let numbers = (0..functions.len()).map(|number| format!(" M({number})"));
        numbers.collect::<String>()
    });
    let macros = format!("#define FUNCTIONS(M){plain}\n#define SCALED(M){scaled}\n");
    fs::write(&driver, macros + DRIVER).expect("a driver");
    let library = |name: &str| format!("{LIBRARIES}/lib/{name}");
    let output = Command::new("clang-22")
        .args([
            "--target=aarch64-linux-gnu",
            "-fuse-ld=lld",
            "-O1",
            "-isystem",
        ])
        .arg(format!("{LIBRARIES}/include"))
        // The start-up and the library by name: clang would ask for gcc's besides.
        .args([
            "-nostdlib",
            "-Wl,-dynamic-linker,/lib/ld-linux-aarch64.so.1",
        ])
        .args([library("crt1.o"), library("crti.o")])
        .args([&driver, &object])
        .args([library("libc.so.6"), library("crtn.o")])
        .arg("-o")
        .arg(&program)
        .output()
        .expect("clang");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{cpu}: {said}");
    program
}

#[test]
fn sums_are_exact_on_arm() {
    if !present() {
        return;
    }
    let Cases { bytes, count } = Cases::all();
    for cpu in CPUS {
        let folder = tempfile::tempdir().expect("a folder");
        let mut process = Command::new("qemu-aarch64")
            .args(["-L", LIBRARIES])
            .arg(link(folder.path(), cpu))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("qemu");
        let mut stdin = process.stdin.take().expect("a pipe");
        // A program that ends early says why on stdout.
        let _ = stdin.write_all(&bytes);
        drop(stdin);
        let output = process.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, format!("{count} cases\n"), "{cpu}: {}", output.status);
    }
}
