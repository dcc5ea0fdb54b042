//! Which parts of the text become functions: those that save most first.

use super::{
    sequence::{Sequence, Source},
    suffixes::{Interval, Repeat, Suffixes},
};
use crate::outline::Replaced;
use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap, HashSet},
    hash::{DefaultHasher, Hash, Hasher},
};

/// Parts of the text that do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// Where each begins, in order; they do not overlap.
    pub starts: Vec<usize>,
    /// How many places each has.
    pub length: usize,
    /// How many ops fewer there are with a function of it. A call counts as one, and
    /// so does each value that goes in or out, but for constants.
    pub saved: usize,
}

/// What is to be looked at next: how much it saves, or an upper bound of that, and for
/// equal ones what stands first.
type Entry = (usize, Reverse<usize>, Reverse<usize>);

/// Chooses the parts that save `least` ops at least.
pub fn choose(sequence: &Sequence<'_>, least: usize) -> Vec<Section> {
    let suffixes = Suffixes::of(&sequence.text);
    let intervals = suffixes.intervals();
    let mut free = Free::new(sequence);
    let mut chosen: Vec<Section> = Vec::new();
    let mut heap: BinaryHeap<Entry> = intervals
        .iter()
        .enumerate()
        .filter_map(|(index, &interval)| {
            let start = suffixes.some_start(interval);
            let bound = bound(sequence, interval, start).filter(|&bound| bound >= least)?;
            Some((bound, Reverse(0), Reverse(index)))
        })
        .collect();
    // What each saved when looked at, and how many had been chosen by then.
    let mut known: HashMap<usize, (Section, usize)> = HashMap::new();
    while let Some((_, _, Reverse(index))) = heap.pop() {
        match known.remove(&index) {
            Some((section, looked)) if looked == chosen.len() => {
                free.take(&section);
                chosen.push(section);
            }
            // As less is free than before, it saves no more than it did.
            _ => {
                let repeat = suffixes.repeat(intervals[index]);
                let section = best(sequence, &free, &repeat).filter(|best| best.saved >= least);
                if let Some(section) = section {
                    heap.push((section.saved, Reverse(section.starts[0]), Reverse(index)));
                    known.insert(index, (section, chosen.len()));
                }
            }
        }
    }
    chosen
}

/// More than an interval can save; `None` where it is nothing.
fn bound(sequence: &Sequence<'_>, interval: Interval, start: usize) -> Option<usize> {
    let count = interval.count();
    let ops = sequence.ops(start, interval.longest);
    (ops * (count - 1)).checked_sub(count)
}

/// What of the text nothing has been made of.
struct Free<'s, 'a> {
    sequence: &'s Sequence<'a>,
    taken: Vec<bool>,
}

impl<'s, 'a> Free<'s, 'a> {
    fn new(sequence: &'s Sequence<'a>) -> Self {
        let taken = vec![false; sequence.text.len()];
        Self { sequence, taken }
    }

    /// Whether a part is free, and what is around it.
    fn has(&self, start: usize, length: usize) -> bool {
        let around = self.around(start);
        let is_free = |place: usize| !self.taken[place];
        (start..start + length).all(is_free) && around.into_iter().all(is_free)
    }

    /// The places of the ops that hold a place: those of the text come before what
    /// they hold.
    fn around(&self, start: usize) -> Vec<usize> {
        let around = |&place: &usize| self.sequence.steps[place].around;
        std::iter::successors(self.sequence.steps[start].around, around).collect()
    }

    /// Takes parts. An op that holds one is no longer what it was.
    fn take(&mut self, section: &Section) {
        for &start in &section.starts {
            for place in (start..start + section.length).chain(self.around(start)) {
                self.taken[place] = true;
            }
        }
    }
}

/// Of parts with the same words, those that do the same and save most.
fn best(sequence: &Sequence<'_>, free: &Free<'_, '_>, repeat: &Repeat) -> Option<Section> {
    let starts = repeat.starts.iter().copied();
    let starts: Vec<usize> = starts
        .filter(|&start| free.has(start, repeat.shortest))
        .collect();
    // What follows itself again and again ends where it begins anew.
    let mut gaps: Vec<usize> = starts.windows(2).map(|pair| pair[1] - pair[0]).collect();
    gaps.sort_unstable();
    let gaps = [gaps.first(), gaps.get(gaps.len() / 2)];
    let mut lengths: Vec<usize> = gaps.into_iter().flatten().copied().collect();
    lengths.push(repeat.longest);
    lengths.retain(|length| (repeat.shortest..=repeat.longest).contains(length));
    lengths.sort_unstable();
    lengths.dedup();
    let of_length = |&length: &usize| of_length(sequence, free, &starts, length);
    let sections = lengths.iter().filter_map(of_length);
    sections.max_by_key(|section| (section.saved, Reverse(section.length)))
}

/// Of parts with the same words, those of a length that do the same and save most.
fn of_length(
    sequence: &Sequence<'_>,
    free: &Free<'_, '_>,
    starts: &[usize],
    length: usize,
) -> Option<Section> {
    let mut order = Vec::new();
    let mut alike: HashMap<u64, Vec<usize>> = HashMap::new();
    for &start in starts {
        let mut hasher = DefaultHasher::new();
        inner_reads(sequence, start, length).for_each(|read| read.hash(&mut hasher));
        let hash = hasher.finish();
        let group = alike.entry(hash).or_default();
        let is_next = match group.last() {
            Some(last) => {
                let first = inner_reads(sequence, group[0], length);
                last + length <= start && first.eq(inner_reads(sequence, start, length))
            }
            None => {
                order.push(hash);
                true
            }
        };
        if is_next && free.has(start, length) {
            group.push(start);
        }
    }
    let groups = order.into_iter().filter_map(|hash| alike.remove(&hash));
    let sections = groups.filter_map(|starts| {
        let saved = saved(sequence, &starts, length)?;
        Some(Section {
            starts,
            length,
            saved,
        })
    });
    sections.max_by_key(|section| (section.saved, Reverse(section.starts[0])))
}

/// Which results of a part are read where in it: all that its words do not say.
fn inner_reads(
    sequence: &Sequence<'_>,
    start: usize,
    length: usize,
) -> impl Iterator<Item = Option<(usize, usize)>> {
    let steps = sequence.steps[start..start + length].iter();
    let reads = steps.flat_map(|step| step.reads.iter());
    reads.map(move |read| match read.source {
        Source::Step { place, result } => Some((place.checked_sub(start)?, result)),
        _ => None,
    })
}

/// How many ops are saved; `None` where it is none.
fn saved(sequence: &Sequence<'_>, starts: &[usize], length: usize) -> Option<usize> {
    let &first = starts.first()?;
    let mut inputs = HashSet::new();
    for step in &sequence.steps[first..first + length] {
        for read in &step.reads {
            match read.source {
                Source::Constant(_) | Source::Anew(_) => {}
                Source::Step { place, .. } if place >= first => {}
                _ => {
                    inputs.insert(Replaced::key(read.value));
                }
            }
        }
    }
    let values = inputs.len() + results(sequence, starts, length).len();
    let calls = starts.len() * (1 + values);
    (sequence.ops(first, length) * (starts.len() - 1)).checked_sub(calls)
}

/// What is read of parts outside of them: the ops, counted from where a part begins,
/// and which results of theirs.
pub fn results(sequence: &Sequence<'_>, starts: &[usize], length: usize) -> Vec<[usize; 2]> {
    let mut results = Vec::new();
    let Some(&first) = starts.first() else {
        return results;
    };
    for offset in 0..length {
        for result in 0..sequence.steps[first + offset].last_reads.len() {
            let is_read = |&start: &usize| {
                let last = sequence.steps[start + offset].last_reads[result];
                last >= start + length
            };
            if starts.iter().any(is_read) {
                results.push([offset, result]);
            }
        }
    }
    results
}
