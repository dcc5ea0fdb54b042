//! Measurements in the place of estimates.
//!
//! This crate compiles nothing; a tool that can says how, once for the process.

use super::plan::Goal;
use crate::cost::{Estimate, Sizes};
use fidelity_dialect::{MAPPING, MappingAttr, TensorAttr, TensorType, storage_of};
use melior::ir::{
    Type, Value, ValueLike,
    operation::{OperationLike, OperationPrintingFlags, OperationRef},
};
use ods_bridge::{Diagnostic, context_of, remark};
use std::{collections::BTreeMap, fs, path::PathBuf, sync::OnceLock};

/// The median of the seconds that a call of `@measured` of a module takes.
pub type Measure = fn(module: &str) -> Result<f64, String>;

/// What can measure, and the machine that it measures on.
static MEASURE: OnceLock<(Measure, String)> = OnceLock::new();

/// Says how a module is measured in this process, and on which machine.
pub fn register_measure(measure: Measure, machine: String) {
    // The first one stays: a process has one compiler.
    let _ = MEASURE.set((measure, machine));
}

/// Measures, and remembers.
pub struct Tuner {
    measure: Measure,
    machine: String,
    /// Seconds by machine and module, as the cache file has them.
    known: BTreeMap<String, f64>,
    file: Option<PathBuf>,
    changed: bool,
}

impl Tuner {
    /// One that remembers in a file, if one is given.
    ///
    /// # Errors
    ///
    /// When nothing in this process can measure, the target or a device is no processor, or
    /// the file is not such a cache.
    pub fn new(file: &str, goal: &Goal<'_>) -> Result<Self, String> {
        if let Some(other) = goal.targets().iter().find(|target| !target.is_processor()) {
            return Err(format!(
                "expected a target that is a processor, as this machine is, to tune, but got {}; \
                 leave tune out for estimates",
                other.name
            ));
        }
        let (measure, machine) = MEASURE.get().ok_or(
            "expected a tool that compiles and runs to tune, as fidelity-opt does, but got a \
             plugin; write the profile of the machine instead",
        )?;
        let file = (!file.is_empty()).then(|| PathBuf::from(file));
        let known = match &file {
            Some(file) if file.exists() => {
                let text = fs::read_to_string(file)
                    .map_err(|error| format!("cannot read {}: {error}", file.display()))?;
                toml::from_str(&text).map_err(|error| format!("{}: {error}", file.display()))?
            }
            _ => BTreeMap::new(),
        };
        Ok(Self {
            measure: *measure,
            machine: machine.clone(),
            known,
            file,
            changed: false,
        })
    }

    /// Sorts the ways to compute an op by their measured times, the fastest first. An op
    /// that cannot be measured by itself keeps the order of the estimates, and a remark
    /// says why.
    ///
    /// # Errors
    ///
    /// None that the op is to blame for.
    pub fn sort<'a>(
        &mut self,
        operation: OperationRef<'a, 'a>,
        ways: &mut Vec<Estimate>,
        sizes: &Sizes,
    ) -> Result<(), Diagnostic<'a>> {
        if ways.len() < 2 {
            return Ok(());
        }
        let mut timed = Vec::new();
        for way in ways.iter() {
            let seconds = alone(operation, way, sizes).and_then(|text| self.seconds(&text));
            match seconds {
                Ok(seconds) => timed.push((seconds, way.clone())),
                Err(error) => {
                    remark::missed(
                        operation.location(),
                        "fidelity-premap",
                        "tune",
                        &format!("estimated, as it cannot be measured by itself: {error}"),
                    );
                    return Ok(());
                }
            }
        }
        timed.sort_by(|(a, _), (b, _)| a.total_cmp(b));
        *ways = timed
            .into_iter()
            .map(|(seconds, way)| Estimate {
                compute: seconds,
                transfer: 0.0,
                overhead: 0.0,
                ..way
            })
            .collect();
        Ok(())
    }

    fn seconds(&mut self, module: &str) -> Result<f64, String> {
        let key = format!("{} | {module}", self.machine);
        if let Some(&seconds) = self.known.get(&key) {
            return Ok(seconds);
        }
        let seconds = (self.measure)(module)?;
        self.known.insert(key, seconds);
        self.changed = true;
        Ok(seconds)
    }

    /// Writes what was measured anew.
    ///
    /// # Errors
    ///
    /// When the file cannot be written.
    pub fn save(&self) -> Result<(), String> {
        let Some(file) = self.file.as_ref().filter(|_| self.changed) else {
            return Ok(());
        };
        let text = toml::to_string(&self.known).map_err(|error| error.to_string())?;
        // Whole or not at all.
        let temporary = file.with_extension("tmp");
        fs::write(&temporary, text)
            .and_then(|()| fs::rename(&temporary, file))
            .map_err(|error| format!("cannot write {}: {error}", file.display()))
    }
}

/// A module whose function `@measured` is the op alone, computed in one way.
fn alone<'a>(
    operation: OperationRef<'a, 'a>,
    way: &Estimate,
    sizes: &Sizes,
) -> Result<String, String> {
    let context = context_of(operation.context());
    let weights = crate::cost::ternary_weights(operation);
    let type_of = |value: Value<'a, 'a>| {
        let Some(mut tensor) = TensorType::new(value.r#type()) else {
            return value.r#type();
        };
        if let Some(extent) = sizes.of(value) {
            tensor.shape = extent.shape.iter().map(|&size| size as i64).collect();
        }
        if let Some(storage) = way.storage.filter(|_| weights == Some(value)) {
            let old = tensor.encoding.and_then(TensorAttr::cast);
            let dims = old.map_or_else(Vec::new, |old| old.dims());
            let unit = old.and_then(|old| old.unit());
            if storage_of(&tensor) != storage {
                tensor.encoding = Some(TensorAttr::new(context, &dims, unit, storage).into());
            }
        }
        tensor.to_type()
    };
    let list = |types: &[Type<'a>]| {
        let texts: Vec<String> = types.iter().map(Type::to_string).collect();
        texts.join(", ")
    };
    let inputs: Vec<Type<'a>> = operation.operands().map(type_of).collect();
    let results: Vec<Type<'a>> = operation
        .results()
        .map(|result| type_of(result.into()))
        .collect();
    let text = operation
        .to_string_with_flags(OperationPrintingFlags::new().print_generic_operation_form())
        .map_err(|error| error.to_string())?;
    // %0:2 = "fidelity.x"(%1, %2) <{…}> {…} : (…) -> (…)
    let name = text.find('"').ok_or("it has no name")?;
    let open = text[name..].find('(').ok_or("it has no operands")? + name;
    let close = text[open..].find(')').ok_or("it has no operands")? + open;
    let types = text.rfind(" : (").ok_or("it has no type")?;
    let mapping = MappingAttr::new(context, None, None, way.chunk, None, None, None);
    let attributes = format!("{{{MAPPING} = {}}}", melior::ir::Attribute::from(mapping));
    let properties = text[close + 1..types]
        .rsplit_once("}>")
        .map_or(String::new(), |(properties, _)| format!("{properties}}}>"));
    let arguments: Vec<String> = inputs
        .iter()
        .enumerate()
        .map(|(index, r#type)| format!("%a{index}: {type}"))
        .collect();
    let operands: Vec<String> = (0..inputs.len())
        .map(|index| format!("%a{index}"))
        .collect();
    let outputs: Vec<String> = (0..results.len())
        .map(|index| format!("%r#{index}"))
        .collect();
    Ok(format!(
        "func.func @measured({}) -> ({}) {{\n  %r:{} = {}({}){properties} {attributes} : ({}) -> ({})\n  \
         return {} : {}\n}}\n",
        arguments.join(", "),
        list(&results),
        results.len(),
        &text[name..open],
        operands.join(", "),
        list(&inputs),
        list(&results),
        outputs.join(", "),
        list(&results),
    ))
}
