//! What joins, splits and keeps streams.

use super::{
    comb::Bits,
    library::{Component, Library, Offer, Stream},
    logic::{Logic, width_of},
    seq::Register,
};

/// A stream that goes to several takers: each gets every value, when it likes,
/// and the next value comes when all have had it.
pub fn fork(library: &Library<'_, '_>, width: u32, takers: usize) -> Component {
    let names: Vec<String> = (0..takers).map(|taker| format!("y{taker}")).collect();
    let outputs: Vec<Stream<'_>> = names.iter().map(|name| (name.as_str(), width)).collect();
    library.component(
        &format!("fidelity_fork_{takers}_w{width}"),
        &[("x", width)],
        &outputs,
        |logic, offers, ready| {
            let (taken, offers) = split(logic, offers[0], ready);
            (vec![taken], offers)
        },
    )
}

/// The logic of [`fork`], within a module.
pub fn split<'a>(
    logic: &Logic<'a, '_>,
    offer: Offer<'a>,
    ready: &[Bits<'a>],
) -> (Bits<'a>, Vec<Offer<'a>>) {
    let had: Vec<_> = (0..ready.len())
        .map(|taker| logic.register(&format!("had_{taker}"), 1))
        .collect();
    let has: Vec<Bits<'a>> = had
        .iter()
        .zip(ready)
        .map(|(had, &ready)| logic.or(had.bits, ready))
        .collect();
    let taken = logic.all(&has);
    let offers = had
        .iter()
        .map(|had| Offer {
            valid: logic.and(offer.valid, logic.not(had.bits)),
            data: offer.data,
        })
        .collect();
    for (had, &has) in had.iter().zip(&has) {
        // Who has had the value waits for the others.
        had.set(offer.valid, logic.and(has, logic.not(taken)));
    }
    (taken, offers)
}

/// Room for two values: whoever pushes has to know that there is room.
pub fn queue<'a>(
    logic: &Logic<'a, '_>,
    push: Bits<'a>,
    data: Bits<'a>,
    ready: Bits<'a>,
) -> Offer<'a> {
    let [first, second] =
        ["queue_first", "queue_second"].map(|name| logic.register(name, data.width));
    let [has_first, has_second] =
        ["queue_has_first", "queue_has_second"].map(|name| logic.register(name, 1));
    let pop = logic.and(has_first.bits, ready);
    let moves_up = logic.or(pop, logic.not(has_first.bits));
    first.set(moves_up, logic.select(has_second.bits, second.bits, data));
    has_first.set(moves_up, logic.or(has_second.bits, push));
    // A value goes behind the first if that stays or another one takes its place.
    let behind = logic.select(pop, has_second.bits, has_first.bits);
    let goes_behind = logic.and(push, behind);
    second.set(goes_behind, data);
    let stays = logic.and(has_second.bits, logic.not(pop));
    has_second.set(logic.yes(), logic.or(goes_behind, stays));
    Offer {
        valid: has_first.bits,
        data: first.bits,
    }
}

/// How much of a [`queue`]'s room is promised to values on their way to it: a
/// pipeline that does not stop begins a value where there is room.
pub struct Credits<'a> {
    promised: Register<'a>,
    /// Whether there is room for one more, a bit.
    pub room: Bits<'a>,
}

impl<'a> Credits<'a> {
    /// Nothing is promised.
    pub fn new(logic: &Logic<'a, '_>) -> Self {
        let promised = logic.register("promised", 2);
        Self {
            room: logic.not(logic.bit(promised.bits, 1)),
            promised,
        }
    }

    /// Says when a value begins its way and when one leaves the queue.
    pub fn count(&self, logic: &Logic<'a, '_>, begins: Bits<'a>, leaves: Bits<'a>) {
        let step = logic.select(begins, logic.constant(1, 2), logic.constant(-1, 2));
        let next = logic.add(self.promised.bits, step);
        self.promised.set(logic.xor(begins, leaves), next);
    }
}

/// Room for so many values, at least, in a memory.
pub fn buffer(library: &Library<'_, '_>, width: u32, depth: u64) -> Component {
    library.component(
        &format!("fidelity_buffer_{depth}_w{width}"),
        &[("x", width)],
        &[("y", width)],
        |logic, offers, ready| {
            let (taken, offer) = buffered(logic, offers[0], ready[0], depth);
            (vec![taken], vec![offer])
        },
    )
}

/// The logic of [`buffer`], within a module.
pub fn buffered<'a>(
    logic: &Logic<'a, '_>,
    offer: Offer<'a>,
    ready: Bits<'a>,
    depth: u64,
) -> (Bits<'a>, Offer<'a>) {
    let memory = logic.memory("fidelity_buffer", depth, offer.data.width);
    let held = logic.register("held", width_of(depth + 1));
    let taken = logic.not(logic.is_at_least(held.bits, depth));
    let writes = logic.and(offer.valid, taken);
    let (address, _) = logic.counter("written", depth, writes);
    logic.write(memory, address, writes, offer.data);

    // A word is there from the cycle after it was written on, so that none is
    // read and written at once.
    let credits = Credits::new(logic);
    let reads = logic.and(logic.not(logic.is(held.bits, 0)), credits.room);
    let (address, _) = logic.counter("read", depth, reads);
    let word = logic.read(memory, address, logic.yes());
    let y = queue(logic, logic.after("is_read", reads), word, ready);
    credits.count(logic, reads, logic.and(y.valid, ready));

    let width = held.bits.width;
    let step = logic.select(writes, logic.constant(1, width), logic.constant(-1, width));
    held.set(logic.xor(writes, reads), logic.add(held.bits, step));
    (taken, y)
}

/// The sums of the values of two streams, modulo 2 to the width.
pub fn adder(library: &Library<'_, '_>, width: u32) -> Component {
    library.component(
        &format!("fidelity_add_w{width}"),
        &[("x", width), ("y", width)],
        &[("z", width)],
        |logic, offers, ready| {
            // A register, which makes room for a sum when its own is taken.
            let full = logic.register("full", 1);
            let room = logic.or(ready[0], logic.not(full.bits));
            let both = logic.and(offers[0].valid, offers[1].valid);
            let sum = logic.held("sum", room, logic.add(offers[0].data, offers[1].data));
            full.set(room, both);
            // Each is taken along with the other.
            let ready = [1, 0].map(|other| logic.and(room, offers[other].valid));
            let offer = Offer {
                valid: full.bits,
                data: sum,
            };
            (ready.to_vec(), vec![offer])
        },
    )
}
