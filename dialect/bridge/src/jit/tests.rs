use super::*;
use crate::{append_registry, register_upstream};
use inkwell::targets::{CodeModel, InitializationConfig, RelocMode, Target};
use melior::{
    Context,
    dialect::DialectRegistry,
    ir::{
        BlockLike,
        attribute::{StringAttribute, TypeAttribute},
        operation::OperationLike,
        r#type::FunctionType,
    },
    pass::PassManager,
};
use pretty_assertions::assert_eq;

const TO_LLVM: &str = "builtin.module(convert-scf-to-cf,convert-cf-to-llvm,convert-arith-to-llvm,\
    convert-index-to-llvm,finalize-memref-to-llvm,convert-func-to-llvm,reconcile-unrealized-casts)";

const MODULE: &str = r#"
  // Two memrefs and scalars; a result next to a scalar.
  func.func @scale(%x: memref<?x2xf32>, %factor: f32, %half: f16) -> (memref<?x2xf32>, index, i1)
      attributes {llvm.emit_c_interface} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %c2 = arith.constant 2 : index
    %rows = memref.dim %x, %c0 : memref<?x2xf32>
    %y = memref.alloc(%rows) {alignment = 64 : i64} : memref<?x2xf32>
    %wide = arith.extf %half : f16 to f32
    scf.for %i = %c0 to %rows step %c1 {
      scf.for %j = %c0 to %c2 step %c1 {
        %a = memref.load %x[%i, %j] : memref<?x2xf32>
        %b = arith.mulf %a, %factor : f32
        %c = arith.addf %b, %wide : f32
        memref.store %c, %y[%i, %j] : memref<?x2xf32>
      }
    }
    %is_empty = arith.cmpi eq, %rows, %c0 : index
    return %y, %rows, %is_empty : memref<?x2xf32>, index, i1
  }
  // One scalar and no tensor.
  func.func @increment(%x: i8) -> i8 attributes {llvm.emit_c_interface} {
    %c1 = arith.constant 1 : i8
    %y = arith.addi %x, %c1 : i8
    return %y : i8
  }
  // What it is given becomes its second result.
  func.func @count(%sum: memref<1x2xf32>, %x: f32) -> f32 attributes {llvm.emit_c_interface} {
    %c0 = arith.constant 0 : index
    %c1 = arith.constant 1 : index
    %a = memref.load %sum[%c0, %c1] : memref<1x2xf32>
    %b = arith.addf %a, %x : f32
    memref.store %b, %sum[%c0, %c1] : memref<1x2xf32>
    return %a : f32
  }
  func.func @check(%x: memref<i32>) attributes {llvm.emit_c_interface} {
    %c0 = arith.constant 0 : i32
    %a = memref.load %x[] : memref<i32>
    %is_zero = arith.cmpi eq, %a, %c0 : i32
    cf.assert %is_zero, "expected 0"
    return
  }
  memref.global "private" constant @weights : memref<2x2xi8> = dense_resource<w> {alignment = 4 : i64}
  func.func @weight(%i: index, %j: index) -> i8 attributes {llvm.emit_c_interface} {
    %w = memref.get_global @weights : memref<2x2xi8>
    %x = memref.load %w[%i, %j] : memref<2x2xi8>
    return %x : i8
  }
{-# dialect_resources: { builtin: { w: "0x0400000001FF0305" } } #-}
"#;

fn host() -> TargetMachine {
    Target::initialize_native(&InitializationConfig::default()).unwrap();
    let triple = TargetMachine::get_default_triple();
    Target::from_triple(&triple)
        .unwrap()
        .create_target_machine(
            &triple,
            &TargetMachine::get_host_cpu_name().to_string(),
            &TargetMachine::get_host_cpu_features().to_string(),
            OptimizationLevel::Default,
            RelocMode::Default,
            CodeModel::Default,
        )
        .unwrap()
}

fn context() -> Context {
    melior::utility::register_all_passes();
    let registry = DialectRegistry::new();
    register_upstream(&registry);
    let context = Context::new();
    append_registry(&context, &registry);
    context.load_all_available_dialects();
    context
}

/// The signatures of a module's functions, memrefs taken for the tensors that
/// they were.
fn signatures(context: &Context, source: &str) -> Vec<(String, Signature)> {
    let module = Module::parse(context, source).unwrap();
    let mut next = module.body().first_operation();
    let mut signatures = Vec::new();
    while let Some(operation) = next {
        next = operation.next_in_block();
        let Ok(r#type) = operation.attribute("function_type") else {
            continue;
        };
        let name = StringAttribute::try_from(operation.attribute("sym_name").unwrap()).unwrap();
        let r#type = TypeAttribute::try_from(r#type).unwrap().value();
        let tensors = r#type.to_string().replace("memref<", "tensor<");
        let r#type = melior::ir::Type::parse(context, &tensors).unwrap();
        let signature = Signature::of(FunctionType::try_from(r#type).unwrap()).unwrap();
        signatures.push((name.value().to_owned(), signature));
    }
    signatures
}

fn lower<'c>(context: &'c Context, source: &str) -> Module<'c> {
    let mut module = Module::parse(context, source).unwrap();
    let manager = PassManager::new(context);
    melior::utility::parse_pass_pipeline(manager.as_operation_pass_manager(), TO_LLVM).unwrap();
    manager.run(&mut module).unwrap();
    module
}

fn with_jit(test: impl FnOnce(&Jit<'_>)) {
    let context = context();
    let llvm = LlvmContext::create();
    let signatures = signatures(&context, MODULE);
    let module = lower(&context, MODULE);
    let jit = Jit::compile(
        &llvm,
        module,
        signatures,
        &host(),
        OptimizationLevel::Default,
    );
    test(&jit.unwrap());
}

fn floats(shape: &[usize], values: &[f32]) -> Value {
    let bytes: Vec<u8> = values
        .iter()
        .flat_map(|value| value.to_ne_bytes())
        .collect();
    Value::Buffer(Buffer::new(shape, 4, &bytes).unwrap())
}

fn scalar<const N: usize>(bytes: [u8; N]) -> Value {
    Value::Scalar(bytes.to_vec())
}

/// The shape and bytes of a tensor, or no shape and the bytes of a scalar.
fn parts(value: &Value) -> (Option<Vec<usize>>, Vec<u8>) {
    match value {
        Value::Buffer(buffer) => (Some(buffer.shape().to_vec()), buffer.bytes().to_vec()),
        Value::Scalar(bytes) => (None, bytes.clone()),
    }
}

fn bytes(values: &[f32]) -> Vec<u8> {
    values
        .iter()
        .flat_map(|value| value.to_ne_bytes())
        .collect()
}

#[test]
fn calls_with_tensors_and_scalars() {
    with_jit(|jit| {
        let factor = scalar(3f32.to_ne_bytes());
        // 0.5 in f16.
        let half = scalar(0x3800u16.to_ne_bytes());
        let x = floats(&[2, 2], &[1.0, 2.0, 3.0, -4.0]);
        let results = jit.call("scale", [&x, &factor, &half]).unwrap();
        let results: Vec<_> = results.iter().map(parts).collect();
        let expected = [
            (Some(vec![2, 2]), bytes(&[3.5, 6.5, 9.5, -11.5])),
            (None, 2u64.to_ne_bytes().to_vec()),
            (None, vec![0]),
        ];
        assert_eq!(results, expected);
    });
}

#[test]
fn results_are_arguments_again_and_may_be_empty() {
    with_jit(|jit| {
        let two = scalar(2f32.to_ne_bytes());
        let zero = scalar([0; 2]);
        let first = jit
            .call("scale", [&floats(&[1, 2], &[1.0, 2.0]), &two, &zero])
            .unwrap();
        let second = jit.call("scale", [&first[0], &two, &zero]).unwrap();
        assert_eq!(parts(&second[0]), (Some(vec![1, 2]), bytes(&[4.0, 8.0])));

        let empty = jit
            .call("scale", [&floats(&[0, 2], &[]), &two, &zero])
            .unwrap();
        assert_eq!(parts(&empty[0]), (Some(vec![0, 2]), vec![]));
        assert_eq!(parts(&empty[2]), (None, vec![1]));
    });
}

#[test]
fn reads_constants_and_returns_a_scalar() {
    with_jit(|jit| {
        assert_eq!(
            parts(&jit.call("increment", [&scalar([41])]).unwrap()[0]),
            (None, vec![42])
        );
        let index = |value: u64| scalar(value.to_ne_bytes());
        let weights: Vec<_> = [(0, 0), (0, 1), (1, 0), (1, 1)]
            .into_iter()
            .map(|(i, j)| parts(&jit.call("weight", [&index(i), &index(j)]).unwrap()[0]).1[0])
            .collect();
        assert_eq!(weights, [1, 0xff, 3, 5]);
    });
}

#[test]
fn writes_to_arguments_of_which_the_signature_says_it() {
    let context = context();
    let llvm = LlvmContext::create();
    let of_count = |name: &str, mut signature: Signature| {
        // As the function was on tensors, with the sums as a second result.
        signature.results.push(signature.inputs[0].clone());
        (name == "count").then(|| (name.to_owned(), signature.writing([(0, 1)])))
    };
    let signatures = signatures(&context, MODULE).into_iter();
    let signatures = signatures.filter_map(|(name, signature)| of_count(&name, signature));
    let level = OptimizationLevel::Default;
    let module = lower(&context, MODULE);
    let jit = Jit::compile(&llvm, module, signatures, &host(), level).unwrap();
    let mut sums = floats(&[1, 2], &[1.0, 2.0]);
    let five = 5f32.to_ne_bytes();
    for before in [2f32, 7.0] {
        let arguments = [Argument::from(&mut sums), Argument::Scalar(&five)];
        let results = jit.call("count", arguments).unwrap();
        let results: Vec<_> = results.iter().map(parts).collect();
        assert_eq!(results, [(None, before.to_ne_bytes().to_vec())]);
    }
    assert_eq!(parts(&sums), (Some(vec![1, 2]), bytes(&[1.0, 12.0])));
    let arguments = [Argument::from(&sums), Argument::Scalar(&five)];
    assert_eq!(
        jit.call("count", arguments).unwrap_err().to_string(),
        "@count: expected argument 0 to be a tensor that may be written to, but got one that may \
         only be read"
    );
    assert_eq!(parts(&sums), (Some(vec![1, 2]), bytes(&[1.0, 12.0])));
}

#[test]
fn a_failed_check_is_an_error() {
    with_jit(|jit| {
        let number = |value: i32| Value::Buffer(Buffer::new(&[], 4, &value.to_ne_bytes()).unwrap());
        for _ in 0..2 {
            assert!(jit.call("check", [&number(0)]).unwrap().is_empty());
            assert_eq!(
                jit.call("check", [&number(1)]).unwrap_err(),
                CallError::Check("expected 0".into())
            );
        }
    });
}

#[test]
fn refuses_arguments_of_other_types() {
    with_jit(|jit| {
        let message = |arguments: &[&Value]| match jit.call("scale", arguments.iter().copied()) {
            Err(CallError::Arguments(message)) => message,
            other => panic!("{other:?}"),
        };
        let factor = scalar(3f32.to_ne_bytes());
        let half = scalar([0; 2]);
        assert_eq!(
            message(&[&factor]),
            "@scale: expected 3 arguments, but got 1"
        );
        assert_eq!(
            message(&[&floats(&[1, 3], &[0.0; 3]), &factor, &half]),
            "@scale: expected argument 0 to be a tensor of sizes [?, 2] of 4 bytes each, \
             but got a tensor of sizes [1, 3] of 4 bytes each"
        );
        assert_eq!(
            message(&[&floats(&[1, 2], &[0.0; 2]), &half, &half]),
            "@scale: expected argument 1 to be a scalar of 4 bytes, but got a scalar of 2 bytes"
        );
        assert_eq!(
            jit.call("absent", [] as [&Value; 0])
                .unwrap_err()
                .to_string(),
            "expected a compiled function, but got @absent"
        );
    });
}

#[test]
fn refuses_bytes_that_are_no_tensor() {
    with_jit(|jit| {
        let message = |shape: &[usize], bytes: &[u8]| {
            let tensor = Argument::Tensor {
                shape,
                element_size: 4,
                bytes,
            };
            let [factor, half] = [&[0; 4][..], &[0; 2]].map(Argument::Scalar);
            match jit.call("scale", [tensor, factor, half]) {
                Err(CallError::Arguments(message)) => message,
                other => panic!("{other:?}"),
            }
        };
        let bytes = crate::ResourceBytes::zeroed(16);
        let others = "@scale: argument 0: expected the bytes of sizes";
        assert_eq!(
            message(&[1, 2], &bytes[..7]),
            format!("{others} [1, 2] of 4 bytes each, but got 7 bytes")
        );
        assert_eq!(
            message(&[usize::MAX, 2], &bytes[..8]),
            format!(
                "{others} [{}, 2] of 4 bytes each, but got 8 bytes",
                usize::MAX
            )
        );
        let message = message(&[1, 2], &bytes[1..9]);
        let expected = "@scale: argument 0: expected elements at an address divisible by their \
                        4 bytes, but got 0x";
        assert!(message.starts_with(expected), "{message}");
    });
}

#[test]
fn code_that_writes_to_a_variable_is_not_reentrant() {
    with_jit(|jit| assert!(jit.is_reentrant()));
    let context = context();
    let llvm = LlvmContext::create();
    let source = r#"
      memref.global "private" @count : memref<i64> = dense<0>
      func.func @set(%x: i64) attributes {llvm.emit_c_interface} {
        %count = memref.get_global @count : memref<i64>
        memref.store %x, %count[] : memref<i64>
        return
      }"#;
    let jit = Jit::compile(
        &llvm,
        lower(&context, source),
        [(
            "set".to_owned(),
            Signature {
                inputs: vec![AbiType::Scalar { size: 8 }],
                results: vec![],
                written: vec![],
            },
        )],
        &host(),
        OptimizationLevel::None,
    );
    assert!(!jit.unwrap().is_reentrant());
}

#[test]
fn refuses_code_of_another_signature_or_without_definition() {
    let context = context();
    let llvm = LlvmContext::create();
    let compile = |source: &str, name: &str, signature: Signature| {
        let signatures = [(name.to_owned(), signature)];
        let module = lower(&context, source);
        match Jit::compile(&llvm, module, signatures, &host(), OptimizationLevel::None) {
            Ok(_) => panic!("{name} was compiled"),
            Err(message) => message,
        }
    };
    let nothing = Signature {
        inputs: vec![],
        results: vec![],
        written: vec![],
    };
    let message = compile(MODULE, "increment", nothing.clone());
    assert!(
        message.starts_with("expected @increment to have the signature"),
        "{message}"
    );
    assert_eq!(
        compile(
            "func.func private @elsewhere()
             func.func @f() attributes {llvm.emit_c_interface} {
               call @elsewhere() : () -> ()
               return
             }",
            "f",
            nothing
        ),
        "expected a definition of @elsewhere, which the code calls, but got none"
    );
}
