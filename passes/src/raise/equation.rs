//! Equations, and where a tree is what one says.
//!
//! An equation is written as a tree with holes. What commutes is tried in both
//! orders, and an element of a tensor is looked behind where the equation has an
//! op.

use super::expression::{Kind, Node, Reduction, round};
use melior::ir::{Type, TypeLike, operation::OperationRef};

/// The tree that an equation wants.
#[derive(Clone, Debug)]
pub enum Pattern {
    /// Any number; two holes of one name are the same number.
    Hole(usize),
    /// Any constant.
    Constant(usize),
    /// That constant, as the type of the tree rounds it.
    Number(f64),
    /// An op of arith or math; `greater` is `ogt` or `ugt`, which differ for NaN.
    Apply(&'static str, Vec<Pattern>),
    /// A reduction over the last loop.
    Reduce(Reduction, Box<Pattern>),
    /// One of several ways to say the same.
    OneOf(Vec<Pattern>),
}

/// The number of holes, and of constants, that an equation may have.
const MOST: usize = 3;

/// What a tree has in the places that an equation leaves open.
#[derive(Clone, Debug, Default)]
pub struct Match<'a> {
    holes: [Option<Node<'a>>; MOST],
    constants: [Option<f64>; MOST],
    initial: Vec<(Reduction, f64)>,
    /// The ops, besides the root's, whose bodies are part of the tree.
    pub consumed: Vec<OperationRef<'a, 'a>>,
}

impl<'a> Match<'a> {
    /// What is in a hole.
    ///
    /// # Panics
    ///
    /// When the equation has no such hole.
    pub fn hole(&self, hole: usize) -> &Node<'a> {
        self.holes[hole]
            .as_ref()
            .unwrap_or_else(|| panic!("the equation has no hole {hole}"))
    }

    /// What is in each hole.
    pub fn holes(&self) -> impl Iterator<Item = &Node<'a>> {
        self.holes.iter().flatten()
    }

    /// A constant that the equation leaves open, as it was before it was rounded.
    pub fn constant(&self, constant: usize) -> Option<f64> {
        self.constants[constant]
    }

    /// Whether each reduction of the tree starts from the number that changes
    /// nothing, or for a maximum from one that is at most `least`.
    pub fn starts_neutral(&self, least: f64) -> bool {
        self.initial.iter().all(|&(how, initial)| match how {
            Reduction::Sum => initial == 0.0,
            Reduction::Maximum => initial <= least,
        })
    }
}

/// All ways in which a tree is what an equation says. `rank` is the number of the
/// root's loops.
///
/// A tree that computes in f32 and rounds to a narrow float is what the equation
/// says of numbers of that float: it is what the ops of the dialect do.
pub fn matches<'a>(pattern: &Pattern, node: &Node<'a>, rank: usize) -> Vec<Match<'a>> {
    let search = Search { rank };
    let wide = match &node.kind {
        Kind::Apply("arith.truncf", operands) if is_f32(operands[0].element) => Some(&operands[0]),
        _ => None,
    };
    let Some(wide) = wide else {
        let mut found = search.solutions(pattern, node, Match::default());
        // A tree of integers is one of floats that are converted.
        if node.element.is_float() {
            found.retain(|found| found.holes().all(|hole| hole.element == node.element));
        }
        return found;
    };
    let found = search.solutions(pattern, wide, Match::default());
    let narrow = |found: Match<'a>| search.narrowed(found, node.element);
    found.into_iter().filter_map(narrow).collect()
}

fn is_f32(element: Type<'_>) -> bool {
    element.is_f32()
}

struct Search {
    rank: usize,
}

impl Search {
    fn solutions<'a>(
        &self,
        pattern: &Pattern,
        node: &Node<'a>,
        so_far: Match<'a>,
    ) -> Vec<Match<'a>> {
        match pattern {
            Pattern::OneOf(patterns) => patterns
                .iter()
                .flat_map(|pattern| self.solutions(pattern, node, so_far.clone()))
                .collect(),
            Pattern::Hole(hole) => match &so_far.holes[*hole] {
                Some(filled) if filled.same(node) => vec![so_far],
                Some(_) => Vec::new(),
                None => {
                    let mut found = so_far;
                    found.holes[*hole] = Some(node.clone());
                    vec![found]
                }
            },
            Pattern::Constant(constant) => match node.kind {
                Kind::Number(number) => {
                    let mut found = so_far;
                    found.constants[*constant] = Some(number);
                    vec![found]
                }
                _ => Vec::new(),
            },
            Pattern::Number(number) => {
                let is_it = node.rounded() == Some(round(*number, node.element));
                is_it.then_some(so_far).into_iter().collect()
            }
            Pattern::Apply(..) | Pattern::Reduce(..) => self.op(pattern, node, so_far),
        }
    }

    /// A pattern that is an op: of the node, or of the op that makes what it reads.
    fn op<'a>(&self, pattern: &Pattern, node: &Node<'a>, mut so_far: Match<'a>) -> Vec<Match<'a>> {
        match (pattern, &node.kind) {
            (_, Kind::Read(read)) => {
                let Some((node, maker)) = read.expand(self.rank) else {
                    return Vec::new();
                };
                so_far.consumed.push(maker);
                self.op(pattern, &node, so_far)
            }
            (Pattern::Apply(wanted, patterns), Kind::Apply(name, operands))
                if is_named(name, wanted) && patterns.len() == operands.len() =>
            {
                let mut found = self.each(patterns, operands.iter(), so_far.clone());
                if commutes(name) {
                    found.extend(self.each(patterns, operands.iter().rev(), so_far));
                }
                found
            }
            (Pattern::Reduce(wanted, pattern), Kind::Reduce(how, initial, term))
                if wanted == how =>
            {
                so_far.initial.push((*how, *initial));
                self.solutions(pattern, term, so_far)
            }
            _ => Vec::new(),
        }
    }

    fn each<'a, 'n>(
        &self,
        patterns: &[Pattern],
        nodes: impl Iterator<Item = &'n Node<'a>>,
        so_far: Match<'a>,
    ) -> Vec<Match<'a>>
    where
        'a: 'n,
    {
        patterns
            .iter()
            .zip(nodes)
            .fold(vec![so_far], |found, (pattern, node)| {
                found
                    .into_iter()
                    .flat_map(|so_far| self.solutions(pattern, node, so_far))
                    .collect()
            })
    }

    /// The match whose holes are the narrow numbers that were widened.
    fn narrowed<'a>(&self, mut found: Match<'a>, element: Type<'a>) -> Option<Match<'a>> {
        let mut consumed = Vec::new();
        for hole in found.holes.iter_mut().flatten() {
            let mut node = hole.clone();
            if let Kind::Read(read) = &node.kind {
                let (widened, maker) = read.expand(self.rank)?;
                node = widened;
                consumed.push(maker);
            }
            let Kind::Apply("arith.extf", operands) = node.kind else {
                return None;
            };
            *hole = operands.into_iter().next()?;
            if hole.element != element {
                return None;
            }
        }
        found.consumed.extend(consumed);
        Some(found)
    }
}

fn is_named(name: &str, wanted: &str) -> bool {
    name == wanted || wanted == "greater" && matches!(name, "ogt" | "ugt")
}

fn commutes(name: &str) -> bool {
    matches!(
        name,
        "arith.addf"
            | "arith.mulf"
            | "arith.maximumf"
            | "arith.minimumf"
            | "arith.maxnumf"
            | "arith.minnumf"
            | "one"
    )
}

// The notation in which the equations are written.

/// x + y
pub fn add(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.addf", vec![x, y])
}

/// x - y
pub fn subtract(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.subf", vec![x, y])
}

/// x · y
pub fn multiply(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.mulf", vec![x, y])
}

/// x / y
pub fn divide(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.divf", vec![x, y])
}

/// -x
pub fn negate(x: Pattern) -> Pattern {
    Pattern::Apply("arith.negf", vec![x])
}

/// max(x, y), NaN for NaN
pub fn maximum(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.maximumf", vec![x, y])
}

/// min(x, y), NaN for NaN
pub fn minimum(x: Pattern, y: Pattern) -> Pattern {
    Pattern::Apply("arith.minimumf", vec![x, y])
}

/// max(x, y), for numbers
pub fn at_least(x: Pattern, y: Pattern) -> Pattern {
    let number = Pattern::Apply("arith.maxnumf", vec![x.clone(), y.clone()]);
    one_of([maximum(x, y), number])
}

/// min(x, y), for numbers
pub fn at_most(x: Pattern, y: Pattern) -> Pattern {
    let number = Pattern::Apply("arith.minnumf", vec![x.clone(), y.clone()]);
    one_of([minimum(x, y), number])
}

/// y where x > bound, else z
pub fn above(x: Pattern, bound: f64, y: Pattern, z: Pattern) -> Pattern {
    let condition = Pattern::Apply("greater", vec![x, number(bound)]);
    Pattern::Apply("arith.select", vec![condition, y, z])
}

/// A function of math.
pub fn function(name: &'static str, x: Pattern) -> Pattern {
    Pattern::Apply(name, vec![x])
}

/// A constant of the equation.
pub fn number(number: f64) -> Pattern {
    Pattern::Number(number)
}

/// The hole that most equations call x.
pub const X: Pattern = Pattern::Hole(0);

/// A second hole.
pub const Y: Pattern = Pattern::Hole(1);

/// The sum of a row.
pub fn sum(term: Pattern) -> Pattern {
    Pattern::Reduce(Reduction::Sum, Box::new(term))
}

/// The largest of a row.
pub fn largest(term: Pattern) -> Pattern {
    Pattern::Reduce(Reduction::Maximum, Box::new(term))
}

/// One of several ways to say the same.
pub fn one_of<const N: usize>(patterns: [Pattern; N]) -> Pattern {
    Pattern::OneOf(patterns.into())
}
