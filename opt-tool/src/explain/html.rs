//! The report as one page of HTML, which loads nothing and runs nothing.

use super::{
    layout::{self, FRAME, Layout, Node, layout},
    report::{Function, Op, Report, Target},
    table::{self, bytes, count, seconds},
};
use std::{
    collections::BTreeMap,
    fmt::{Display, Formatter, Write},
};

const STYLE: &str = include_str!("page.css");

/// Text in HTML.
struct Escaped<'t>(&'t str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> std::fmt::Result {
        self.0.chars().try_for_each(|letter| match letter {
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '&' => formatter.write_str("&amp;"),
            '"' => formatter.write_str("&quot;"),
            other => formatter.write_char(other),
        })
    }
}

/// The page.
///
/// # Errors
///
/// When the report cannot be written as JSON, which its types exclude.
pub fn page(report: &Report) -> Result<String, String> {
    let json = serde_json::to_string(report).map_err(|error| error.to_string())?;
    // A script ends at `</`, whatever it is in.
    let json = json.replace("</", "<\\/");
    let model = Escaped(&report.model);
    let names: Vec<_> = report
        .targets
        .iter()
        .map(|target| target.name.as_str())
        .collect();
    let names = names.join(", ");
    let target = Escaped(&names);
    let mut text = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <title>{model} on {target}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n\
         <h1>{model} on {target}</h1>\n"
    );
    for target in &report.targets {
        let _ = writeln!(
            text,
            "<p>{}: {}</p>",
            Escaped(&target.name),
            Escaped(&target.summary)
        );
        memory(&mut text, target);
    }
    legend(&mut text);
    for (number, after) in report.after.iter().enumerate() {
        let before = report
            .before
            .get(number)
            .filter(|before| before.name == after.name);
        function(&mut text, number, before, after, &report.passes);
    }
    let _ = write!(
        text,
        "<script type=\"application/json\" id=\"report\">{json}</script>\n</body>\n</html>\n"
    );
    Ok(text)
}

fn memory(text: &mut String, target: &Target) {
    text.push_str(
        "<table class=\"memory\"><tr><th>memory</th><th>size</th><th>a second</th></tr>\n",
    );
    for memory in &target.memory {
        let _ = writeln!(
            text,
            "<tr><td>{}</td><td>{}</td><td>{}</td></tr>",
            Escaped(&memory.name),
            bytes(memory.bytes),
            bytes(memory.bandwidth)
        );
    }
    text.push_str("</table>\n");
}

fn legend(text: &mut String) {
    text.push_str(
        "<p class=\"legend\"><span class=\"key memory-bound\"></span> bound by memory \
         <span class=\"key compute-bound\"></span> by computing \
         <span class=\"key launch-bound\"></span> by what starting takes; the area of a circle is \
         its share of the time; <span class=\"key group\"></span> fusion group \
         <span class=\"key device\"></span> device</p>\n",
    );
}

/// A function, before and after the passes, one of which is shown.
fn function(
    text: &mut String,
    number: usize,
    before: Option<&Function>,
    after: &Function,
    passes: &str,
) {
    let _ = writeln!(text, "<section>\n<h2>@{}</h2>", Escaped(&after.name));
    let mut views = vec![("after", after)];
    views.extend(before.map(|before| ("before", before)));
    for (view, _) in &views {
        let checked = if *view == "after" { " checked" } else { "" };
        let _ = writeln!(
            text,
            "<input type=\"radio\" name=\"view-{number}\" id=\"{view}-{number}\" \
             class=\"{view}\"{checked}><label for=\"{view}-{number}\">{view} <code>{}</code></label>",
            Escaped(passes)
        );
    }
    for (view, function) in views {
        let _ = writeln!(
            text,
            "<div class=\"view {view}\">\n<p>{} ops, {}, {} of weights</p>",
            function.ops.len(),
            seconds(function.seconds),
            bytes(function.weights)
        );
        if !function.left.is_empty() {
            let _ = writeln!(text, "<p>{}</p>", Escaped(table::left(function).trim_end()));
        }
        picture(text, &function.ops);
        table(text, function);
        text.push_str("</div>\n");
    }
    text.push_str("</section>\n");
}

fn picture(text: &mut String, ops: &[Op]) {
    let layout = layout(ops);
    let _ = writeln!(
        text,
        "<svg viewBox=\"0 0 {0:.0} {1:.0}\" width=\"{0:.0}\" height=\"{1:.0}\" role=\"img\">",
        layout.width, layout.height
    );
    let devices = ops.iter().map(|op| op.device.clone());
    frames(text, &layout, devices, "device", FRAME);
    let groups = ops
        .iter()
        .map(|op| op.group.map(|group| format!("group {group}")));
    frames(text, &layout, groups, "group", FRAME - 8.0);
    for (op, node) in ops.iter().zip(&layout.nodes) {
        for &read in &op.reads {
            edge(text, &layout.nodes[read], node);
        }
    }
    for (op, node) in ops.iter().zip(&layout.nodes) {
        let Node { x, y, radius } = node;
        let _ = writeln!(
            text,
            "<g class=\"op {}-bound\"><title>{}</title><circle cx=\"{x:.1}\" cy=\"{y:.1}\" \
             r=\"{radius:.1}\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            op.bound,
            Escaped(&hint(op)),
            x + radius + 4.0,
            y + 4.0,
            Escaped(&op.name)
        );
    }
    text.push_str("</svg>\n");
}

/// A frame around all ops of one name, with the name.
fn frames(
    text: &mut String,
    layout: &Layout,
    names: impl Iterator<Item = Option<String>>,
    class: &str,
    margin: f64,
) {
    // Left, top, right, bottom.
    let mut frames: BTreeMap<String, [f64; 4]> = BTreeMap::new();
    for (name, node) in names.zip(&layout.nodes) {
        let Some(name) = name else {
            continue;
        };
        let around = [
            node.x - margin,
            node.y - margin,
            node.x + layout.beside + margin - FRAME,
            node.y + margin,
        ];
        let frame = frames.entry(name).or_insert(around);
        for (side, (edge, own)) in frame.iter_mut().zip(around).enumerate() {
            *edge = if side < 2 {
                edge.min(own)
            } else {
                edge.max(own)
            };
        }
    }
    for (name, [left, top, right, bottom]) in frames {
        let _ = writeln!(
            text,
            "<g class=\"{class}\"><rect x=\"{left:.1}\" y=\"{top:.1}\" width=\"{:.1}\" \
             height=\"{:.1}\" rx=\"10\"/><text x=\"{:.1}\" y=\"{:.1}\">{}</text></g>",
            right - left,
            bottom - top,
            right - 6.0,
            top + 12.0,
            Escaped(&name)
        );
    }
}

/// A line from an op to one that reads its result.
fn edge(text: &mut String, from: &Node, to: &Node) {
    let (start, end) = (from.y + from.radius, to.y - to.radius);
    let middle = f64::midpoint(start, end);
    // Past what is between them, on the side without names.
    let aside = match to.y - from.y > 1.5 * layout::ROW {
        true => FRAME,
        false => 0.0,
    };
    let _ = writeln!(
        text,
        "<path class=\"edge\" d=\"M{:.1},{start:.1} C{:.1},{middle:.1} {:.1},{middle:.1} {:.1},{end:.1}\"/>",
        from.x,
        from.x - aside,
        to.x - aside,
        to.x
    );
}

/// What the mouse finds.
fn hint(op: &Op) -> String {
    let mut text = format!(
        "{} : {}\n{}, {}-bound in {}\n{} additions, {} multiplications, {} functions\n\
         {} of weights, {} read, {} written\n{}",
        op.name,
        op.result,
        seconds(op.seconds),
        op.bound,
        op.memory,
        count(op.additions),
        count(op.multiplications),
        count(op.functions),
        bytes(op.bytes.weights),
        bytes(op.bytes.read),
        bytes(op.bytes.written),
        op.way
    );
    for other in &op.others {
        let _ = write!(text, "\nor {}, {}", other.kernel, seconds(other.seconds));
    }
    text
}

fn table(text: &mut String, function: &Function) {
    text.push_str(
        "<table><tr><th>op</th><th>result</th><th>additions</th><th>bytes</th><th>ops a byte</th>\
         <th>memory</th><th>kernel</th><th>time</th><th>bound</th><th>group</th><th>device</th></tr>\n",
    );
    for op in &function.ops {
        let moved = op.bytes.weights + op.bytes.read + op.bytes.written;
        let _ = writeln!(
            text,
            "<tr class=\"{}-bound\"><td>{}</td><td><code>{}</code></td><td>{}</td><td>{}</td>\
             <td>{:.1}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td><td>{}</td></tr>",
            op.bound,
            Escaped(&op.name),
            Escaped(&op.result),
            count(op.additions),
            bytes(moved),
            op.intensity,
            Escaped(&op.memory),
            Escaped(&op.way),
            seconds(op.seconds),
            op.bound,
            op.group.map_or_else(String::new, |group| group.to_string()),
            Escaped(op.device.as_deref().unwrap_or_default())
        );
    }
    text.push_str("</table>\n");
}
