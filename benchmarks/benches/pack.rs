//! Weights from one storage to another, beside a copy of the same bytes.
//!
//! The copy is one thread's; repacking is shared by the processors that the process may
//! run on, `taskset` says fewer. What is counted is trits: of a copy, those that would be
//! dense.

use benchmarks::{in_turns, machine};
use fidelity_dialect::Storage;
use std::{hint::black_box, thread};

/// Larger than the caches, of rows that are whole bytes and of rows that are not.
const SHAPES: [[usize; 2]; 2] = [[16384, 4000], [16384, 4003]];
const REPEATS: usize = 9;
const STORAGES: [Storage; 5] = [
    Storage::Dense,
    Storage::Packed2,
    Storage::Packed5,
    Storage::Tiled2,
    Storage::Tiled5,
];

fn main() {
    println!("machine: {}", machine());
    let threads = thread::available_parallelism().map_or(1, usize::from);
    println!("10^9 trits a second, repacked on {threads} threads, medians of {REPEATS}");
    println!();
    println!("| from | to | rows | copy of dense trits | repacking | ratio |");
    println!("| --- | --- | --- | --- | --- | --- |");
    for [rows, row] in SHAPES {
        let trits: Vec<i8> = (0..rows * row)
            .map(|index| (index.wrapping_mul(0x9e37_79b9) >> 13) as i8 % 3 - 1)
            .map(i8::signum)
            .collect();
        let mut copy = vec![0; trits.len()];
        for from in STORAGES {
            let bytes = from.pack(&trits, row);
            for to in STORAGES.into_iter().filter(|&to| to != from) {
                let mut converted = vec![0; rows * to.row_bytes(row)];
                let [copied, repacked] = in_turns(
                    REPEATS,
                    [
                        &mut || black_box(&mut copy).copy_from_slice(black_box(&trits)),
                        &mut || from.convert(to, black_box(&bytes), row, &mut converted),
                    ],
                );
                assert_eq!(converted, to.pack(&trits, row));
                let speed = |seconds: f64| trits.len() as f64 / seconds / 1e9;
                println!(
                    "| {from} | {to} | {rows}x{row} | {:.1} | {:.1} | {:.2} |",
                    speed(copied),
                    speed(repacked),
                    copied / repacked
                );
            }
        }
    }
}
