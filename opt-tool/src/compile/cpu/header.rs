//! The C header of a compiled module.

use crate::module::Function;
use melior::ir::{
    Type, TypeLike,
    r#type::{FunctionType, RankedTensorType, ShapedTypeLike},
};
use std::{collections::BTreeMap, fmt::Write, path::Path};

const PREAMBLE: &str = "\
#include <stdint.h>

#ifdef __cplusplus
extern \"C\" {
#endif

/*
 * A tensor is passed as a pointer to a descriptor, MLIR's for a memref:
 *
 *   allocated  what to give to free(); not looked at in arguments
 *   aligned    where the elements are
 *   offset     how many elements after `aligned` the first one is: 0
 *   sizes      the size of each dimension
 *   strides    how many elements apart neighbours in a dimension are:
 *              row-major without gaps, 1 in the last dimension
 *
 * Arguments are read and not written, but for those that are said to become a
 * result: it is where the argument was. They share no memory with others. Each
 * other result is a block of memory of its own: free(result.allocated) when it
 * is no longer needed. A check that fails, of sizes that have to agree, prints
 * its message and calls abort().
 *
 * f16 and bf16 elements are their bits in a uint16_t; an i1 is a byte, 0 or 1;
 * a complex element is its real and its imaginary part.
 */
";

/// The header for the public functions of the module in `source`: `declared`
/// as they are written there, `functions` as they are compiled, on tensors of
/// physical types.
pub fn header(
    source: &Path,
    output: &Path,
    declared: &[Function<'_>],
    functions: &[Function<'_>],
) -> String {
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let guard = guard(&name(output));
    let mut descriptors = BTreeMap::new();
    let mut declarations = String::new();
    for function in functions {
        let written = declared
            .iter()
            .find(|declared| declared.name == function.name)
            .map_or(function.r#type, |declared| declared.r#type);
        match declaration(function, written, &mut descriptors) {
            Some(text) => declarations.push_str(&text),
            None => {
                let _ = writeln!(
                    declarations,
                    "\n/* @{} has a name or a type that C cannot say. */",
                    comment(&function.name)
                );
            }
        }
    }
    let descriptors: String = descriptors.into_values().collect();
    format!(
        "/* The functions of {}, compiled by fidelity. */\n\
         #ifndef {guard}\n#define {guard}\n\n\
         {PREAMBLE}{descriptors}{declarations}\n\
         #ifdef __cplusplus\n}}\n#endif\n\n#endif /* {guard} */\n",
        comment(&name(source))
    )
}

/// Declares the C interface of a function; `None` when C cannot say it. The
/// descriptors that it needs are added, by name.
fn declaration(
    function: &Function<'_>,
    written: FunctionType<'_>,
    descriptors: &mut BTreeMap<String, String>,
) -> Option<String> {
    let name = &function.name;
    if !is_identifier(name) {
        return None;
    }
    let mut needed = BTreeMap::new();
    let mut c_types = |types: &[Type<'_>]| -> Option<Vec<String>> {
        types
            .iter()
            .map(|&r#type| c_type(r#type, &mut needed))
            .collect()
    };
    let (inputs, mut results) = types_of(function.r#type);
    let (written_inputs, written_results) = types_of(written);
    let mut returned_results: Vec<(usize, &Type<'_>)> =
        written_results.iter().enumerate().collect();
    let is_returned = |result| (function.aliases.iter()).all(|alias| alias.result != result);
    returned_results.retain(|&(result, _)| is_returned(result));
    let mut index = 0..;
    results.retain(|_| index.next().is_some_and(is_returned));
    let (input_types, result_types) = (c_types(&inputs)?, c_types(&results)?);

    let mut parameters = Vec::new();
    let mut text = String::from("\n");
    let mut returned = "void".to_owned();
    let result_is_tensor = results
        .first()
        .is_some_and(|r#type| r#type.is_ranked_tensor());
    match result_types.as_slice() {
        [] => {}
        [scalar] if !result_is_tensor => returned.clone_from(scalar),
        [descriptor] => parameters.push(format!("{descriptor} *result")),
        fields => {
            text.push_str("typedef struct {\n");
            for (field, (index, written)) in fields.iter().zip(returned_results) {
                let written = comment(&written.to_string());
                let _ = writeln!(text, "  {field} result{index}; /* {written} */");
            }
            let _ = writeln!(text, "}} {name}_results;");
            parameters.push(format!("{name}_results *results"));
        }
    }
    for (index, (input, r#type)) in input_types.iter().zip(&inputs).enumerate() {
        let star = if r#type.is_ranked_tensor() { "*" } else { "" };
        parameters.push(format!("{input} {star}arg{index}"));
    }
    if parameters.is_empty() {
        parameters.push("void".into());
    }
    let list = |types: &[Type<'_>]| {
        let types: Vec<String> = types.iter().map(ToString::to_string).collect();
        comment(&types.join(", "))
    };
    let places: String = (function.aliases.iter())
        .map(|alias| format!("; arg{} becomes result {}", alias.argument, alias.result))
        .collect();
    let _ = writeln!(
        text,
        "/* @{name}: ({}) -> ({}){places} */\n{returned} _mlir_ciface_{name}({});",
        list(&written_inputs),
        list(&written_results),
        parameters.join(", ")
    );
    descriptors.append(&mut needed);
    Some(text)
}

fn types_of<'c>(function: FunctionType<'c>) -> (Vec<Type<'c>>, Vec<Type<'c>>) {
    let inputs = (0..function.input_count()).filter_map(|index| function.input(index).ok());
    let results = (0..function.result_count()).filter_map(|index| function.result(index).ok());
    (inputs.collect(), results.collect())
}

/// The C type of a scalar, or of a tensor's descriptor, which is defined in
/// `descriptors`.
fn c_type(r#type: Type<'_>, descriptors: &mut BTreeMap<String, String>) -> Option<String> {
    let Ok(tensor) = RankedTensorType::try_from(r#type) else {
        return Some(
            match r#type.to_string().as_str() {
                "f16" => "_Float16",
                "bf16" => "__bf16",
                other => element(other)?,
            }
            .to_owned(),
        );
    };
    let (rank, element_type) = (tensor.rank(), tensor.element().to_string());
    let (element_name, element) = match element_type.as_str() {
        "complex<f32>" => complex("f32", "float", descriptors),
        "complex<f64>" => complex("f64", "double", descriptors),
        other => (other.to_owned(), element(other)?.to_owned()),
    };
    let name = format!("memref_{rank}d_{element_name}");
    let guard = guard(&name);
    let mut text = format!(
        "\n#ifndef {guard}\n#define {guard}\n\
         typedef struct {{\n  {element} *allocated;\n  {element} *aligned;\n  int64_t offset;\n"
    );
    if rank > 0 {
        let _ = write!(
            text,
            "  int64_t sizes[{rank}];\n  int64_t strides[{rank}];\n"
        );
    }
    let _ = write!(text, "}} {name};\n#endif\n");
    descriptors.insert(name.clone(), text);
    Some(name)
}

/// The name of a complex element and its C type, which is defined in
/// `descriptors`, before those of the tensors.
fn complex(
    part: &str,
    c_part: &str,
    descriptors: &mut BTreeMap<String, String>,
) -> (String, String) {
    let name = format!("complex_{part}");
    let guard = guard(&name);
    let text = format!(
        "\n#ifndef {guard}\n#define {guard}\n\
         typedef struct {{\n  {c_part} re, im;\n}} {name};\n#endif\n"
    );
    descriptors.insert(name.clone(), text);
    (name.clone(), name)
}

fn element(r#type: &str) -> Option<&'static str> {
    Some(match r#type {
        "f32" => "float",
        "f64" => "double",
        "f16" | "bf16" => "uint16_t",
        "i1" => "uint8_t",
        "i8" => "int8_t",
        "i16" => "int16_t",
        "i32" => "int32_t",
        "i64" | "index" => "int64_t",
        _ => return None,
    })
}

fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters
        .next()
        .is_some_and(|first| first.is_ascii_alphabetic() || first == '_')
        && characters.all(|next| next.is_ascii_alphanumeric() || next == '_')
}

/// Text that cannot end a comment.
fn comment(text: &str) -> String {
    text.replace("*/", "* /")
}

/// The name of the macro that keeps a file or type from coming twice.
fn guard(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' => character.to_ascii_uppercase(),
            _ => '_',
        })
        .collect();
    format!("FIDELITY_{name}_H")
}
