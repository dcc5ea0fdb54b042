//! What there is to know of a module to use it: the attribute
//! `fidelity.launch`.

use super::fixed::Format;
use std::fmt::Write;

/// How a tensor's elements come one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// The bits of each.
    pub width: u32,
    /// How many there are.
    pub count: usize,
    /// For numbers in fixed point, the bits behind the point.
    pub fraction: Option<u32>,
}

impl Stream {
    /// The format of its elements.
    pub fn format(&self) -> Format {
        Format {
            width: self.width,
            fraction: self.fraction.unwrap_or(0),
        }
    }
}

/// When a stream's elements come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// In each call.
    Data,
    /// Once after each reset.
    Parameter,
}

/// A stream of a module.
pub struct Port {
    /// The name that the names of its signals begin with.
    pub name: String,
    /// What it carries.
    pub stream: Stream,
    /// The text of the tensor's type.
    pub r#type: String,
    /// When its elements come.
    pub role: Role,
    /// What has to come, where that is known.
    pub contents: Option<Vec<u8>>,
}

impl Port {
    fn text(&self) -> String {
        let Stream {
            width,
            count,
            fraction,
        } = self.stream;
        let role = match self.role {
            Role::Data => "data",
            Role::Parameter => "parameter",
        };
        let mut text = format!(
            "{{name = \"{}\", role = \"{role}\", type = {}, bits = {width} : i64, count = {count} : i64",
            self.name, self.r#type
        );
        if let Some(fraction) = fraction {
            let _ = write!(text, ", fraction_bits = {fraction} : i64");
        }
        if let Some(contents) = &self.contents {
            let digits: String = contents.iter().map(|byte| format!("{byte:02x}")).collect();
            let _ = write!(text, ", contents = \"{digits}\"");
        }
        text + "}"
    }
}

/// The text of the dictionary that describes a module, whose ports have numbers
/// of their streams.
pub fn module(name: &str, inputs: &[(Port, usize)], results: &[(Port, usize)]) -> String {
    let list = |ports: &[(Port, usize)]| {
        let texts: Vec<String> = ports.iter().map(|(port, _)| port.text()).collect();
        texts.join(", ")
    };
    format!(
        "{{name = \"{name}\", clock = \"clk\", reset = \"rst\", inputs = [{}], results = [{}]}}",
        list(inputs),
        list(results)
    )
}
