//! How to launch what is compiled: an attribute as JSON.

use melior::ir::{
    Attribute, AttributeLike, Module,
    attribute::{
        ArrayAttribute, BoolAttribute, DenseI32ArrayAttribute, DenseI64ArrayAttribute,
        DictionaryAttribute, FlatSymbolRefAttribute, IntegerAttribute, StringAttribute,
        TypeAttribute,
    },
    operation::{OperationLike, OperationMutLike},
};
use ods_bridge::{
    DenseResource, dense_bytes, float_value, shaped_type_of, string_value, symbol_name,
};
use serde_json::{Map, Number, Value, json};

/// The attribute of the module, a dictionary.
const LAUNCH: &str = "fidelity.launch";

/// Takes the attribute off a module and gives it as the text of a JSON file,
/// with entries of ours besides.
///
/// # Errors
///
/// When there is none, or it holds what JSON cannot say.
pub fn take(module: &mut Module<'_>, entries: &[(&str, &str)]) -> Result<String, String> {
    let attribute = module.as_operation().attribute(LAUNCH).map_err(|_| {
        format!("expected the lowering to say how to launch it, but got no {LAUNCH}")
    })?;
    let mut value = json(attribute).map_err(|error| format!("{LAUNCH}: {error}"))?;
    for (name, text) in entries {
        value[*name] = json!(text);
    }
    module
        .as_operation_mut()
        .remove_attribute(LAUNCH)
        .map_err(|error| error.to_string())?;
    Ok(format!("{value:#}\n"))
}

/// An attribute as JSON: dictionaries, arrays, strings, symbols, numbers and
/// booleans as what they are, `unit` as true, a type as its text. The elements
/// of a constant are its type and its bytes in hexadecimal digits, one element
/// only where all are the same.
fn json(attribute: Attribute<'_>) -> Result<Value, String> {
    if let Ok(dictionary) = DictionaryAttribute::try_from(attribute) {
        let mut entries = Map::new();
        for index in 0..dictionary.len() {
            let (name, value) = dictionary
                .element(index)
                .map_err(|error| error.to_string())?;
            let name = name.as_string_ref();
            let name = name.as_str().map_err(|error| error.to_string())?;
            entries.insert(name.to_owned(), json(value)?);
        }
        return Ok(Value::Object(entries));
    }
    if let Ok(array) = ArrayAttribute::try_from(attribute) {
        let element = |index| array.element(index).map_err(|error| error.to_string());
        return (0..array.len())
            .map(|index| json(element(index)?))
            .collect::<Result<_, _>>()
            .map(Value::Array);
    }
    if let Ok(text) = StringAttribute::try_from(attribute) {
        return Ok(json!(string_value(text)));
    }
    if let Ok(symbol) = FlatSymbolRefAttribute::try_from(attribute) {
        return Ok(json!(symbol_name(symbol)));
    }
    if let Ok(boolean) = BoolAttribute::try_from(attribute) {
        return Ok(json!(boolean.value()));
    }
    if attribute.is_unit() {
        return Ok(json!(true));
    }
    if let Ok(integer) = IntegerAttribute::try_from(attribute) {
        return Ok(json!(integer.value()));
    }
    if let Some(float) = float_value(attribute) {
        return Number::from_f64(float)
            .map(Value::Number)
            .ok_or_else(|| format!("expected a finite number, but got {float}"));
    }
    if let Ok(r#type) = TypeAttribute::try_from(attribute) {
        return Ok(json!(r#type.value().to_string()));
    }
    if let Ok(array) = DenseI64ArrayAttribute::try_from(attribute) {
        let elements = (0..array.len()).map(|index| array.element(index));
        return numbers(elements);
    }
    if let Ok(array) = DenseI32ArrayAttribute::try_from(attribute) {
        let elements = (0..array.len()).map(|index| array.element(index).map(i64::from));
        return numbers(elements);
    }
    elements(attribute)
        .ok_or_else(|| format!("expected an attribute that JSON can say, but got {attribute}"))
}

fn numbers(elements: impl Iterator<Item = Result<i64, melior::Error>>) -> Result<Value, String> {
    elements
        .map(|element| Ok(json!(element.map_err(|error| error.to_string())?)))
        .collect::<Result<_, _>>()
        .map(Value::Array)
}

/// A constant's elements.
fn elements(attribute: Attribute<'_>) -> Option<Value> {
    let r#type = shaped_type_of(attribute)?;
    let bytes = match DenseResource::cast(attribute) {
        Some(resource) => resource.data()?.into(),
        None => dense_bytes(attribute)?.bytes,
    };
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Some(json!({ "type": r#type.to_string(), "bytes": digits }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context;
    use pretty_assertions::assert_eq;

    fn of(text: &str) -> Result<Value, String> {
        let context = context::new();
        json(Attribute::parse(&context, text).expect("an attribute"))
    }

    #[test]
    fn says_attributes_as_json() {
        for (text, value) in [
            ("{}", json!({})),
            (
                "{a = 1 : i64, b = [\"x\", -2 : i8], \"c d\" = {e}}",
                json!({ "a": 1, "b": ["x", -2], "c d": { "e": true } }),
            ),
            ("@f", json!("f")),
            ("\"\"", json!("")),
            ("true", json!(true)),
            ("0.5 : f32", json!(0.5)),
            ("tensor<2x3xf32>", json!("tensor<2x3xf32>")),
            ("array<i64: 1, 2>", json!([1, 2])),
            ("array<i32: -3>", json!([-3])),
            (
                "dense<[1, -2]> : tensor<2xi8>",
                json!({ "type": "tensor<2xi8>", "bytes": "01fe" }),
            ),
            (
                "dense<1.0> : tensor<3xf32>",
                json!({ "type": "tensor<3xf32>", "bytes": "0000803f" }),
            ),
        ] {
            assert_eq!(of(text), Ok(value), "{text}");
        }
    }

    #[test]
    fn refuses_what_json_cannot_say() {
        assert_eq!(
            of("[0x7FC00000 : f32]"),
            Err("expected a finite number, but got NaN".into())
        );
        assert_eq!(
            of("affine_map<(d0) -> (d0)>"),
            Err("expected an attribute that JSON can say, but got affine_map<(d0) -> (d0)>".into())
        );
    }

    fn taken(text: &str, entries: &[(&str, &str)]) -> Result<(String, String), String> {
        let context = context::new();
        let mut module = Module::parse(&context, text).expect("a module");
        let json = take(&mut module, entries)?;
        Ok((json, module.as_operation().to_string()))
    }

    #[test]
    fn takes_the_attribute_off_the_module() {
        assert_eq!(
            taken(
                "module attributes {fidelity.launch = {entry = @f}} {}",
                &[("at", "g")]
            ),
            Ok((
                "{\n  \"at\": \"g\",\n  \"entry\": \"f\"\n}\n".into(),
                "module {\n}\n".into()
            ))
        );
        assert_eq!(
            taken("module {}", &[]),
            Err("expected the lowering to say how to launch it, but got no fidelity.launch".into())
        );
    }
}
