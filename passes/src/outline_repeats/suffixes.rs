//! Which parts of a text occur more than once, by its suffix array.

/// Parts of a text that begin with the same words: those of `shortest` to `longest`
/// words at each of some places, and at no other place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Repeat {
    /// Where they begin, in ascending order.
    pub starts: Vec<usize>,
    /// The fewest words that tell these places from others.
    pub shortest: usize,
    /// The most words that are the same at all of them.
    pub longest: usize,
}

/// The suffixes of a text, sorted, and of each how many words it begins with as the
/// one before it does.
///
/// An interval of neighbours is what begins with the same words (Abouelhoda, Kurtz
/// and Ohlebusch, *Replacing suffix trees with enhanced suffix arrays*, 2004).
pub struct Suffixes {
    sorted: Vec<usize>,
    common: Vec<usize>,
}

/// Neighbours among the sorted suffixes with the same first words.
#[derive(Clone, Copy, Debug)]
pub struct Interval {
    /// The places of its first and its last suffix among the sorted ones.
    bounds: [usize; 2],
    /// As of a [`Repeat`].
    pub shortest: usize,
    /// As of a [`Repeat`].
    pub longest: usize,
}

impl Interval {
    /// How many places it is of.
    pub fn count(self) -> usize {
        self.bounds[1] - self.bounds[0] + 1
    }
}

/// An interval whose end is not known yet.
#[derive(Clone, Copy)]
struct Open {
    longest: usize,
    first: usize,
    /// How near two neighbours in it are to each other in the text.
    nearest: usize,
}

impl Suffixes {
    /// Those of a text.
    pub fn of(text: &[usize]) -> Self {
        let sorted = sort(text);
        let common = common(text, &sorted);
        Self { sorted, common }
    }

    /// All intervals but those whose parts overlap at any length that tells them from
    /// others: such a part repeats within itself, and what it consists of is in
    /// another interval. Without those, the places of all are few, however often a text
    /// says the same again.
    pub fn intervals(&self) -> Vec<Interval> {
        let mut intervals = Vec::new();
        let mut open = vec![Open {
            longest: 0,
            first: 0,
            nearest: usize::MAX,
        }];
        for end in 1..=self.sorted.len() {
            // After the last one everything ends.
            let common = self.common.get(end).copied().unwrap_or(0);
            let mut first = end - 1;
            let mut nearest = match self.sorted.get(end) {
                Some(&start) => start.abs_diff(self.sorted[end - 1]),
                None => usize::MAX,
            };
            while let Some(ended) = open.pop_if(|last| last.longest > common) {
                let around = open.last().map_or(0, |last| last.longest);
                let shortest = around.max(common) + 1;
                if ended.nearest >= shortest {
                    intervals.push(Interval {
                        bounds: [ended.first, end - 1],
                        shortest,
                        longest: ended.longest,
                    });
                }
                first = ended.first;
                nearest = nearest.min(ended.nearest);
                if let Some(last) = open.last_mut().filter(|last| last.longest > common) {
                    // What this one has is in the one around it, which ends here too.
                    last.nearest = last.nearest.min(ended.nearest);
                }
            }
            match open.last_mut() {
                Some(last) if last.longest == common => last.nearest = last.nearest.min(nearest),
                _ => open.push(Open {
                    longest: common,
                    first,
                    nearest,
                }),
            }
        }
        intervals
    }

    /// Some place of an interval.
    pub fn some_start(&self, interval: Interval) -> usize {
        self.sorted[interval.bounds[0]]
    }

    /// The places of an interval.
    pub fn repeat(&self, interval: Interval) -> Repeat {
        let [first, last] = interval.bounds;
        let mut starts = self.sorted[first..=last].to_vec();
        starts.sort_unstable();
        Repeat {
            starts,
            shortest: interval.shortest,
            longest: interval.longest,
        }
    }
}

/// The suffixes in order, by sorting them by their first 1, 2, 4, … words.
fn sort(text: &[usize]) -> Vec<usize> {
    let mut sorted: Vec<usize> = (0..text.len()).collect();
    let mut rank = text.to_vec();
    let mut length = 1;
    loop {
        // The end of the text comes before any word.
        let key = |start: usize| (rank[start], rank.get(start + length).map(|rank| rank + 1));
        sorted.sort_unstable_by_key(|&start| key(start));
        let mut next = vec![0; text.len()];
        for pair in sorted.windows(2) {
            next[pair[1]] = next[pair[0]] + usize::from(key(pair[0]) != key(pair[1]));
        }
        let differ = sorted
            .last()
            .is_none_or(|&last| next[last] + 1 == text.len());
        rank = next;
        if differ {
            return sorted;
        }
        length *= 2;
    }
}

/// Of each suffix but the first, how many words it begins with as the one before it
/// does (Kasai and others, 2001).
fn common(text: &[usize], sorted: &[usize]) -> Vec<usize> {
    let mut place = vec![0; text.len()];
    for (index, &start) in sorted.iter().enumerate() {
        place[start] = index;
    }
    let mut common = vec![0; text.len()];
    let mut length = 0usize;
    for start in 0..text.len() {
        let Some(before) = place[start].checked_sub(1) else {
            length = 0;
            continue;
        };
        let words = text[start..]
            .iter()
            .zip(&text[sorted[before]..])
            .skip(length);
        length += words.take_while(|(word, other)| word == other).count();
        common[place[start]] = length;
        length = length.saturating_sub(1);
    }
    common
}

#[cfg(test)]
mod tests {
    use super::*;
    use pretty_assertions::assert_eq;

    fn words(text: &str) -> Vec<usize> {
        text.bytes().map(usize::from).collect()
    }

    /// What repeats in a text, as its words, their fewest and where they begin.
    fn repeats(text: &str) -> Vec<(&str, usize, Vec<usize>)> {
        let suffixes = Suffixes::of(&words(text));
        let mut repeats: Vec<_> = (suffixes.intervals().into_iter())
            .map(|interval| {
                let repeat = suffixes.repeat(interval);
                let start = suffixes.some_start(interval);
                assert_eq!(repeat.starts.len(), interval.count());
                let part = &text[start..start + repeat.longest];
                (part, repeat.shortest, repeat.starts)
            })
            .collect();
        repeats.sort();
        repeats
    }

    #[test]
    fn sorts_suffixes() {
        for text in ["", "a", "aaaa", "banana", "abracadabra", "mississippi"] {
            let mut expected: Vec<usize> = (0..text.len()).collect();
            expected.sort_by_key(|&start| &text[start..]);
            assert_eq!(sort(&words(text)), expected, "{text}");
        }
    }

    #[test]
    fn finds_parts_that_occur_twice() {
        assert_eq!(
            repeats("xabcyabcz"),
            [
                ("abc", 1, vec![1, 5]),
                ("bc", 1, vec![2, 6]),
                ("c", 1, vec![3, 7]),
            ]
        );
        assert_eq!(repeats("abcdef"), []);
        assert_eq!(repeats(""), []);
    }

    // Of abcabcabc, the parts of six words overlap; those of three do not, and are
    // found in each rotation.
    #[test]
    fn finds_what_a_run_consists_of() {
        assert_eq!(
            repeats("abcabcabcx"),
            [
                ("abc", 1, vec![0, 3, 6]),
                ("bc", 1, vec![1, 4, 7]),
                ("bcabc", 3, vec![1, 4]),
                ("c", 1, vec![2, 5, 8]),
                ("cabc", 2, vec![2, 5]),
            ]
        );
        // The part that may be longer than what is between two is still told by less.
        assert!(repeats("rqrqrqrt").contains(&("rqr", 2, vec![0, 2, 4])));
    }

    // Each place of a long run is in few intervals.
    #[test]
    fn places_grow_as_the_text_does() {
        let places = |times: usize| -> usize {
            let suffixes = Suffixes::of(&words(&("abcdefgh".repeat(times) + "x")));
            let intervals = suffixes.intervals();
            intervals.into_iter().map(Interval::count).sum()
        };
        assert!(
            places(1000) <= 11 * places(100),
            "{} {}",
            places(1000),
            places(100)
        );
    }
}
