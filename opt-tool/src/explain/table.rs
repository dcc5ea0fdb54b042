//! The report on a terminal.

use super::report::{Function, Op, Report};
use std::fmt::Write;

/// The report as text: a table for each function, then what the passes changed.
pub fn text(report: &Report) -> String {
    let mut text = String::new();
    for target in &report.targets {
        let _ = writeln!(text, "{}: {}", target.name, target.summary);
    }
    for (index, function) in report.after.iter().enumerate() {
        let _ = write!(text, "\n@{}\n", function.name);
        text += &table(function);
        let was = report
            .before
            .get(index)
            .filter(|was| was.name == function.name);
        let _ = writeln!(
            text,
            "{} ops, {}, {} of weights{}",
            function.ops.len(),
            seconds(function.seconds),
            bytes(function.weights),
            was.map_or_else(String::new, |was| format!(
                "; before {}: {} ops, {}",
                report.passes,
                was.ops.len(),
                seconds(was.seconds)
            ))
        );
        text += &left(function);
    }
    text
}

/// The ops that no target computes, each with its place; nothing where there are none.
pub fn left(function: &Function) -> String {
    let ops: Vec<_> = function
        .left
        .iter()
        .map(|op| match &op.place {
            Some(place) => format!("{} at {place}", op.name),
            None => op.name.clone(),
        })
        .collect();
    match ops.is_empty() {
        true => String::new(),
        false => format!(
            "not in the time, as no kernel computes it: {}\n",
            ops.join(", ")
        ),
    }
}

const HEAD: [&str; 10] = [
    "op", "result", "adds", "bytes", "ops/byte", "memory", "kernel", "time", "share", "bound",
];

fn table(function: &Function) -> String {
    let has_group = function.ops.iter().any(|op| op.group.is_some());
    let has_device = function.ops.iter().any(|op| op.device.is_some());
    let mut head: Vec<String> = HEAD.map(str::to_owned).to_vec();
    head.extend(has_group.then(|| "group".to_owned()));
    head.extend(has_device.then(|| "device".to_owned()));
    let mut rows = vec![head];
    for op in &function.ops {
        rows.push(row(op, function.seconds, has_group, has_device));
    }
    let widths: Vec<usize> = (0..rows[0].len())
        .map(|column| {
            rows.iter()
                .map(|row| row[column].chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let mut text = String::new();
    for row in &rows {
        let cells = row
            .iter()
            .zip(&widths)
            .enumerate()
            .map(|(column, (cell, width))| {
                // Numbers end in one column.
                match column {
                    2..=4 | 7 | 8 => format!("{cell:>width$}"),
                    _ => format!("{cell:<width$}"),
                }
            });
        let line = cells.collect::<Vec<_>>().join("  ");
        text += line.trim_end();
        text.push('\n');
    }
    text
}

fn row(op: &Op, all: f64, has_group: bool, has_device: bool) -> Vec<String> {
    let moved = op.bytes.weights + op.bytes.read + op.bytes.written;
    let share = if all > 0.0 {
        100.0 * op.seconds / all
    } else {
        0.0
    };
    let mut row = vec![
        op.name.clone(),
        op.result.clone(),
        count(op.additions),
        bytes(moved),
        format!("{:.1}", op.intensity),
        op.memory.clone(),
        op.way.clone(),
        seconds(op.seconds),
        format!("{share:.1} %"),
        op.bound.to_owned(),
    ];
    let number = |group: Option<i64>| group.map_or_else(String::new, |group| group.to_string());
    row.extend(has_group.then(|| number(op.group)));
    row.extend(has_device.then(|| op.device.clone().unwrap_or_default()));
    row
}

/// A number with three digits and a prefix of the SI, and what it is of.
fn scaled(number: f64, unit: &str) -> String {
    const LARGE: [&str; 5] = ["", "k", "M", "G", "T"];
    let mut value = number;
    let mut prefix = 0;
    while value >= 999.5 && prefix + 1 < LARGE.len() {
        value /= 1000.0;
        prefix += 1;
    }
    let digits = match value {
        _ if prefix == 0 && value.fract() == 0.0 => 0,
        value if value < 9.995 => 2,
        value if value < 99.95 => 1,
        _ => 0,
    };
    format!("{value:.digits$} {}{unit}", LARGE[prefix])
        .trim_end()
        .to_owned()
}

/// A number of bytes.
pub fn bytes(number: f64) -> String {
    scaled(number, "B")
}

/// A number of operations.
pub fn count(number: f64) -> String {
    scaled(number, "")
}

/// A duration.
pub fn seconds(number: f64) -> String {
    match number {
        number if number < 1e-3 => format!("{:.1} µs", number * 1e6),
        number if number < 1.0 => format!("{:.2} ms", number * 1e3),
        _ => format!("{number:.2} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_have_three_digits() {
        assert_eq!(count(0.0), "0");
        assert_eq!(count(999.0), "999");
        assert_eq!(count(999.6), "1.00 k");
        assert_eq!(bytes(1536.0), "1.54 kB");
        assert_eq!(bytes(16e9), "16.0 GB");
        assert_eq!(bytes(5e15), "5000 TB");
        assert_eq!(seconds(0.0), "0.0 µs");
        assert_eq!(seconds(2.5e-3), "2.50 ms");
    }
}
