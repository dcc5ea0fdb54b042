//! The kernels of Arm: compiled for it, linked with a C library for it, and run by
//! qemu's emulation of the processor.

use crate::{COLUMNS, ROWS, STORAGES, TOKENS, expected, integers, sums};
use fidelity_dialect::Storage;
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
#define NAME(N) _mlir_ciface_f##N,
static void (*const functions[])(memref *, memref *, memref *) = {FUNCTIONS(NAME)};

static void take(void *to, size_t bytes) {
  if (fread(to, 1, bytes, stdin) != bytes)
    exit(2);
}

static memref matrix(int64_t rows, int64_t columns) {
  void *memory = aligned_alloc(64, (rows * columns + 64) / 64 * 64);
  take(memory, rows * columns);
  return (memref){memory, memory, 0, {rows, columns}, {columns, 1}};
}

int main(void) {
  /* The function, the tokens, the inputs, the rows of weights, and their bytes. */
  int32_t sizes[5];
  int cases = 0;
  while (fread(sizes, sizeof sizes, 1, stdin) == 1) {
    memref x = matrix(sizes[1], sizes[2]);
    memref weights = matrix(sizes[3], sizes[4]), result;
    size_t bytes = (size_t)sizes[1] * sizes[3] * 4;
    int32_t *expected = malloc(bytes + 1);
    take(expected, bytes);
    functions[sizes[0]](&result, &x, &weights);
    int32_t *actual = (int32_t *)result.aligned + result.offset;
    if (result.sizes[0] != sizes[1] || result.sizes[1] != sizes[3] ||
        memcmp(actual, expected, bytes)) {
      printf("%d tokens of %d by %d rows differ\n", sizes[1], sizes[2], sizes[3]);
      return 1;
    }
    free(result.allocated), free(expected), free(x.allocated), free(weights.allocated);
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

/// The storage and the columns of each function.
fn functions() -> impl Iterator<Item = (Storage, usize)> {
    let all = STORAGES.into_iter();
    all.flat_map(|storage| COLUMNS.map(|columns| (storage, columns)))
}

/// All cases for the driver, and how many.
fn cases() -> (Vec<u8>, usize) {
    let mut random = StdRng::seed_from_u64(10);
    let mut bytes = Vec::new();
    let mut count = 0;
    for (function, (storage, columns)) in functions().enumerate() {
        for rows in ROWS {
            for tokens in TOKENS {
                let x = integers(&mut random, &[tokens, columns], -128..=127);
                let weights = integers(&mut random, &[rows, columns], -1..=1);
                let row_bytes = storage.row_bytes(columns);
                for size in [function, tokens, columns, rows, row_bytes] {
                    bytes.extend((size as i32).to_le_bytes());
                }
                let values = |tensor: &fidelity_reference::Tensor| -> Vec<i8> {
                    let values = tensor.integers().expect("i8").iter();
                    values.map(|&value| value as i8).collect()
                };
                bytes.extend(values(&x).iter().map(|&value| value as u8));
                bytes.extend(storage.pack(&values(&weights), columns));
                match columns {
                    0 => bytes.resize(bytes.len() + 4 * tokens * rows, 0),
                    _ => {
                        for sum in expected(&x, &weights, columns) {
                            bytes.extend((sum as i32).to_le_bytes());
                        }
                    }
                }
                count += 1;
            }
        }
    }
    (bytes, count)
}

/// The program that runs all cases on a processor of that name.
fn link(folder: &Path, cpu: &str) -> std::path::PathBuf {
    let [layers, object, driver, program] =
        ["layers.mlir", "layers.o", "driver.c", "program"].map(|name| folder.join(name));
    let modules = functions().enumerate().map(|(number, (storage, columns))| {
        sums(columns, storage).replace("@f(", &format!("@f{number}("))
    });
    fs::write(&layers, modules.collect::<Vec<_>>().join("\n")).expect("a module");
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
    let names: String = (0..functions().count())
        .map(|number| format!(" M({number})"))
        .collect();
    fs::write(&driver, format!("#define FUNCTIONS(M){names}\n{DRIVER}")).expect("a driver");
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
    let (input, count) = cases();
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
        let _ = stdin.write_all(&input);
        drop(stdin);
        let output = process.wait_with_output().expect("an end");
        let said = String::from_utf8_lossy(&output.stdout);
        assert_eq!(said, format!("{count} cases\n"), "{cpu}: {}", output.status);
    }
}
