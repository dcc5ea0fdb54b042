//! What joins, splits and keeps streams.

use super::{
    comb::Bits,
    library::{Component, Library, Offer, Stream},
    logic::Logic,
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
