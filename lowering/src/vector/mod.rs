//! `convert-fidelity-to-vector`: kernels on the vector dialect and on LLVM's
//! intrinsics.

mod amx;
mod call;
mod code;
mod isa;
mod ternary;
mod tile;
mod unpack;

pub(crate) use code::Code;
pub use isa::Isa;

use crate::ConvertFidelityToVector;
use call::Arguments;
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
            .filter_map(|op| Some((tile_of(&op)?, op)))
            .collect();
        if sums.is_empty() {
            return Ok(());
        }
        let threads = self.threads;
        if threads < 1 {
            return Err(Diagnostic::expected("threads to be 1 or more", threads));
        }
        let mut kernels: Vec<(Tile, String)> = Vec::new();
        for &(tile, _) in &sums {
            if kernels.iter().any(|&(made, _)| made == tile) {
                continue;
            }
            let mut kernel = function(operation, isa, tile)?;
            if threads > 1 {
                kernel = parallel(operation, &kernel, threads)?;
            }
            kernels.push((tile, kernel));
        }
        for (tile, op) in sums {
            if let Some((_, kernel)) = kernels.iter().find(|&&(made, _)| made == tile) {
                call(&op, kernel, isa, tile)?;
            }
            pass.add_to_statistic(Self::NUM_CALLS, 1);
        }
        Ok(())
    }
}

/// The tiles of an op that a kernel computes.
fn tile_of(op: &TernaryAccumulate<'_>) -> Option<Tile> {
    // Sums of 8-bit integers are of 32 bits.
    let has_kernel = op.init().r#type().is_mem_ref() && tiled::adds_up(op.x());
    op.storage().filter(|_| has_kernel).and_then(Tile::of)
}

/// Makes the kernel of a module for some tiles, and gives its name.
fn function<'a>(
    module: OperationRef<'a, 'a>,
    isa: Isa,
    tile: Tile,
) -> Result<String, Diagnostic<'a>> {
    let base = format!("{}_{}", tile.kernel(), isa.keyword().replace('-', "_"));
    let features = (isa.features().iter())
        .map(|name| format!("\"{name}\""))
        .collect::<Vec<_>>()
        .join(", ");
    let features = (!features.is_empty()).then(|| format!("#llvm.target_features<[{features}]>"));
    add(module, &base, features, |emit, name, arguments| {
        ternary::build(emit, name, isa, tile, arguments);
    })
}

/// Makes a function that has the kernel of that name run on some threads, and gives
/// its name.
fn parallel<'a>(
    module: OperationRef<'a, 'a>,
    kernel: &str,
    threads: i64,
) -> Result<String, Diagnostic<'a>> {
    let base = format!("{kernel}_threads");
    add(module, &base, None, |emit, _, arguments| {
        call::build_parallel(emit, kernel, threads, arguments);
    })
}

/// Adds a private function with the arguments of a kernel to a module, and gives its
/// name: `base`, or that with a number.
fn add<'a>(
    module: OperationRef<'a, 'a>,
    base: &str,
    features: Option<String>,
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
    let types = Arguments::types(&Code(&emit));
    let context = builder.context();
    let region: Region<'a> = builder.region(&types, |builder, values| {
        body(&Emit::new(builder, false), &name, Arguments::of(values));
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
    tile: Tile,
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
        let last = |value| {
            let mut sizes = emit.sizes(value);
            emit.size_value(sizes.pop().unwrap_or(Size::Static(1)))
        };
        let mut leading = emit.sizes(op.x());
        leading.pop();
        let rows =
            (leading.into_iter()).fold(Size::Static(1), |all, size| emit.multiply(all, size));
        let rows = emit.size_value(rows);
        let tiles = emit.size_value(emit.ceil_div(Size::Dynamic(last(op.x())), tile.columns));
        let padded = (inputs < 0 || tile.known_width(inputs, isa) != inputs).then(|| {
            let width = tile.width(&code, tiles, isa);
            pad_rows(&code, x.flat, [rows, last(op.x())], width)
        });
        let outputs = last(op.init());
        let arguments = Arguments {
            x: padded.unwrap_or(x.flat),
            weights: weights.flat,
            sums: sums.flat,
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
        for memory in [x, weights, sums] {
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
        let bits = ods_bridge::bit_width(r#type.element).unwrap_or(8) as u32;
        let flat = flat(code, copy.unwrap_or(value), count, code.memory(bits));
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
    [rows, inputs]: [Value<'a, 'a>; 2],
    width: Value<'a, 'a>,
) -> Value<'a, 'a> {
    let padded = code.allocate(code.mul(rows, width), 8);
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
            code.store_element(code.int(code.integer(8), 0), padded, at);
            vec![]
        });
        vec![]
    });
    padded
}
