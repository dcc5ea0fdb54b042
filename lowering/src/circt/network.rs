//! The module of a plan: its components, wired.

use super::{
    comb::Bits,
    hw::Wire,
    library::{Library, Offer, Stream},
    logic::Logic,
    plan::{Flow, Plan},
    stream::fork,
};

/// Builds the module of a plan.
pub fn build<'a>(library: &Library<'a, '_>, name: &str, plan: &Plan) {
    fn streams<'p, T>(ports: &'p [(super::launch::Port, T)]) -> Vec<Stream<'p>> {
        ports
            .iter()
            .map(|(port, _)| (port.name.as_str(), port.stream.width))
            .collect()
    }
    library.component(
        name,
        &streams(&plan.inputs),
        &streams(&plan.results),
        |logic, offers, ready| {
            let mut network = Network {
                library,
                logic,
                plan,
                uses: plan.streams.iter().map(|_| Vec::new()).collect(),
            };
            let taken: Vec<Bits<'a>> = plan
                .inputs
                .iter()
                .zip(offers)
                .map(|((port, number), &offer)| {
                    let ready = logic.wire(&format!("{}_taken", port.name), 1);
                    let taken = ready.bits;
                    network.connect(*number, offer, ready);
                    taken
                })
                .collect();
            network.parts();
            let offered = plan
                .results
                .iter()
                .zip(ready)
                .filter_map(|((_, number), &ready)| network.take(*number, ready))
                .collect();
            (taken, offered)
        },
    );
}

struct Network<'a, 'b, 'n> {
    library: &'n Library<'a, 'b>,
    logic: &'n Logic<'a, 'n>,
    plan: &'n Plan,
    /// For each stream, what is offered to each of those that are still to
    /// take it, and what tells that it is taken.
    uses: Vec<Vec<(Offer<'a>, Wire<'a>)>>,
}

impl<'a> Network<'a, '_, '_> {
    /// Makes an offer to all who take a stream, and tells `ready` when they do.
    fn connect(&mut self, number: usize, offer: Offer<'a>, ready: Wire<'a>) {
        let Flow { format, takers, .. } = self.plan.streams[number];
        let width = format.width;
        match takers {
            // Nobody waits for it.
            0 => ready.drive(self.logic.yes()),
            1 => self.uses[number].push((offer, ready)),
            _ => {
                let wires: Vec<Wire<'a>> = (0..takers)
                    .map(|taker| self.logic.wire(&format!("stream{number}_ready{taker}"), 1))
                    .collect();
                let bits: Vec<Bits<'a>> = wires.iter().map(|wire| wire.bits).collect();
                let fork = fork(self.library, width, takers);
                let name = format!("fork{number}");
                let (taken, offers) = fork.instance(self.logic, &name, &[offer], &bits);
                ready.drive(taken[0]);
                self.uses[number].extend(offers.into_iter().zip(wires));
            }
        }
    }

    /// Takes a stream: tells who offers it when it is taken.
    fn take(&mut self, number: usize, ready: Bits<'a>) -> Option<Offer<'a>> {
        let (offer, wire) = self.uses[number].pop()?;
        wire.drive(ready);
        Some(offer)
    }

    /// Puts the components to work.
    fn parts(&mut self) {
        for (index, part) in self.plan.parts.iter().enumerate() {
            let component = part.work.component(self.library);
            let name = format!("{}{index}", part.work.name());
            let uses: Vec<_> = part
                .inputs
                .iter()
                .filter_map(|&number| self.uses[number].pop())
                .collect();
            let offers: Vec<Offer<'a>> = uses.iter().map(|(offer, _)| *offer).collect();
            let wires: Vec<Wire<'a>> = (0..part.outputs.len())
                .map(|output| self.logic.wire(&format!("{name}_ready{output}"), 1))
                .collect();
            let ready: Vec<Bits<'a>> = wires.iter().map(|wire| wire.bits).collect();
            let (taken, offers) = component.instance(self.logic, &name, &offers, &ready);
            for ((_, wire), taken) in uses.iter().zip(taken) {
                wire.drive(taken);
            }
            for ((&number, offer), wire) in part.outputs.iter().zip(offers).zip(wires) {
                self.connect(number, offer, wire);
            }
        }
    }
}
