//! Rounds in which contenders take turns.

use std::{error::Error, time::Instant};

/// How long to measure.
#[derive(Clone, Copy, Debug, clap::Args)]
pub struct Patience {
    /// Rounds in which all take turns, of which medians are taken
    #[arg(long, default_value_t = 5)]
    pub repeats: usize,
    /// What a turn lasts at least, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 0.1)]
    turn: f64,
    /// After how many seconds a row of a table gets no further round
    #[arg(long, value_name = "SECONDS", default_value_t = 20.0)]
    limit: f64,
}

/// The seconds of a call, the mean of a turn that lasts `at_least` seconds; `None` of
/// what cannot be called.
pub type Contender<'a> = Box<dyn FnMut(f64) -> Result<Option<f64>, Box<dyn Error>> + 'a>;

impl Patience {
    /// The median of the seconds of each contender, after a turn that does not count.
    ///
    /// # Errors
    ///
    /// A contender's.
    pub fn medians(
        self,
        contenders: &mut [Contender<'_>],
    ) -> Result<Vec<Option<f64>>, Box<dyn Error>> {
        let mut times: Vec<Option<Vec<f64>>> = (contenders.iter_mut())
            .map(|contender| Ok(contender(0.0)?.map(|_| Vec::new())))
            .collect::<Result<_, Box<dyn Error>>>()?;
        let start = Instant::now();
        for _ in 0..self.repeats {
            for (times, contender) in times.iter_mut().zip(&mut *contenders) {
                if let Some(times) = times {
                    times.extend(contender(self.turn)?);
                }
            }
            if start.elapsed().as_secs_f64() > self.limit {
                break;
            }
        }
        Ok(times.into_iter().map(|times| median(&mut times?)).collect())
    }
}

/// The median; of an even number, the greater of the two in the middle.
pub fn median(numbers: &mut [f64]) -> Option<f64> {
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied()
}

/// The seconds of a call, the mean of as many rounds of `calls` calls as take
/// `at_least` seconds together.
///
/// # Errors
///
/// The call's.
pub fn turn(
    at_least: f64,
    calls: usize,
    mut call: impl FnMut(usize) -> Result<(), Box<dyn Error>>,
) -> Result<f64, Box<dyn Error>> {
    let start = Instant::now();
    let mut rounds = 0;
    loop {
        for index in 0..calls {
            call(index)?;
        }
        rounds += 1;
        let passed = start.elapsed().as_secs_f64();
        if passed >= at_least {
            return Ok(passed / (rounds * calls) as f64);
        }
    }
}

/// Seconds as a cell of a table, in microseconds with three digits.
pub fn microseconds(seconds: Option<f64>) -> String {
    match seconds.map(|seconds| seconds * 1e6) {
        None => String::new(),
        Some(time) if time >= 100.0 => format!("{time:.0}"),
        Some(time) if time >= 10.0 => format!("{time:.1}"),
        Some(time) => format!("{time:.2}"),
    }
}

/// How many times as long the other takes, as a cell of a table.
pub fn ratio(other: Option<f64>, ours: Option<f64>) -> String {
    match (other, ours) {
        (Some(other), Some(ours)) => format!("{:.2}", other / ours),
        _ => String::new(),
    }
}

/// The least of some times.
pub fn least(times: &[Option<f64>]) -> Option<f64> {
    (times.iter().copied().flatten()).min_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    const QUICK: Patience = Patience {
        repeats: 3,
        turn: 0.5,
        limit: 60.0,
    };

    #[test]
    fn contenders_take_turns_after_one_that_does_not_count() {
        let turns = RefCell::new(Vec::new());
        let mut first_times = [9.0, 3.0, 1.0, 2.0].into_iter();
        let mut contenders: Vec<Contender<'_>> = vec![
            Box::new(|at_least| {
                turns.borrow_mut().push(("first", at_least));
                Ok(first_times.next())
            }),
            Box::new(|at_least| {
                turns.borrow_mut().push(("second", at_least));
                Ok(None)
            }),
        ];
        assert_eq!(QUICK.medians(&mut contenders).unwrap(), [Some(2.0), None]);
        drop(contenders);
        assert_eq!(
            turns.into_inner(),
            [
                ("first", 0.0),
                ("second", 0.0),
                ("first", 0.5),
                ("first", 0.5),
                ("first", 0.5)
            ]
        );
    }

    #[test]
    fn past_the_limit_there_is_no_further_round() {
        let patience = Patience {
            limit: 0.0,
            ..QUICK
        };
        let calls = RefCell::new(0);
        let mut contenders: Vec<Contender<'_>> = vec![Box::new(|_| {
            *calls.borrow_mut() += 1;
            Ok(Some(1.0))
        })];
        assert_eq!(patience.medians(&mut contenders).unwrap(), [Some(1.0)]);
        drop(contenders);
        // One that does not count, and one.
        assert_eq!(calls.into_inner(), 2);
    }

    #[test]
    fn a_turn_ends_with_a_whole_round() {
        let indices = RefCell::new(Vec::new());
        turn(0.0, 3, |index| {
            indices.borrow_mut().push(index);
            Ok(())
        })
        .unwrap();
        assert_eq!(indices.into_inner(), [0, 1, 2]);
    }

    #[test]
    fn cells_have_three_digits_or_nothing() {
        let cells = [Some(1.234e-6), Some(12.34e-6), Some(1234.4e-6), None].map(microseconds);
        assert_eq!(cells, ["1.23", "12.3", "1234", ""]);
        assert_eq!(ratio(Some(3.0), Some(2.0)), "1.50");
        assert_eq!(ratio(None, Some(2.0)), "");
        assert_eq!(least(&[None, Some(2.0), Some(1.0)]), Some(1.0));
    }
}
