//! The `hw` dialect: modules, instances, wires and constants.
//!
//! A function for each op that is emitted, generic text in the shape that
//! CIRCT takes: `parameters` is always there, and an i1 constant is `true` or
//! `false`.

use super::comb::Bits;
use melior::ir::{
    Attribute, Type, Value,
    attribute::{ArrayAttribute, FlatSymbolRefAttribute, IntegerAttribute, StringAttribute},
    operation::OperationRef,
    r#type::IntegerType,
};
use ods_bridge::{Builder, set_operands};

/// What a port carries.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// A clock.
    Clock,
    /// So many bits.
    Bits(u32),
}

impl Signal {
    fn text(self) -> String {
        match self {
            Self::Clock => "!seq.clock".to_owned(),
            Self::Bits(width) => format!("i{width}"),
        }
    }

    fn to_type<'a>(self, builder: &Builder<'a>) -> Type<'a> {
        match self {
            Self::Clock => super::seq::clock(builder),
            Self::Bits(width) => IntegerType::new(builder.context(), width).into(),
        }
    }
}

/// A port of a module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Port {
    /// Its name.
    pub name: String,
    /// Whether it leads out of the module.
    pub is_output: bool,
    /// What it carries.
    pub signal: Signal,
}

/// The name of a module and its ports, the inputs before the outputs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The name of the module.
    pub name: String,
    /// Its ports.
    pub ports: Vec<Port>,
}

impl Interface {
    fn inputs(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| !port.is_output)
    }

    fn outputs(&self) -> impl Iterator<Item = &Port> {
        self.ports.iter().filter(|port| port.is_output)
    }
}

/// `hw.constant`: a number of so many bits.
pub fn constant<'a>(builder: &Builder<'a>, value: i64, width: u32) -> Bits<'a> {
    let r#type = IntegerType::new(builder.context(), width).into();
    let value = builder
        .op("hw.constant")
        .attribute("value", IntegerAttribute::new(r#type, value))
        .result(r#type)
        .value();
    Bits { value, width }
}

/// A wire that can be read before it is known what drives it.
pub struct Wire<'a> {
    operation: OperationRef<'a, 'a>,
    /// What it carries.
    pub bits: Bits<'a>,
}

impl<'a> Wire<'a> {
    /// Says what drives the wire.
    pub fn drive(&self, bits: Bits<'a>) {
        set_operands(self.operation, &[bits.value]);
    }
}

/// `hw.wire`, driven by 0 until [`Wire::drive`] is called.
pub fn wire<'a>(builder: &Builder<'a>, name: &str, width: u32) -> Wire<'a> {
    let zero = constant(builder, 0, width);
    let operation = builder
        .op("hw.wire")
        .operand(zero.value)
        .attribute("name", StringAttribute::new(builder.context(), name))
        .result(IntegerType::new(builder.context(), width))
        .insert();
    let bits = Bits::results(operation, &[width]);
    Wire {
        operation,
        bits: bits[0],
    }
}

/// `hw.module`. `body` gets the values of the inputs and gives those of the
/// outputs.
pub fn module<'a>(
    builder: &Builder<'a>,
    interface: &Interface,
    body: impl FnOnce(&Builder<'a>, &[Value<'a, 'a>]) -> Vec<Bits<'a>>,
) {
    let ports: Vec<String> = interface
        .ports
        .iter()
        .map(|port| {
            let direction = if port.is_output { "output" } else { "input" };
            format!("{direction} {} : {}", port.name, port.signal.text())
        })
        .collect();
    let arguments: Vec<Type<'a>> = interface
        .inputs()
        .map(|port| port.signal.to_type(builder))
        .collect();
    let region = builder.region(&arguments, |builder, inputs| {
        let outputs = body(builder, inputs);
        let values: Vec<_> = outputs.iter().map(|bits| bits.value).collect();
        builder.op("hw.output").operands(&values).insert();
    });
    builder
        .op("hw.module")
        .parsed("module_type", &format!("!hw.modty<{}>", ports.join(", ")))
        .parsed("parameters", "[]")
        .attribute(
            "sym_name",
            StringAttribute::new(builder.context(), &interface.name),
        )
        .region(region)
        .insert();
}

/// `hw.instance`: a module at work in another one; gives its outputs.
pub fn instance<'a>(
    builder: &Builder<'a>,
    name: &str,
    interface: &Interface,
    inputs: &[Value<'a, 'a>],
) -> Vec<Bits<'a>> {
    let names = |ports: &mut dyn Iterator<Item = &Port>| -> Attribute<'a> {
        let names: Vec<Attribute<'a>> = ports
            .map(|port| StringAttribute::new(builder.context(), &port.name).into())
            .collect();
        ArrayAttribute::new(builder.context(), &names).into()
    };
    let widths: Vec<u32> = interface
        .outputs()
        .filter_map(|port| match port.signal {
            Signal::Bits(width) => Some(width),
            Signal::Clock => None,
        })
        .collect();
    let mut op = builder
        .op("hw.instance")
        .operands(inputs)
        .attribute("argNames", names(&mut interface.inputs()))
        .attribute(
            "instanceName",
            StringAttribute::new(builder.context(), name),
        )
        .attribute(
            "moduleName",
            FlatSymbolRefAttribute::new(builder.context(), &interface.name),
        )
        .parsed("parameters", "[]")
        .attribute("resultNames", names(&mut interface.outputs()));
    for &width in &widths {
        op = op.result(IntegerType::new(builder.context(), width));
    }
    Bits::results(op.insert(), &widths)
}
