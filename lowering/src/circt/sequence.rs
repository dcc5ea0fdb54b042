//! Steps in time: what a step gives is the state of the next one.

use super::{
    library::{Component, Library, Offer, Stream},
    stream::buffered,
};

/// Sequences, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sequence {
    /// The steps of each.
    pub steps: u64,
    /// The values of a state.
    pub channels: u64,
    /// Whether the first state comes in; else it is 0.
    pub state: bool,
}

impl Sequence {
    /// The module of a step over time. The step takes the `inputs`, one of which
    /// is `state`, and gives an output and the new state; the sequence gives the
    /// last of these.
    ///
    /// A state is taken from outside for the first step, then from a buffer that
    /// the step fills. Each value that is taken makes one, so that there are
    /// never more than those of a state: the buffer has room for them.
    pub fn component(
        &self,
        library: &Library<'_, '_>,
        name: &str,
        step: &Component,
        inputs: &[Stream<'_>],
    ) -> Component {
        let Self {
            steps,
            channels,
            state,
        } = *self;
        if steps == 1 && state {
            return step.clone();
        }
        let at = inputs.iter().position(|(name, _)| *name == "state");
        let (Some(at), Some(&(_, width))) = (at, inputs.first()) else {
            return step.clone();
        };
        let mut outside = inputs.to_vec();
        if !state {
            outside.remove(at);
        }
        library.component(
            &format!("{name}_{steps}x{channels}"),
            &outside,
            &[("output", width), ("last", width)],
            |logic, offers, ready| {
                let mut offers = offers.to_vec();
                let first = match state {
                    true => offers[at],
                    false => {
                        let offer = Offer {
                            valid: logic.yes(),
                            data: logic.constant(0, width),
                        };
                        offers.insert(at, offer);
                        offer
                    }
                };

                // Which step takes a state, and which one gives one.
                let place = |name: &str, moves| {
                    let (_, ends) = logic.counter(&format!("{name}_channel"), channels, moves);
                    let ends = logic.and(moves, ends);
                    logic.counter(&format!("{name}_step"), steps, ends)
                };
                let takes = logic.wire("takes", 1);
                let (step_taken, _) = place("taken", takes.bits);
                let is_first = logic.is(step_taken, 0);
                let gives = logic.wire("gives", 1);
                let (_, is_last) = place("given", gives.bits);

                let made = [logic.wire("made_valid", 1), logic.wire("made_data", width)];
                let goes_back = Offer {
                    valid: logic.and(made[0].bits, logic.not(is_last)),
                    data: made[1].bits,
                };
                let wanted = logic.wire("wanted", 1);
                let (back_taken, back) = buffered(logic, goes_back, wanted.bits, channels);
                offers[at] = Offer {
                    valid: logic.select(is_first, first.valid, back.valid),
                    data: logic.select(is_first, first.data, back.data),
                };

                let made_ready = logic.select(is_last, ready[1], back_taken);
                let (mut taken, made_by) =
                    step.instance(logic, "step", &offers, &[ready[0], made_ready]);
                made[0].drive(made_by[1].valid);
                made[1].drive(made_by[1].data);
                gives.drive(logic.and(made_by[1].valid, made_ready));
                takes.drive(logic.and(offers[at].valid, taken[at]));
                wanted.drive(logic.and(taken[at], logic.not(is_first)));
                taken[at] = logic.and(taken[at], is_first);
                if !state {
                    taken.remove(at);
                }
                let last = Offer {
                    valid: logic.and(made_by[1].valid, is_last),
                    data: made_by[1].data,
                };
                (taken, vec![made_by[0], last])
            },
        )
    }
}
