//! Where the ops of a graph stand in its picture: in layers, each op below all that it
//! reads, and within a layer near what it reads (Sugiyama, Tagawa, Toda, 1981).

use super::report::Op;

/// The place of an op's centre, and the radius of its circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    pub x: f64,
    pub y: f64,
    pub radius: f64,
}

/// A picture of a function.
pub struct Layout {
    pub nodes: Vec<Node>,
    pub width: f64,
    pub height: f64,
    /// From the centre of an op to the end of the room for its name and a frame.
    pub beside: f64,
}

/// From the centre of an op to its frame, on the sides without the name.
pub const FRAME: f64 = 40.0;
/// From one layer to the next: a frame's height and what is between two.
pub const ROW: f64 = 2.0 * FRAME + 4.0;
/// From frame to frame, and to the edge of the picture.
const GAP: f64 = 4.0;
/// What a letter of a name takes, at the most.
const LETTER: f64 = 7.0;
const LEAST: f64 = 6.0;
const GREATEST: f64 = 28.0;

/// Places ops. The area of a circle is the op's share of the time.
pub fn layout(ops: &[Op]) -> Layout {
    let mut layers: Vec<Vec<usize>> = Vec::new();
    let mut layer_of = vec![0; ops.len()];
    for (number, op) in ops.iter().enumerate() {
        // Ops come after what they read.
        let layer = op
            .reads
            .iter()
            .map(|&read| layer_of[read] + 1)
            .max()
            .unwrap_or(0);
        layer_of[number] = layer;
        if layers.len() <= layer {
            layers.resize_with(layer + 1, Vec::new);
        }
        layers[layer].push(number);
    }
    let most = ops
        .iter()
        .map(|op| op.seconds)
        .fold(f64::MIN_POSITIVE, f64::max);
    let longest = ops.iter().map(|op| op.name.chars().count()).max();
    let beside = GREATEST + 2.0 * GAP + LETTER * longest.unwrap_or(0).max(11) as f64;
    // A frame, an op in it, and a gap.
    let column_width = FRAME + beside + GAP;
    let columns = layers.iter().map(Vec::len).max().unwrap_or(1) as f64;
    let width = columns * column_width + GAP;
    let mut nodes = vec![
        Node {
            x: 0.0,
            y: 0.0,
            radius: 0.0
        };
        ops.len()
    ];
    for (row, layer) in layers.iter_mut().enumerate() {
        let wish = |number: usize| {
            let reads = &ops[number].reads;
            let sum: f64 = reads.iter().map(|&read| nodes[read].x).sum();
            if reads.is_empty() {
                f64::midpoint(width, FRAME - beside)
            } else {
                sum / reads.len() as f64
            }
        };
        let mut wishes: Vec<(f64, usize)> = layer.iter().map(|&op| (wish(op), op)).collect();
        wishes.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        let count = wishes.len() as f64;
        for (column, (_, number)) in wishes.into_iter().enumerate() {
            nodes[number] = Node {
                x: f64::midpoint(width, FRAME - beside)
                    + (column as f64 - (count - 1.0) / 2.0) * column_width,
                y: (row as f64 + 0.5) * ROW,
                radius: (GREATEST * (ops[number].seconds / most).sqrt()).max(LEAST),
            };
        }
    }
    Layout {
        nodes,
        width,
        height: (layers.len().max(1) as f64) * ROW,
        beside,
    }
}
