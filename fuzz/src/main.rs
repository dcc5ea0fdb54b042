//! Draft.
use fidelity_fuzz::{case::Case, inference::Inference};
fn main() {
    let seed: u64 = std::env::args().nth(1).unwrap().parse().unwrap();
    let inference = Inference::new();
    let case = Case::new(seed, 0, &inference);
    match case { Ok(case) => println!("{}", case.text), Err(e) => println!("error {e}") }
}
