//! Values that are offered several times, that are left out, or that zeros are put
//! around.

use super::{
    comb::Bits,
    library::{Component, Library, Offer},
    logic::Logic,
    stream::{Credits, queue},
};

/// Each block of so many values, offered so many times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// The values of a block.
    pub block: u64,
    /// How often each block is offered; without it the first one is, for ever.
    pub times: Option<u64>,
}

impl Repeat {
    /// The repetitions that make a tensor one of a larger shape, as NumPy
    /// broadcasts it: from the last dimension to the first, each runs over all
    /// that is within it.
    pub fn broadcast(from: &[i64], to: &[i64]) -> Vec<Self> {
        let missing = to.len() - from.len();
        let mut repeats: Vec<Self> = Vec::new();
        let mut block = 1;
        for (at, &size) in to.iter().enumerate().rev() {
            let size = size.unsigned_abs();
            let is_there = at >= missing && from[at - missing].unsigned_abs() == size;
            if !is_there && size > 1 {
                match repeats.last_mut() {
                    // Neighbours are one repetition.
                    Some(Self {
                        block: within,
                        times: Some(times),
                    }) if *within * *times == block => *times *= size,
                    _ => repeats.push(Self {
                        block,
                        times: Some(size),
                    }),
                }
            }
            block *= size;
        }
        repeats
    }

    /// The module.
    pub fn component(&self, library: &Library<'_, '_>, width: u32) -> Component {
        let block = self.block;
        let name = match self.times {
            Some(times) => format!("fidelity_repeat_{block}x{times}_w{width}"),
            None => format!("fidelity_keep_{block}_w{width}"),
        };
        library.component(
            &name,
            &[("x", width)],
            &[("y", width)],
            |logic, offers, ready| {
                let (taken, offer) = match block {
                    1 => self.one(logic, offers[0], ready[0]),
                    _ => self.several(logic, offers[0], ready[0]),
                };
                (vec![taken], vec![offer])
            },
        )
    }

    /// Whether a block is offered for the last time; `ends` says when it has been.
    fn is_last<'a>(&self, logic: &Logic<'a, '_>, ends: Bits<'a>) -> Bits<'a> {
        match self.times {
            Some(times) => logic.counter("time", times, ends).1,
            None => logic.constant(0, 1),
        }
    }

    /// A value in a register.
    fn one<'a>(
        &self,
        logic: &Logic<'a, '_>,
        offer: Offer<'a>,
        ready: Bits<'a>,
    ) -> (Bits<'a>, Offer<'a>) {
        let full = logic.register("full", 1);
        let passes = logic.and(full.bits, ready);
        let is_last = self.is_last(logic, passes);
        let taken = logic.or(logic.not(full.bits), logic.and(passes, is_last));
        let data = logic.held("value", taken, offer.data);
        full.set(taken, offer.valid);
        let valid = full.bits;
        (taken, Offer { valid, data })
    }

    /// Values in a memory: a block is taken, then offered.
    fn several<'a>(
        &self,
        logic: &Logic<'a, '_>,
        offer: Offer<'a>,
        ready: Bits<'a>,
    ) -> (Bits<'a>, Offer<'a>) {
        let full = logic.register("full", 1);
        let taken = logic.not(full.bits);
        let writes = logic.and(offer.valid, taken);
        let memory = logic.memory("fidelity_block", self.block, offer.data.width);
        let (address, ends) = logic.counter("written", self.block, writes);
        logic.write(memory, address, writes, offer.data);

        let credits = Credits::new(logic);
        let reads = logic.and(full.bits, credits.room);
        let (address, is_last) = logic.counter("read", self.block, reads);
        let ends_block = logic.and(reads, is_last);
        let is_last = self.is_last(logic, ends_block);
        let ends_all = logic.and(ends_block, is_last);
        let word = logic.read(memory, address, logic.yes());
        let y = queue(logic, logic.after("is_read", reads), word, ready);
        credits.count(logic, reads, logic.and(y.valid, ready));

        let fills = logic.and(writes, ends);
        full.set(logic.or(fills, ends_all), fills);
        (taken, y)
    }
}

/// A dimension of a tensor that is cut: its size, and what is left of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Its size.
    pub size: u64,
    /// The first index that is left.
    pub offset: u64,
    /// How many are left.
    pub kept: u64,
}

/// A part of a tensor: the values within all cuts, from the first dimension to
/// the last. The others are taken and dropped.
pub fn slice(library: &Library<'_, '_>, cuts: &[Cut], width: u32) -> Component {
    let names: Vec<String> = cuts
        .iter()
        .map(|cut| format!("{}to{}of{}", cut.offset, cut.offset + cut.kept, cut.size))
        .collect();
    library.component(
        &format!("fidelity_slice_{}_w{width}", names.join("x")),
        &[("x", width)],
        &[("y", width)],
        |logic, offers, ready| {
            let moves = logic.wire("moves", 1);
            let mut counts = moves.bits;
            let mut within = logic.yes();
            for (at, cut) in cuts.iter().enumerate().rev() {
                let (index, is_last) = logic.counter(&format!("index_{at}"), cut.size, counts);
                counts = logic.and(counts, is_last);
                // A bit more holds the size.
                let index = logic.zero_extend(index, index.width + 1);
                let begun = logic.is_at_least(index, cut.offset);
                let ended = logic.is_at_least(index, cut.offset + cut.kept);
                within = logic.all(&[within, begun, logic.not(ended)]);
            }
            let taken = logic.or(ready[0], logic.not(within));
            moves.drive(logic.and(offers[0].valid, taken));
            let offer = Offer {
                valid: logic.and(offers[0].valid, within),
                data: offers[0].data,
            };
            (vec![taken], vec![offer])
        },
    )
}

/// Rows within longer ones, zeros around them: a row's first zeros are offered when
/// its first value is, so that nothing comes before a call, and the last ones by
/// themselves.
pub fn pad(library: &Library<'_, '_>, row: Cut, width: u32) -> Component {
    let end = row.offset + row.kept;
    library.component(
        &format!("fidelity_pad_{}to{end}of{}_w{width}", row.offset, row.size),
        &[("x", width)],
        &[("y", width)],
        |logic, offers, ready| {
            let moves = logic.wire("moves", 1);
            let (index, _) = logic.counter("index", row.size, moves.bits);
            // A bit more holds the size.
            let index = logic.zero_extend(index, index.width + 1);
            let ended = logic.is_at_least(index, end);
            let within = logic.and(logic.is_at_least(index, row.offset), logic.not(ended));
            let valid = logic.or(offers[0].valid, ended);
            moves.drive(logic.and(valid, ready[0]));
            let zero = logic.constant(0, width);
            let data = logic.select(within, offers[0].data, zero);
            let taken = logic.and(ready[0], within);
            (vec![taken], vec![Offer { valid, data }])
        },
    )
}
