//! Room for streams that part and meet again.
//!
//! A stream that parts has a *source*: what comes from outside, or a component.
//! Where more than one component takes what a source offers, each of these
//! streams gets room for all of its values of a call. Then no design stands
//! still for ever:
//!
//! - Look at the first call that is not done. Its values are before those of
//!   later calls in every buffer, and a buffer has room for all of them: it never
//!   refuses one.
//! - So a source that has several takers never waits for one of them, results
//!   being taken some day. A source with one taker waits for that alone, and
//!   not if the taker waits for it.
//! - If a component waited for ever for a value, then who offers it would wait
//!   for a value too, as it does not wait for a taker; and so on, up to what
//!   comes from outside, which comes. So none does. If one waited for ever for a
//!   taker, that would wait for a taker, and so on, down to a buffer or a
//!   result, which take. So none does.
//!
//! Weights are loaded once, by components that take them whatever else they wait
//! for, and need no room.

use super::{Part, Plan};
use crate::circt::{launch::Role, work::Work};

impl Plan {
    /// Counts who takes each stream.
    pub fn count_takers(&mut self) {
        for stream in &mut self.streams {
            stream.takers = 0;
        }
        let taken = self.parts.iter().flat_map(|part| &part.inputs);
        let returned = self.results.iter().map(|(_, number)| number);
        for &number in taken.chain(returned) {
            self.streams[number].takers += 1;
        }
    }

    /// Puts buffers where streams of one source go to several components.
    pub fn buffer(&mut self) {
        let mut internal = vec![0; self.streams.len()];
        for &number in self.parts.iter().flat_map(|part| &part.inputs) {
            internal[number] += 1;
        }
        let mut needs = vec![false; self.streams.len()];
        for (port, number) in &self.inputs {
            needs[*number] = port.role == Role::Data && internal[*number] > 1;
        }
        for part in &self.parts {
            let takers: usize = part.outputs.iter().map(|&number| internal[number]).sum();
            for &number in &part.outputs {
                needs[number] = takers > 1;
            }
        }
        for mut part in std::mem::take(&mut self.parts) {
            match part.work {
                // Room for what is left is enough: the rest is dropped as it
                // comes.
                Work::Slice(..) => needs[part.outputs[0]] |= needs[part.inputs[0]],
                _ => {
                    for input in &mut part.inputs {
                        if needs[*input] {
                            *input = self.buffered(*input);
                        }
                    }
                }
            }
            self.parts.push(part);
        }
        self.count_takers();
    }

    /// A stream behind a buffer.
    fn buffered(&mut self, number: usize) -> usize {
        let flow = self.streams[number];
        self.streams.push(flow);
        let output = self.streams.len() - 1;
        self.parts.push(Part {
            work: Work::Buffer {
                width: flow.format.width,
                depth: flow.count as u64,
            },
            inputs: vec![number],
            outputs: vec![output],
        });
        output
    }
}
