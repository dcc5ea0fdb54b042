//! `convert-fidelity-to-vector`: kernels on the vector dialect and on LLVM's
//! intrinsics.

mod amx;
mod call;
mod code;
mod floats;
mod isa;
mod lookup;
mod ragged;
mod scales;
mod strip;
mod ternary;
mod tile;
mod unpack;

pub(crate) use code::Code;
pub use isa::Isa;

use crate::ConvertFidelityToVector;
use call::{Arguments, Form};
use fidelity_dialect::{TensorType, TernaryAccumulate};
use fidelity_passes::{
    emit::{Emit, Size, dynamic_sizes},
    outline::Symbols,
    tiled,
};
use melior::ir::{
    Region, Type, TypeLike, Value, ValueLike,
    attribute::{StringAttribute, TypeAttribute},
    operation::{OperationLike, OperationRef},
    r#type::{FunctionType, MemRefType},
};
use ods_bridge::{Builder, Diagnostic, OpView, Pass, PassContext, build_before, operations_within};
use scales::Groups;
use tile::Tile;

impl Pass for ConvertFidelityToVector {
    fn run<'a>(
        &self,
        operation: OperationRef<'a, 'a>,
        pass: &PassContext<'_>,
    ) -> Result<(), Diagnostic<'a>> {
        let isa: Isa = self.isa.parse().map_err(|expected: String| {
            Diagnostic::expected(format!("isa to be {expected}"), &self.isa)
        })?;
        let sums: Vec<_> = operations_within(operation)
            .into_iter()
            .filter_map(TernaryAccumulate::cast)
            .filter_map(|op| form(&op).map(|form| (op, form)))
            .collect();
        if sums.is_empty() {
            return Ok(());
        }
        let threads = self.threads;
        if threads < 1 {
            return Err(Diagnostic::expected("threads to be 1 or more", threads));
        }
        let mut kernels: Vec<(Form<'a>, String)> = Vec::new();
        for (op, form) in sums {
            let known = kernels.iter().find(|(known, _)| *known == form);
            let kernel = match known {
                Some((_, name)) => name.clone(),
                None => {
                    let mut name = function(operation, isa, form)?;
                    if threads > 1 {
                        name = parallel(operation, &name, threads, form)?;
                    }
                    kernels.push((form, name.clone()));
                    name
                }
            };
            call(&op, &kernel, isa, form)?;
            pass.add_to_statistic(Self::NUM_CALLS, 1);
        }
        Ok(())
    }
}

/// What the kernel takes that computes an op, if there is one.
fn form<'a>(op: &TernaryAccumulate<'a>) -> Option<Form<'a>> {
    let storage = op.storage()?;
    let tile = Tile::of(storage)?;
    let sums = TensorType::of(op.init()).element;
    let is_kernels = op.init().r#type().is_mem_ref() && tiled::adds_up(op.x(), storage);
    let groups = match op.scale() {
        None => None,
        Some(scale) => {
            let inputs = *TensorType::of(op.x()).shape.last()?;
            Some(Groups {
                tiles: tiled::tiles_of_group(inputs, scale, storage)?,
                scale: TensorType::of(scale).element,
            })
        }
    };
    let x = TensorType::of(op.x()).element;
    // Sums of 8-bit integers are of 32 bits, those under scales and of floats f32.
    let is_f32 = x.is_float() || groups.is_some();
    (is_kernels && (!is_f32 || sums.is_f32())).then_some(Form {
        tile,
        x,
        sums,
        groups,
    })
}

/// Makes a kernel of a module, and gives its name.
fn function<'a>(
    module: OperationRef<'a, 'a>,
    isa: Isa,
    form: Form<'a>,
) -> Result<String, Diagnostic<'a>> {
    let mut base = format!("{}_{}", form.tile.kernel(), isa.keyword().replace('-', "_"));
    if form.x.is_float() {
        base = format!("{base}_{}", form.x);
    }
    if form.groups.is_some() {
        base.push_str("_groups");
    }
    let features = (isa.features_of(form).iter())
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    let features = (!features.is_empty()).then(|| format!("#llvm.target_features<[{features}]>"));
    add(module, &base, features, form, |emit, name, arguments| {
        let build = match form.x.is_float() {
            true => floats::build,
            false => ternary::build,
        };
        build(emit, name, isa, form, arguments);
    })
}

/// Makes a function that has the kernel of that name run on some threads, and gives
/// its name.
fn parallel<'a>(
    module: OperationRef<'a, 'a>,
    kernel: &str,
    threads: i64,
    form: Form<'a>,
) -> Result<String, Diagnostic<'a>> {
    let base = format!("{kernel}_threads");
    add(module, &base, None, form, |emit, _, arguments| {
        call::build_parallel(emit, kernel, threads, arguments);
    })
}

/// Adds a private function with the arguments of a kernel to a module, and gives its
/// name: `base`, or that with a number.
fn add<'a>(
    module: OperationRef<'a, 'a>,
    base: &str,
    features: Option<String>,
    form: Form<'a>,
    body: impl FnOnce(&Emit<'a, '_>, &str, Arguments<'a>),
) -> Result<String, Diagnostic<'a>> {
    let names = (0..).map(|index| match index {
        0 => base.to_owned(),
        _ => format!("{base}_{index}"),
    });
    let no_name =
        || Diagnostic::new("expected a name for a kernel that is free, but there is none");
    let name = Symbols::within(module).take(names).ok_or_else(no_name)?;
    let block = module
        .region(0)
        .ok()
        .and_then(|region| melior::ir::RegionLike::first_block(&region))
        .ok_or_else(|| Diagnostic::expected("a module with a body", "none"))?;
    let builder = Builder::at_end(block, module.location());
    let emit = Emit::new(&builder, false);
    let types = Arguments::types(&Code(&emit), form);
    let context = builder.context();
    let region: Region<'a> = builder.region(&types, |builder, values| {
        body(
            &Emit::new(builder, false),
            &name,
            Arguments::of(values, form),
        );
        builder.op("func.return").insert();
    });
    let r#type = FunctionType::new(context, &types, &[]);
    let mut function = builder
        .op("func.func")
        .attribute("sym_name", StringAttribute::new(context, &name))
        .attribute("sym_visibility", StringAttribute::new(context, "private"))
        .attribute("function_type", TypeAttribute::new(r#type.into()));
    if let Some(features) = features {
        function = function.parsed("target_features", &features);
    }
    function.region(region).insert();
    Ok(name)
}

/// Puts a call of the kernel in the place of an op.
fn call<'a>(
    op: &TernaryAccumulate<'a>,
    kernel: &str,
    isa: Isa,
    form: Form<'a>,
) -> Result<(), Diagnostic<'a>> {
    let Some(operation) = op.operation() else {
        return Ok(());
    };
    let inputs = TensorType::of(op.x()).shape.last().copied().unwrap_or(0);
    build_before(operation, |builder| {
        let emit = Emit::new(builder, false);
        let code = Code(&emit);
        let x = Memory::of(&code, op.x());
        let weights = Memory::of(&code, op.weights());
        let sums = Memory::of(&code, op.init());
        let scale = op.scale().map(|scale| Memory::of(&code, scale));
        let last = |value| {
            let mut sizes = emit.sizes(value);
            emit.size_value(sizes.pop().unwrap_or(Size::Static(1)))
        };
        let mut leading = emit.sizes(op.x());
        leading.pop();
        let rows =
            (leading.into_iter()).fold(Size::Static(1), |all, size| emit.multiply(all, size));
        let rows = emit.size_value(rows);
        let tile = form.tile;
        let tiles = emit.size_value(emit.ceil_div(Size::Dynamic(last(op.x())), tile.columns));
        let columns = isa.columns_of(form);
        let padded = (inputs < 0 || tile.known_width(inputs, columns) != inputs).then(|| {
            let width = tile.width(&code, tiles, columns);
            pad_rows(&code, x.flat, form.x, [rows, last(op.x())], width)
        });
        let outputs = last(op.init());
        let arguments = Arguments {
            x: padded.unwrap_or(x.flat),
            weights: weights.flat,
            sums: sums.flat,
            scale: scale.as_ref().map(|scale| scale.flat),
            rows,
            outputs,
            tiles,
            panels: Arguments::all_panels(&code, outputs),
        };
        arguments.call(&code, kernel);
        if let Some(padded) = padded {
            code.free(padded);
        }
        sums.copy_back(&code, op.init());
        for memory in [x, weights, sums].into_iter().chain(scale) {
            if let Some(copy) = memory.copy {
                code.free(copy);
            }
        }
        builder.replace(operation, &[]);
    });
    Ok(())
}

/// A memref as memory of one dimension.
struct Memory<'a> {
    flat: Value<'a, 'a>,
    /// The copy that it is of, where the memref is not contiguous.
    copy: Option<Value<'a, 'a>>,
}

impl<'a> Memory<'a> {
    fn of(code: &Code<'a, '_, '_>, value: Value<'a, 'a>) -> Self {
        let sizes = code.sizes(value);
        let r#type = TensorType::of(value);
        let is_contiguous = MemRefType::try_from(value.r#type())
            .is_ok_and(|memref| memref.affine_map().is_identity());
        let copy = (!is_contiguous).then(|| {
            let dynamic = dynamic_sizes(&sizes);
            let copy = code
                .op("memref.alloc")
                .operands(&dynamic)
                .parsed(
                    "operandSegmentSizes",
                    &format!("array<i32: {}, 0>", dynamic.len()),
                )
                .result(code.memref_type(&sizes, r#type.element))
                .value();
            code.op("memref.copy").operands(&[value, copy]).insert();
            copy
        });
        let count = sizes
            .into_iter()
            .fold(Size::Static(1), |all, size| code.multiply(all, size));
        let memory = code.memory(r#type.element);
        let flat = flat(code, copy.unwrap_or(value), count, memory);
        Self { flat, copy }
    }

    fn copy_back(&self, code: &Code<'a, '_, '_>, value: Value<'a, 'a>) {
        if let Some(copy) = self.copy {
            code.op("memref.copy").operands(&[copy, value]).insert();
        }
    }
}

/// Contiguous memory as that of one dimension.
fn flat<'a>(
    code: &Code<'a, '_, '_>,
    value: Value<'a, 'a>,
    count: Size<'a>,
    r#type: Type<'a>,
) -> Value<'a, 'a> {
    code.op("memref.reinterpret_cast")
        .operand(value)
        .operand(code.size_value(count))
        .parsed("static_offsets", "array<i64: 0>")
        .parsed("static_sizes", "array<i64: -9223372036854775808>")
        .parsed("static_strides", "array<i64: 1>")
        .parsed("operandSegmentSizes", "array<i32: 1, 0, 1, 0>")
        .result(r#type)
        .value()
}

/// Rows of activations with zeros up to that width, in memory of their own.
fn pad_rows<'a>(
    code: &Code<'a, '_, '_>,
    x: Value<'a, 'a>,
    element: Type<'a>,
    [rows, inputs]: [Value<'a, 'a>; 2],
    width: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let padded = code.allocate(code.mul(rows, width), element);
    code.for_loop(Size::Dynamic(rows), &[], |emit, row, _| {
        let (from, to) = (emit.mul(row, inputs), emit.mul(row, width));
        emit.for_loop(Size::Dynamic(inputs), &[], |emit, column, _| {
            let code = Code(emit);
            let value = code.element(x, &[code.add(from, column)]);
            code.store_element(value, padded, code.add(to, column));
            vec![]
        });
        let left = emit.sub(width, inputs);
        emit.for_loop(Size::Dynamic(left), &[], |emit, column, _| {
            let code = Code(emit);
            let at = code.add(code.add(to, inputs), column);
            code.store_element(code.zero(element), padded, at);
            vec![]
        });
        vec![]
    });
    padded
}
