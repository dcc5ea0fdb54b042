//! The modules that a design is made of, each defined once, and how they talk.
//!
//! A stream carries one value after the other, by three signals: `valid` and
//! `data` from who offers, `ready` from who takes. A value passes at an edge of
//! the clock at which both `valid` and `ready` are 1. Who offers keeps the
//! offer up until it is taken, and no `valid` waits for a `ready`.

use super::{
    comb::Bits,
    hw::{self, Interface, Port, Signal},
    logic::Logic,
};
use ods_bridge::Builder;
use std::cell::RefCell;

/// A value on offer.
#[derive(Clone, Copy)]
pub struct Offer<'a> {
    /// Whether there is one, a bit.
    pub valid: Bits<'a>,
    /// The value.
    pub data: Bits<'a>,
}

/// The name of a stream and the width of its values.
pub type Stream<'s> = (&'s str, u32);

/// A module that takes some streams and offers others.
#[derive(Clone, Debug)]
pub struct Component {
    interface: Interface,
    inputs: usize,
}

impl Component {
    /// Puts the component to work in another module. Takes what is offered to
    /// it and whether its offers are taken, gives whether it takes what is
    /// offered and its offers.
    pub fn instance<'a>(
        &self,
        logic: &Logic<'a, '_>,
        name: &str,
        offers: &[Offer<'a>],
        ready: &[Bits<'a>],
    ) -> (Vec<Bits<'a>>, Vec<Offer<'a>>) {
        let mut inputs: Vec<Bits<'a>> = Vec::new();
        for offer in offers {
            inputs.extend([offer.valid, offer.data]);
        }
        inputs.extend(ready);
        let results = instance(logic, name, &self.interface, &inputs);
        let (ready, offered) = results.split_at(self.inputs.min(results.len()));
        (ready.to_vec(), offers_of(offered))
    }
}

/// Values of `valid` and `data` in turn.
fn offers_of<'a>(bits: &[Bits<'a>]) -> Vec<Offer<'a>> {
    bits.chunks_exact(2)
        .map(|pair| Offer {
            valid: pair[0],
            data: pair[1],
        })
        .collect()
}

/// A module at work in another one, with the clock and the reset of that.
pub fn instance<'a>(
    logic: &Logic<'a, '_>,
    name: &str,
    interface: &Interface,
    inputs: &[Bits<'a>],
) -> Vec<Bits<'a>> {
    let mut values = vec![logic.clock(), logic.reset().value];
    values.extend(inputs.iter().map(|bits| bits.value));
    hw::instance(logic.builder(), name, interface, &values)
}

/// The modules that are defined so far.
pub struct Library<'a, 'b> {
    builder: &'b Builder<'a>,
    defined: RefCell<Vec<Interface>>,
}

impl<'a, 'b> Library<'a, 'b> {
    /// A library whose modules a builder puts where it stands.
    pub fn new(builder: &'b Builder<'a>) -> Self {
        Self {
            builder,
            defined: RefCell::default(),
        }
    }

    /// A module with a clock and a reset, defined unless it is already. Its
    /// name stands for what it does, parameters included.
    pub fn module(
        &self,
        name: &str,
        inputs: &[(String, u32)],
        outputs: &[(String, u32)],
        body: impl FnOnce(&Logic<'a, '_>, &[Bits<'a>]) -> Vec<Bits<'a>>,
    ) -> Interface {
        let known = |interface: &&Interface| interface.name == name;
        if let Some(interface) = self.defined.borrow().iter().find(known) {
            return interface.clone();
        }
        let port = |name: &str, is_output, signal| Port {
            name: name.to_owned(),
            is_output,
            signal,
        };
        let mut ports = vec![
            port("clk", false, Signal::Clock),
            port("rst", false, Signal::Bits(1)),
        ];
        for (is_output, streams) in [(false, inputs), (true, outputs)] {
            ports.extend(
                streams
                    .iter()
                    .map(|(name, width)| port(name, is_output, Signal::Bits(*width))),
            );
        }
        let interface = Interface {
            name: name.to_owned(),
            ports,
        };
        hw::module(self.builder, &interface, |builder, values| {
            let logic = Logic::new(builder, values[0], values[1]);
            let bits: Vec<Bits<'a>> = values[2..]
                .iter()
                .zip(inputs)
                .map(|(&value, &(_, width))| Bits { value, width })
                .collect();
            body(&logic, &bits)
        });
        self.defined.borrow_mut().push(interface.clone());
        interface
    }

    /// A module of streams, defined unless it is already. `body` takes what is
    /// offered and whether its own offers are taken, and gives whether it takes
    /// what is offered and its offers.
    pub fn component(
        &self,
        name: &str,
        inputs: &[Stream<'_>],
        outputs: &[Stream<'_>],
        body: impl FnOnce(&Logic<'a, '_>, &[Offer<'a>], &[Bits<'a>]) -> (Vec<Bits<'a>>, Vec<Offer<'a>>),
    ) -> Component {
        let offered = |streams: &[Stream<'_>]| -> Vec<(String, u32)> {
            streams
                .iter()
                .flat_map(|(name, width)| {
                    [
                        (format!("{name}_valid"), 1),
                        (format!("{name}_data"), *width),
                    ]
                })
                .collect()
        };
        let taken = |streams: &[Stream<'_>]| -> Vec<(String, u32)> {
            let ready = streams.iter().map(|(name, _)| (format!("{name}_ready"), 1));
            ready.collect()
        };
        let interface = self.module(
            name,
            &[offered(inputs), taken(outputs)].concat(),
            &[taken(inputs), offered(outputs)].concat(),
            |logic, bits| {
                let (offers, ready) = bits.split_at(2 * inputs.len());
                let (ready, offers) = body(logic, &offers_of(offers), ready);
                let offered = offers.iter().flat_map(|offer| [offer.valid, offer.data]);
                ready.into_iter().chain(offered).collect()
            },
        );
        Component {
            interface,
            inputs: inputs.len(),
        }
    }
}
