//! Draft.
use fidelity_fuzz::{check::check, inference::Inference};
fn main() {
    let seed: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let count: u64 = std::env::args().nth(2).unwrap().parse().unwrap();
    let inference = Inference::new();
    let folder = std::path::Path::new("/tmp/fz");
    for seed in seed..seed + count {
        let start = std::time::Instant::now();
        match check(seed, &inference, folder) {
            Ok(case) => println!(
                "{seed} ok {} {} {} {:?}",
                case.ops.len(),
                case.compared,
                case.unknown,
                start.elapsed()
            ),
            Err(e) => println!("{seed} FAIL {} {}\n{}", e.stage, e.message, e.module),
        }
    }
}
