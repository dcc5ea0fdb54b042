//! Runs what a plan says, and nothing else.

use super::{
    Compile, Machine,
    block::{Block, Element, Elements, Pointer},
    memory::Memory,
    ones,
};
use fidelity_reference::Tensor;
use serde_json::Value;
use std::collections::HashMap;

/// Runs a kernel, whose text and entry of the plan are given, on a grid.
pub type Evaluate = fn(&str, &Value, &mut Memory, [i64; 2], &[Block]) -> Result<(), String>;

/// Kernels and the plan that launches them.
pub struct Compiled {
    pub plan: Value,
    /// The text of each kernel, by its name.
    pub kernels: HashMap<String, String>,
    pub evaluate: Evaluate,
}

/// What a call gave.
pub struct Called {
    pub results: Vec<Tensor>,
    /// The kernels that were launched.
    pub launched: Vec<String>,
}

impl Compiled {
    /// Kernels of which `kernel` knows the text, by their names.
    pub fn new(
        plan: &str,
        evaluate: Evaluate,
        kernel: impl Fn(&str) -> Result<String, String>,
    ) -> Result<Self, String> {
        let plan: Value = serde_json::from_str(plan).map_err(|error| error.to_string())?;
        let mut kernels = HashMap::new();
        for function in list(&plan["functions"])? {
            for entry in list(&function["kernels"])? {
                let name = text(&entry["name"])?;
                kernels.insert(name.to_owned(), kernel(name)?);
            }
        }
        Ok(Self {
            plan,
            kernels,
            evaluate,
        })
    }
}

pub fn list(value: &Value) -> Result<&Vec<Value>, String> {
    value
        .as_array()
        .ok_or_else(|| format!("expected a list, but got {value}"))
}

pub fn text(value: &Value) -> Result<&str, String> {
    value
        .as_str()
        .ok_or_else(|| format!("expected text, but got {value}"))
}

pub fn number(value: &Value) -> Result<i64, String> {
    value
        .as_i64()
        .ok_or_else(|| format!("expected a number, but got {value}"))
}

fn index(value: &Value) -> Result<usize, String> {
    number(value).map(|number| number as usize)
}

/// The entry of a function.
pub fn function_of<'p>(plan: &'p Value, name: &str) -> Result<&'p Value, String> {
    list(&plan["functions"])?
        .iter()
        .find(|function| function["name"] == name)
        .ok_or_else(|| format!("expected a plan for {name}, but got none"))
}

impl Machine for Compiled {
    fn plan(&self) -> &Value {
        &self.plan
    }

    fn run(&self, name: &str, inputs: &[Tensor]) -> Result<Vec<Tensor>, String> {
        Ok(self.call(name, inputs)?.results)
    }
}

/// The sizes of a call by their names.
struct Sizes(HashMap<String, i64>);

impl Sizes {
    fn of(&self, value: &Value) -> Result<i64, String> {
        match value.as_str() {
            Some(name) => self
                .0
                .get(name)
                .copied()
                .ok_or_else(|| format!("no size {name}")),
            None => number(value),
        }
    }

    fn shape(&self, value: &Value) -> Result<Vec<usize>, String> {
        let sizes = list(&value["shape"])?.iter();
        sizes.map(|size| Ok(self.of(size)? as usize)).collect()
    }
}

impl Compiled {
    /// Calls a function.
    pub fn call(&self, name: &str, inputs: &[Tensor]) -> Result<Called, String> {
        let function = function_of(&self.plan, name)?;
        let mut sizes = Sizes(HashMap::new());
        for size in list(&function["sizes"])? {
            let of = &inputs[index(&size["argument"])?];
            let extent = of.shape()[index(&size["dimension"])?] as i64;
            sizes.0.insert(text(&size["name"])?.to_owned(), extent);
        }
        for check in list(&function["checks"])? {
            let (lhs, rhs) = (sizes.of(&check[0])?, sizes.of(&check[1])?);
            if lhs != rhs {
                return Err(format!(
                    "expected sizes that agree, but got {lhs} and {rhs}"
                ));
            }
        }
        let mut memory = Memory::default();
        let mut buffers = HashMap::new();
        for (at, (argument, input)) in list(&function["arguments"])?.iter().zip(inputs).enumerate()
        {
            let shape = sizes.shape(argument)?;
            let element = text(&argument["type"])?;
            if shape != input.shape() || element != input.element_type().to_string() {
                return Err(format!(
                    "argument {at}: expected {shape:?} of {element}, but got {input}"
                ));
            }
            let buffer = memory.input(format!("argument {at}"), Element::parse(element)?, input);
            buffers.insert(("argument", at), buffer);
        }
        let mut results = Vec::new();
        for kind in ["buffer", "result"] {
            for (at, entry) in list(&function[format!("{kind}s")])?.iter().enumerate() {
                if entry.get("shape").is_none() {
                    // Another result, or an argument as it is.
                    results.push(entry.clone());
                    continue;
                }
                let element = Element::parse(text(&entry["type"])?)?;
                let count = sizes.shape(entry)?.iter().product();
                let buffer = memory.allocate(format!("{kind} {at}"), element, count);
                buffers.insert((kind, at), buffer);
                if kind == "result" {
                    results.push(entry.clone());
                }
            }
        }
        let mut launched = Vec::new();
        for kernel in list(&function["kernels"])? {
            if self.launch(kernel, &sizes, &buffers, &mut memory)? {
                launched.push(text(&kernel["name"])?.to_owned());
            }
        }
        let results = results
            .iter()
            .enumerate()
            .map(|(at, entry)| {
                if let Some(argument) = entry.get("argument") {
                    return Ok(inputs[index(argument)?].clone());
                }
                let (at, entry) = match entry.get("result") {
                    Some(other) => (index(other)?, &results[index(other)?]),
                    None => (at, entry),
                };
                let element = text(&entry["type"])?
                    .parse()
                    .map_err(|_| "an element type")?;
                memory.tensor(buffers[&("result", at)], element, &sizes.shape(entry)?)
            })
            .collect::<Result<Vec<_>, String>>()?;
        Ok(Called { results, launched })
    }

    /// Launches a kernel; tells whether there is something to launch.
    fn launch(
        &self,
        kernel: &Value,
        sizes: &Sizes,
        buffers: &HashMap<(&str, usize), usize>,
        memory: &mut Memory,
    ) -> Result<bool, String> {
        let name = text(&kernel["name"])?;
        let mut grid = [0; 2];
        for (axis, entry) in grid.iter_mut().zip(list(&kernel["grid"])?) {
            let mut count = 1;
            for size in list(&entry["sizes"])? {
                count *= sizes.of(size)?;
            }
            *axis = count.div_euclid(number(&entry["block"])?)
                + i64::from(count % number(&entry["block"])? != 0);
        }
        if grid.contains(&0) {
            return Ok(false);
        }
        let mut arguments = Vec::new();
        for argument in list(&kernel["arguments"])? {
            if let Some(size) = argument.get("size") {
                arguments.push(Block::scalar(Element::Int(64), sizes.of(size)?));
                continue;
            }
            let kinds = ["argument", "buffer", "result"];
            let found = kinds.into_iter().find_map(|kind| {
                let at = argument.get(kind)?.as_i64()? as usize;
                buffers.get(&(kind, at)).copied()
            });
            let buffer = found.ok_or_else(|| format!("{name}: no memory for {argument}"))?;
            arguments.push(Block {
                shape: vec![],
                element: Element::Pointer,
                elements: Elements::Pointer(vec![Pointer { buffer, offset: 0 }]),
            });
        }
        memory.publish();
        (self.evaluate)(&self.kernels[name], kernel, memory, grid, &arguments)
            .map_err(|error| format!("{name}: {error}"))?;
        Ok(true)
    }
}

/// Checks that nothing is launched for no tokens, and that sizes that do not agree
/// are refused.
pub fn knows_sizes(compile: Compile<Compiled>) {
    let text = "func.func @f(%a: tensor<?x8xf32>, %b: tensor<?x8xf32>) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
      %0 = fidelity.add %a, %b : (tensor<?x8xf32>, tensor<?x8xf32>) -> tensor<?x8xf32>
      return %0, %a : tensor<?x8xf32>, tensor<?x8xf32>
    }";
    let compiled = compile(text).expect("kernels");
    let none = compiled
        .call("f", &[ones(0, 8), ones(0, 8)])
        .expect("results");
    assert_eq!(none.launched, Vec::<String>::new());
    let some = compiled
        .call("f", &[ones(2, 8), ones(2, 8)])
        .expect("results");
    assert_eq!(some.launched, ["f_kernel0"]);
    assert_eq!(some.results[1], ones(2, 8));
    let error = compiled
        .call("f", &[ones(2, 8), ones(3, 8)])
        .err()
        .expect("an error");
    assert_eq!(error, "expected sizes that agree, but got 3 and 2");
}
