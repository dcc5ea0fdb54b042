//! The C++ of a group of passes: classes whose `runOnOperation` calls Rust.

use crate::records::{OptionKind, PassOption, PassRecord, PassRecords};
use std::fmt::Write;

/// The source.
pub fn source(records: &PassRecords, group: &str, headers: &[String]) -> String {
    let mut text = format!(
        r#"//===- {group}.cpp - generated from the .td file of the passes --------------===//

#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Support.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassRegistry.h"
#include "ods-bridge/CAPI.h"
"#
    );
    for header in headers {
        let _ = writeln!(text, "#include \"{header}\"");
    }
    let _ = write!(
        text,
        r#"
using namespace mlir;

// Rust defines the hooks. Hidden, so that a shared library does not export
// them.
#define ODS_HOOK extern "C" __attribute__((visibility("hidden")))

namespace {{
#define GEN_PASS_DECL
#include "{group}.h.inc"
}} // namespace
"#
    );
    for pass in &records.0 {
        self::pass(&mut text, group, pass);
    }
    let _ = write!(
        text,
        r#"
namespace {{
#define GEN_PASS_REGISTRATION
#include "{group}.h.inc"
}} // namespace

extern "C" void {group}_register() {{
"#
    );
    // MLIR aborts when two libraries register one pass; a plugin may meet a
    // host that has it.
    for PassRecord { class, .. } in &records.0 {
        let _ = writeln!(
            text,
            "  if (!PassInfo::lookup({class}::getArgumentName()))\n    register{class}();"
        );
    }
    text.push_str("}\n");
    text
}

fn pass(text: &mut String, group: &str, pass: &PassRecord) {
    let class = &pass.class;
    let _ = write!(
        text,
        r#"
extern "C" {{
typedef struct {{
"#
    );
    for option in &pass.options {
        let _ = writeln!(text, "{}", c_fields(option));
    }
    // An empty struct has another size in C++ than in C and Rust.
    if pass.options.is_empty() {
        let _ = writeln!(text, "  char none;");
    }
    let _ = write!(
        text,
        r#"}} {group}_{class}_Options;
}}
ODS_HOOK bool {group}_{class}_run(const {group}_{class}_Options *options,
                                  const OdsPassContext *context);

namespace {{
#define GEN_PASS_DEF_{upper}
#include "{group}.h.inc"
struct {class} : public impl::{class}Base<{class}> {{
  using {class}Base::{class}Base;
  void runOnOperation() override {{
"#,
        upper = class.to_uppercase()
    );
    for option in &pass.options {
        text.push_str(&lists(option));
    }
    let values: Vec<String> = pass.options.iter().map(c_values).collect();
    let _ = writeln!(
        text,
        "    {group}_{class}_Options options{{{}}};",
        values.join(", ")
    );
    let _ = write!(
        text,
        r#"    OdsPassContext context{{
        wrap(static_cast<Operation *>(getOperation())), this, [](void *user, intptr_t index, int64_t amount) {{
          auto *pass = static_cast<{class} *>(user);
          (void)pass;
          switch (index) {{
"#
    );
    for (index, statistic) in pass.statistics.iter().enumerate() {
        let _ = writeln!(
            text,
            "          case {index}: pass->{} += amount; break;",
            statistic.name
        );
    }
    let _ = write!(
        text,
        r#"          default: break;
          }}
        }}}};
    if (!{group}_{class}_run(&options, &context))
      signalPassFailure();
  }}
}};
}} // namespace
"#
    );
}

/// The fields of the C struct that hold an option.
fn c_fields(option: &PassOption) -> String {
    let c_type = match option.kind {
        OptionKind::Bool => "bool",
        OptionKind::I64 => "int64_t",
        OptionKind::U32 => "uint32_t",
        OptionKind::F64 => "double",
        OptionKind::Text => "MlirStringRef",
    };
    if option.is_list {
        format!("  const {c_type} *{0};\n  intptr_t {0}_size;", option.name)
    } else {
        format!("  {c_type} {};", option.name)
    }
}

/// Copies a list option into an array that C can read.
fn lists(option: &PassOption) -> String {
    if !option.is_list {
        return String::new();
    }
    let name = &option.name;
    match option.kind {
        OptionKind::Text => format!(
            "    SmallVector<MlirStringRef> {name}_array;\n    for (const std::string &item : {name})\n      {name}_array.push_back(wrap(StringRef(item)));\n"
        ),
        OptionKind::Bool => {
            format!("    SmallVector<bool> {name}_array({name}.begin(), {name}.end());\n")
        }
        OptionKind::I64 => {
            format!("    SmallVector<int64_t> {name}_array({name}.begin(), {name}.end());\n")
        }
        OptionKind::U32 => {
            format!("    SmallVector<uint32_t> {name}_array({name}.begin(), {name}.end());\n")
        }
        OptionKind::F64 => {
            format!("    SmallVector<double> {name}_array({name}.begin(), {name}.end());\n")
        }
    }
}

/// The initialisers of the fields.
fn c_values(option: &PassOption) -> String {
    let name = &option.name;
    if option.is_list {
        format!("{name}_array.data(), static_cast<intptr_t>({name}_array.size())")
    } else if option.kind == OptionKind::Text {
        format!("wrap(StringRef({name}.getValue()))")
    } else {
        format!("{name}.getValue()")
    }
}
