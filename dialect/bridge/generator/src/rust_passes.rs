//! The Rust of a group of passes: their options as structs, and the functions
//! that the generated C++ calls.

use crate::records::{OptionKind, PassOption, PassRecord, PassRecords};
use std::fmt::Write;

/// The source, to be included at the root of a module.
pub fn source(records: &PassRecords, group: &str) -> String {
    let mut text = format!(
        r#"// Generated from the .td file of the passes.

unsafe extern "C" {{
    fn {group}_register();
}}

/// Registers the passes with MLIR, once.
pub fn register_passes() {{
    static ONCE: ::std::sync::Once = ::std::sync::Once::new();
    // SAFETY: registration happens once; MLIR's registry is a global of its own.
    ONCE.call_once(|| unsafe {{ {group}_register() }});
}}
"#
    );
    for pass in &records.0 {
        self::pass(&mut text, group, pass);
    }
    text
}

fn pass(text: &mut String, group: &str, pass: &PassRecord) {
    let PassRecord { class, summary, .. } = pass;
    let mut fields = String::new();
    let mut raw_fields = String::new();
    let mut values = String::new();
    for option in &pass.options {
        let name = &option.rust;
        let size = size_field(name);
        let (rust, raw) = rust_types(option);
        let _ = writeln!(
            fields,
            "    /// {}\n    pub {name}: {rust},",
            option.description
        );
        let _ = writeln!(raw_fields, "    {name}: {raw},");
        if option.is_list {
            let _ = writeln!(raw_fields, "    {size}: isize,");
        }
        let _ = writeln!(values, "            {name}: {},", value(option));
    }
    if pass.options.is_empty() {
        raw_fields.push_str("    _none: ::std::ffi::c_char,\n");
    }
    let unused = if pass.options.is_empty() { "_" } else { "" };
    let _ = write!(
        text,
        r#"
/// The pass: {summary}
#[derive(Clone, Debug)]
pub struct {class} {{
{fields}}}

#[repr(C)]
struct {class}RawOptions {{
{raw_fields}}}

#[unsafe(no_mangle)]
unsafe extern "C" fn {group}_{class}_run(
    {unused}options: *const {class}RawOptions,
    context: *const ::ods_bridge::trampoline::RawPassContext,
) -> bool {{
    // SAFETY: the C++ pass passes its options and itself, valid for this call.
    unsafe {{
        let pass = {class} {{
{values}        }};
        ::ods_bridge::trampoline::run_pass(&pass, &*context, &{class}::STATISTICS)
    }}
}}
"#
    );
    let list: String = (pass.statistics.iter())
        .map(|it| format!("        ({:?}, {:?}),\n", it.reported, it.description))
        .collect();
    let _ = write!(
        text,
        r#"
impl {class} {{
    /// What the pass counts.
    pub const STATISTICS: ::ods_bridge::Statistics = ::ods_bridge::Statistics {{
        pass: "{class}",
        list: &[
{list}        ],
    }};
}}
"#
    );
    for (index, statistic) in pass.statistics.iter().enumerate() {
        let _ = write!(
            text,
            "\nimpl {class} {{\n    /// The number of the statistic: {}.\n    pub const {}: usize = {index};\n}}\n",
            statistic.description, statistic.rust
        );
    }
}

/// An option's type in the Rust struct, and in the C struct.
fn rust_types(option: &PassOption) -> (String, String) {
    let (rust, raw) = match option.kind {
        OptionKind::Bool => ("bool", "bool"),
        OptionKind::I64 => ("i64", "i64"),
        OptionKind::U32 => ("u32", "u32"),
        OptionKind::F64 => ("f64", "f64"),
        OptionKind::Text => ("String", "::mlir_sys::MlirStringRef"),
    };
    if option.is_list {
        (format!("Vec<{rust}>"), format!("*const {raw}"))
    } else {
        (rust.into(), raw.into())
    }
}

fn value(option: &PassOption) -> String {
    let name = &option.rust;
    let size = size_field(name);
    let text = option.kind == OptionKind::Text;
    match (option.is_list, text) {
        (false, false) => format!("(*options).{name}"),
        (false, true) => format!("::ods_bridge::trampoline::option_text((*options).{name})"),
        (true, false) => {
            format!("::ods_bridge::trampoline::option_list((*options).{name}, (*options).{size})")
        }
        (true, true) => format!(
            "::ods_bridge::trampoline::option_list((*options).{name}, (*options).{size}).into_iter().map(|item| ::ods_bridge::trampoline::option_text(item)).collect()"
        ),
    }
}

/// The field of the C struct with the length of a list.
fn size_field(name: &str) -> String {
    format!("{}_size", name.trim_start_matches("r#"))
}
