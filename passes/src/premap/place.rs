//! Which device computes each op.
//!
//! Devices stand in the order of the model's layers, as a pipeline does: the ops of a
//! function, in their order, are cut into one run for each device, some of them empty.
//! With P_d(i) the seconds that device d takes for the ops before i, and X(i) those of
//! moving what is alive before op i, the least time of the ops before i on the first d
//! devices is
//!
//! ```text
//! F_d(i) = P_d(i) + min over j of F_{d-1}(j) - P_d(j) + X(j)
//! ```
//!
//! over those j from which on the weights fit into the device. That j only grows with
//! i, so that a queue of the best ones gives each minimum in constant time.

use super::plan::{FunctionPlan, Goal, Mapped, makers};
use crate::{
    cost::{Estimate, Sizes, trips},
    profile::Profile,
};
use fidelity_dialect::mapping_of;
use melior::ir::{
    Value,
    operation::{OperationLike, OperationRef},
};
use ods_bridge::{Diagnostic, string_value};
use std::collections::{HashMap, VecDeque};

/// The seconds of an op that a device cannot compute: more than any, and few enough that
/// sums with them stay exact.
const IMPOSSIBLE: f64 = 1e6;

/// The question of where to cut.
struct Placement<'g> {
    devices: &'g [Profile],
    /// Seconds of the ops before each one, by device.
    seconds: Vec<Vec<f64>>,
    /// Bytes of weights of the ops before each one, by device.
    weights: Vec<Vec<f64>>,
    /// Bytes that are alive before each op.
    alive: Vec<f64>,
    anew: bool,
}

/// Gives the ops of functions their devices. What a function does that another one calls
/// is computed where the calls are. `order` has each function after those that it calls.
///
/// # Errors
///
/// [`Placement::apply`]'s.
pub fn place_all<'a>(
    plans: &mut [FunctionPlan<'a>],
    order: &[usize],
    goal: &Goal<'_>,
) -> Result<(), Diagnostic<'a>> {
    // Seconds of a call of each function, and bytes of its weights, by device.
    let mut called: HashMap<usize, Vec<[f64; 2]>> = HashMap::new();
    for &number in order {
        let plan = &mut plans[number];
        let placement = Placement::new(plan, goal, &called);
        if plan.is_called {
            let all = |sums: &Vec<f64>| sums.last().copied().unwrap_or_default();
            let both = placement.seconds.iter().zip(&placement.weights);
            let both = both.map(|(seconds, weights)| [all(seconds), all(weights)]);
            called.insert(number, both.collect());
        } else {
            placement.apply(plan)?;
        }
    }
    Ok(())
}

impl<'g> Placement<'g> {
    /// Asks it of a function's ops, the calls among them of functions of which it is
    /// known what they take on each device.
    fn new<'a>(
        plan: &FunctionPlan<'a>,
        goal: &Goal<'g>,
        called: &HashMap<usize, Vec<[f64; 2]>>,
    ) -> Self {
        // Of an op: the seconds that it takes on a device, and the bytes of its weights.
        let on_device = |number: usize, op: &Mapped<'a>| {
            // What a person has placed is computed there, wherever the cuts are.
            let number = own_device(op, goal).unwrap_or(number);
            let device = &goal.devices[number];
            if let Some(both) = op.callee.and_then(|callee| called.get(&callee)) {
                let trips = trips(op.operation, goal.sizes);
                return both[number].map(|amount| amount * trips);
            }
            let ways = Estimate::all(op.operation, device, goal.sizes, 0.0, &op.settled);
            let best = ways.first();
            best.map_or([IMPOSSIBLE, 0.0], |best| {
                [best.seconds(), best.work.weights]
            })
        };
        let both: Vec<Vec<[f64; 2]>> = (0..goal.devices.len())
            .map(|number| plan.ops.iter().map(|op| on_device(number, op)).collect())
            .collect();
        let sums_of = |which: usize| {
            let of_device = |both: &Vec<[f64; 2]>| sums(both.iter().map(|it| it[which]));
            both.iter().map(of_device).collect()
        };
        Self {
            devices: goal.devices,
            seconds: sums_of(0),
            weights: sums_of(1),
            alive: alive(plan, goal.sizes),
            anew: goal.anew,
        }
    }

    /// Gives each op its device.
    ///
    /// # Errors
    ///
    /// When the devices have no memory for the weights, or a mapping names another
    /// device.
    fn apply<'a>(&self, plan: &mut FunctionPlan<'a>) -> Result<(), Diagnostic<'a>> {
        let cuts = self.cuts().ok_or_else(|| {
            if let Some(error) = self.unplaced(plan) {
                return error;
            }
            let memory: f64 = self.devices.iter().map(|it| it.main_memory().bytes).sum();
            Diagnostic::expected(
                format!(
                    "devices whose memory holds each its share of the weights of @{}, {} bytes",
                    plan.name,
                    self.weights.iter().flatten().copied().fold(0.0, f64::max)
                ),
                format!("{memory} bytes in all"),
            )
            .at(plan.function.location())
        })?;
        for (index, op) in plan.ops.iter_mut().enumerate() {
            let own = mapping_of(op.operation)?
                .filter(|_| !self.anew)
                .and_then(|own| own.device());
            op.device = Some(match own {
                Some(name) => {
                    let name = string_value(name);
                    let known = self.devices.iter().position(|device| device.name == name);
                    known.ok_or_else(|| {
                        let names: Vec<_> = self
                            .devices
                            .iter()
                            .map(|device| device.name.as_str())
                            .collect();
                        Diagnostic::expected(
                            format!("device to be one of {}", names.join(", ")),
                            name,
                        )
                        .at(op.operation.location())
                    })?
                }
                None => cuts.iter().filter(|&&cut| cut <= index).count(),
            });
        }
        Ok(())
    }

    /// What is wrong, if it is that an op has to be computed on a device before those of
    /// the ops before it.
    fn unplaced<'a>(&self, plan: &FunctionPlan<'a>) -> Option<Diagnostic<'a>> {
        let takes = |device: usize, op: usize| {
            self.seconds[device][op + 1] - self.seconds[device][op] < IMPOSSIBLE
        };
        let mut least = 0;
        for (index, op) in plan.ops.iter().enumerate() {
            let devices = 0..self.devices.len();
            match devices
                .clone()
                .skip(least)
                .find(|&device| takes(device, index))
            {
                Some(device) => least = least.max(device),
                None => {
                    let able = devices.filter(|&device| takes(device, index));
                    let able: Vec<_> = able.map(|it| self.devices[it].name.as_str()).collect();
                    let before = &self.devices[least].name;
                    let error = Diagnostic::expected(
                        format!(
                            "devices in the order of the model, of which {before} or a later \
                             one computes this op"
                        ),
                        format!("only {}", able.join(", ")),
                    );
                    return Some(error.at(op.operation.location()));
                }
            }
        }
        None
    }

    /// Where the run of each device but the first begins; `None` if nothing fits.
    fn cuts(&self) -> Option<Vec<usize>> {
        let count = self.seconds[0].len();
        // No op is before the first device, at no cost.
        let mut best: Vec<f64> = vec![f64::INFINITY; count];
        best[0] = 0.0;
        let mut from: Vec<Vec<usize>> = Vec::new();
        for (number, device) in self.devices.iter().enumerate() {
            let (seconds, weights) = (&self.seconds[number], &self.weights[number]);
            let moving = |cut: usize| match number {
                0 => 0.0,
                // Nothing is moved where the run is of no op, or begins the function.
                _ if cut == 0 => 0.0,
                _ => device.link.latency + self.alive[cut] / device.link.bandwidth,
            };
            let capacity = device.main_memory().bytes;
            let mut next = vec![f64::INFINITY; count];
            let mut back = vec![0; count];
            let mut queue: VecDeque<(usize, f64)> = VecDeque::new();
            for end in 0..count {
                // An empty run moves nothing.
                next[end] = best[end];
                back[end] = end;
                while let Some(&(begin, _)) = queue.front() {
                    if weights[end] - weights[begin] <= capacity {
                        break;
                    }
                    queue.pop_front();
                }
                if let Some(&(begin, value)) = queue.front()
                    && value + seconds[end] < next[end]
                {
                    next[end] = value + seconds[end];
                    back[end] = begin;
                }
                let value = best[end] - seconds[end] + moving(end);
                if value.is_finite() {
                    while queue.back().is_some_and(|&(_, other)| other >= value) {
                        queue.pop_back();
                    }
                    queue.push_back((end, value));
                }
            }
            best = next;
            from.push(back);
        }
        let last = count - 1;
        if best[last] >= IMPOSSIBLE {
            return None;
        }
        let mut cuts = Vec::new();
        let mut end = last;
        for back in from.iter().rev() {
            end = back[end];
            cuts.push(end);
        }
        // The first run begins the function.
        cuts.pop();
        cuts.reverse();
        Some(cuts)
    }
}

/// The device that an op's own mapping names, if there is such a one.
fn own_device(op: &Mapped<'_>, goal: &Goal<'_>) -> Option<usize> {
    let own = mapping_of(op.operation).ok()??;
    let name = string_value(own.device().filter(|_| !goal.anew)?);
    goal.devices.iter().position(|device| device.name == name)
}

/// The sums of the numbers before each, and of all.
fn sums(numbers: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut sums = vec![0.0];
    for number in numbers {
        sums.push(sums[sums.len() - 1] + number);
    }
    sums
}

/// The bytes that ops before each one made and that it or later ones read.
fn alive<'a>(plan: &FunctionPlan<'a>, sizes: &Sizes) -> Vec<f64> {
    let key = |operation: OperationRef<'a, 'a>| operation.to_raw().ptr as usize;
    let place: HashMap<usize, usize> = plan
        .ops
        .iter()
        .enumerate()
        .map(|(index, op)| (key(op.operation), index))
        .collect();
    let mut last_use: Vec<usize> = (0..plan.ops.len()).collect();
    for (index, op) in plan.ops.iter().enumerate() {
        for maker in makers(op.operation) {
            if let Some(&maker) = place.get(&key(maker)) {
                last_use[maker] = last_use[maker].max(index);
            }
        }
    }
    // Bytes come alive after their op and die with the last that reads them.
    let mut change = vec![0.0; plan.ops.len() + 2];
    for (index, op) in plan.ops.iter().enumerate() {
        let bytes: f64 = op
            .operation
            .results()
            .filter_map(|result| Some(sizes.of(Value::from(result))?.bytes))
            .sum();
        change[index + 1] += bytes;
        change[last_use[index] + 1] -= bytes;
    }
    let mut now = 0.0;
    change[..=plan.ops.len()]
        .iter()
        .map(|change| {
            now += change;
            now
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn device(memory: f64) -> Profile {
        let mut profile = Profile::find("x86-64-avx2").unwrap();
        profile.link.latency = 0.0;
        profile.link.bandwidth = 1.0;
        profile.memory.truncate(1);
        profile.memory[0].bytes = memory;
        profile
    }

    fn cuts(
        devices: &[Profile],
        seconds: &[&[f64]],
        weights: &[f64],
        alive: &[f64],
    ) -> Option<Vec<usize>> {
        Placement {
            devices,
            seconds: seconds
                .iter()
                .map(|list| sums(list.iter().copied()))
                .collect(),
            weights: vec![sums(weights.iter().copied()); devices.len()],
            alive: alive.to_vec(),
            anew: false,
        }
        .cuts()
    }

    #[test]
    fn one_device_takes_everything() {
        let one = [device(10.0)];
        assert_eq!(
            cuts(&one, &[&[1.0, 1.0]], &[5.0, 5.0], &[0.0, 0.0, 0.0]),
            Some(vec![])
        );
        assert_eq!(
            cuts(&one, &[&[1.0, 1.0]], &[5.0, 6.0], &[0.0, 0.0, 0.0]),
            None
        );
    }

    #[test]
    fn memory_forces_a_cut_where_least_is_alive() {
        let two = [device(10.0), device(10.0)];
        let seconds: &[f64] = &[1.0; 4];
        let found = cuts(
            &two,
            &[seconds, seconds],
            &[4.0; 4],
            &[0.0, 9.0, 9.0, 1.0, 0.0],
        );
        // Two and two fit only so.
        assert_eq!(found, Some(vec![2]));
        let found = cuts(
            &two,
            &[seconds, seconds],
            &[3.0; 4],
            &[0.0, 9.0, 9.0, 1.0, 0.0],
        );
        assert_eq!(found, Some(vec![3]));
    }

    #[test]
    fn a_faster_device_is_worth_its_transfer() {
        let two = [device(10.0), device(10.0)];
        let (slow, fast): (&[f64], &[f64]) = (&[1.0; 3], &[0.1; 3]);
        let found = cuts(&two, &[slow, fast], &[1.0; 3], &[0.0, 0.5, 5.0, 0.0]);
        assert_eq!(found, Some(vec![0]));
        let found = cuts(
            &two,
            &[slow, &[2.0, 0.1, 0.1]],
            &[1.0; 3],
            &[0.0, 0.5, 5.0, 0.0],
        );
        assert_eq!(found, Some(vec![1]));
    }

    #[test]
    fn a_device_that_cannot_compute_an_op_is_passed_by() {
        let two = [device(10.0), device(10.0)];
        let never: &[f64] = &[IMPOSSIBLE; 2];
        let found = cuts(&two, &[never, &[1.0; 2]], &[1.0; 2], &[0.0, 1.0, 0.0]);
        assert_eq!(found, Some(vec![0]));
    }
}
