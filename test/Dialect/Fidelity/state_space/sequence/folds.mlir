// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// exp(-1) and half of 1 - exp(-1); where A is 0, Δ B.
// CHECK-LABEL: func.func @ssm_discretize_f1(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<{{\[\[}}0.36787945, 1.000000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<{{\[\[}}0.316060275, 1.500000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<{{\[\[}}0.000000e+00, 1.000000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_2:.*]] = arith.constant dense<{{\[\[}}5.000000e-01, 1.500000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_3:.*]] = arith.constant dense<{{\[\[}}0.333333343, 1.000000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_4:.*]] = arith.constant dense<{{\[\[}}0.333333343, 1.500000e+00]]> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_5:.*]] = arith.constant dense<{{\[\[}}(1.000000e+00,0.000000e+00), (0.000000e+00,0.000000e+00)]]> : tensor<1x2xcomplex<f32>>
// CHECK-NEXT: %[[CST_6:.*]] = arith.constant dense<{{\[\[}}(5.000000e-01,0.000000e+00), (1.500000e+00,0.000000e+00)]]> : tensor<1x2xcomplex<f32>>
// CHECK-NEXT: return %[[CST]], %[[CST_0]], %[[CST_1]], %[[CST_2]], %[[CST_3]], %[[CST_4]], %[[CST_5]], %[[CST_6]] : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xcomplex<f32>>, tensor<1x2xcomplex<f32>>
func.func @ssm_discretize_f1() -> (tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xcomplex<f32>>, tensor<1x2xcomplex<f32>>) {
  %dt = arith.constant dense<0.5> : tensor<1xf32>
  %A = arith.constant dense<[[-2.0, 0.0]]> : tensor<1x2xf32>
  %B = arith.constant dense<[[1.0, 3.0]]> : tensor<1x2xf32>
  %D = arith.constant dense<[[(0.0, 0.0), (-2.0, 0.0)]]> : tensor<1x2xcomplex<f32>>
  %a:2 = fidelity.ssm.discretize %dt, %A, %B : (tensor<1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
  %b:2 = fidelity.ssm.discretize %dt, %A, %B method(euler) : (tensor<1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
  %c:2 = fidelity.ssm.discretize %dt, %A, %B method(bilinear) : (tensor<1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
  %d:2 = fidelity.ssm.discretize %dt, %D, %B method(euler) : (tensor<1xf32>, tensor<1x2xcomplex<f32>>, tensor<1x2xf32>) -> (tensor<1x2xcomplex<f32>>, tensor<1x2xcomplex<f32>>)
  return %a#0, %a#1, %b#0, %b#1, %c#0, %c#1, %d#0, %d#1 : tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xf32>, tensor<1x2xcomplex<f32>>, tensor<1x2xcomplex<f32>>
}

// A step that is known at run time, and constants that are large.
// CHECK-LABEL: func.func @ssm_discretize_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-2.000000e+00> : tensor<1x2xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<5.000000e-01> : tensor<16385xf32>
// CHECK-NEXT: %[[CST_1:.*]] = arith.constant dense<-2.000000e+00> : tensor<16385x1xf32>
// CHECK-NEXT: %[[DISCRETE_A:.*]], %[[DISCRETE_B:.*]] = fidelity.ssm.discretize %[[X]], %[[CST]], %[[CST]] : (tensor<1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
// CHECK-NEXT: %[[DISCRETE_A_2:.*]], %[[DISCRETE_B_3:.*]] = fidelity.ssm.discretize %[[CST_0]], %[[CST_1]], %[[CST_1]] : (tensor<16385xf32>, tensor<16385x1xf32>, tensor<16385x1xf32>) -> (tensor<16385x1xf32>, tensor<16385x1xf32>)
// CHECK-NEXT: return %[[DISCRETE_A]], %[[DISCRETE_A_2]] : tensor<1x2xf32>, tensor<16385x1xf32>
func.func @ssm_discretize_f1_stays(%x: tensor<1xf32>) -> (tensor<1x2xf32>, tensor<16385x1xf32>) {
  %A = arith.constant dense<-2.0> : tensor<1x2xf32>
  %dt = arith.constant dense<0.5> : tensor<16385xf32>
  %L = arith.constant dense<-2.0> : tensor<16385x1xf32>
  %0:2 = fidelity.ssm.discretize %x, %A, %A : (tensor<1xf32>, tensor<1x2xf32>, tensor<1x2xf32>) -> (tensor<1x2xf32>, tensor<1x2xf32>)
  %1:2 = fidelity.ssm.discretize %dt, %L, %L : (tensor<16385xf32>, tensor<16385x1xf32>, tensor<16385x1xf32>) -> (tensor<16385x1xf32>, tensor<16385x1xf32>)
  return %0#0, %1#0 : tensor<1x2xf32>, tensor<16385x1xf32>
}

// CHECK-LABEL: func.func @ssm_scan_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.scan %[[X]], %[[A]], %[[B]], %[[C]] {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<2x?x8xf32>, tensor<2x8x4xf32>
func.func @ssm_scan_f1(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>, %C: tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>) {
  %h = arith.constant dense<0.0> : tensor<2x8x4xf32>
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C state %h {layer = 1 : i64} : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  return %0#0, %0#1 : tensor<2x?x8xf32>, tensor<2x8x4xf32>
}

// A state of -0 is the last one where there is no step.
// CHECK-LABEL: func.func @ssm_scan_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<8x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<2x8x4xf32>
// CHECK-NEXT: %[[CST_0:.*]] = arith.constant dense<1.000000e+00> : tensor<2x8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.scan %[[X]], %[[A]], %[[B]], %[[C]] state %[[CST]] : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_1:.*]], %[[LAST_STATE_2:.*]] = fidelity.ssm.scan %[[X]], %[[A]], %[[B]], %[[C]] state %[[CST_0]] : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]], %[[LAST_STATE_2]] : tensor<2x8x4xf32>, tensor<2x8x4xf32>
func.func @ssm_scan_f1_stays(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>, %C: tensor<8x4xf32>) -> (tensor<2x8x4xf32>, tensor<2x8x4xf32>) {
  %h = arith.constant dense<-0.0> : tensor<2x8x4xf32>
  %k = arith.constant dense<1.0> : tensor<2x8x4xf32>
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C state %h : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  %1:2 = fidelity.ssm.scan %x, %A, %B, %C state %k : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  return %0#1, %1#1 : tensor<2x8x4xf32>, tensor<2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_scan_f2(
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x8x4xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<2x0x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<2x8x4xf32>
// CHECK-NEXT: return %[[V0]], %[[H]], %[[CST]] : tensor<2x0x8xf32>, tensor<2x8x4xf32>, tensor<2x8x4xf32>
func.func @ssm_scan_f2(%x: tensor<2x0x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>, %C: tensor<8x4xf32>, %h: tensor<2x8x4xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x4xf32>, tensor<2x8x4xf32>) {
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C state %h : (tensor<2x0x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x4xf32>)
  %1:2 = fidelity.ssm.scan %x, %A, %B, %C : (tensor<2x0x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x0x8xf32>, tensor<2x8x4xf32>)
  return %0#0, %0#1, %1#1 : tensor<2x0x8xf32>, tensor<2x8x4xf32>, tensor<2x8x4xf32>
}

// There may be steps; complex zeros of a size that is known at run time are not made.
// CHECK-LABEL: func.func @ssm_scan_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x0x?xf32>
// CHECK-SAME: %[[K:[^:]*]]: tensor<?x?xcomplex<f32>>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.scan %[[X]], %[[A]], %[[B]], %[[C]] : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.ssm.scan %[[Y]], %[[K]], %[[K]], %[[K]] : (tensor<2x0x?xf32>, tensor<?x?xcomplex<f32>>, tensor<?x?xcomplex<f32>>, tensor<?x?xcomplex<f32>>) -> (tensor<2x0x?xf32>, tensor<2x?x?xcomplex<f32>>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE_1]] : tensor<2x?x8xf32>, tensor<2x?x?xcomplex<f32>>
func.func @ssm_scan_f2_stays(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>, %C: tensor<8x4xf32>, %y: tensor<2x0x?xf32>, %K: tensor<?x?xcomplex<f32>>) -> (tensor<2x?x8xf32>, tensor<2x?x?xcomplex<f32>>) {
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> (tensor<2x?x8xf32>, tensor<2x8x4xf32>)
  %1:2 = fidelity.ssm.scan %y, %K, %K, %K : (tensor<2x0x?xf32>, tensor<?x?xcomplex<f32>>, tensor<?x?xcomplex<f32>>, tensor<?x?xcomplex<f32>>) -> (tensor<2x0x?xf32>, tensor<2x?x?xcomplex<f32>>)
  return %0#0, %1#1 : tensor<2x?x8xf32>, tensor<2x?x?xcomplex<f32>>
}

// A complex state of known sizes is a constant.
// CHECK-LABEL: func.func @no_complex_step(
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<(0.000000e+00,0.000000e+00)> : tensor<2x8x4xcomplex<f32>>
// CHECK-NEXT: return %[[CST]] : tensor<2x8x4xcomplex<f32>>
func.func @no_complex_step(%x: tensor<2x0x8xf32>, %K: tensor<8x4xcomplex<f32>>) -> tensor<2x8x4xcomplex<f32>> {
  %0:2 = fidelity.ssm.scan %x, %K, %K, %K : (tensor<2x0x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>, tensor<8x4xcomplex<f32>>) -> (tensor<2x0x8xf32>, tensor<2x8x4xcomplex<f32>>)
  return %0#1 : tensor<2x8x4xcomplex<f32>>
}

// B and C for each channel, or for each step; a number of sequences that is known
// at run time.
// CHECK-LABEL: func.func @ssm_scan_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x1x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[C:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x8x4xf32>
// CHECK-SAME: %[[D:[^:]*]]: tensor<8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<2x1x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x1x8xf32>
// CHECK-SAME: %[[G:[^:]*]]: tensor<?x8x4xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[COLLAPSED:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<2x1x8xf32> into tensor<2x8xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.state_update %[[H]], %[[COLLAPSED]], %[[A]], %[[B]] : (tensor<2x8x4xf32>, tensor<2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x8x4xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ssm.output %[[V0]], %[[C]] : (tensor<2x8x4xf32>, tensor<8x4xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[EXPANDED:.*]] = tensor.expand_shape %[[V1]] {{\[\[}}0, 1], [2]] output_shape [2, 1, 8] : tensor<2x8xf32> into tensor<2x1x8xf32>
// CHECK-NEXT: %[[COLLAPSED_0:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<2x1x8xf32> into tensor<2x8xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.ssm.state_update %[[H]], %[[COLLAPSED_0]], %[[A]], %[[P]] : (tensor<2x8x4xf32>, tensor<2x8xf32>, tensor<8x4xf32>, tensor<2x1x4xf32>) -> tensor<2x8x4xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.ssm.output %[[V2]], %[[P]] skip %[[D]], %[[COLLAPSED_0]] : (tensor<2x8x4xf32>, tensor<2x1x4xf32>, tensor<8xf32>, tensor<2x8xf32>) -> tensor<2x8xf32>
// CHECK-NEXT: %[[EXPANDED_1:.*]] = tensor.expand_shape %[[V3]] {{\[\[}}0, 1], [2]] output_shape [2, 1, 8] : tensor<2x8xf32> into tensor<2x1x8xf32>
// CHECK-NEXT: %[[COLLAPSED_2:.*]] = tensor.collapse_shape %[[Y]] {{\[\[}}0, 1], [2]] : tensor<?x1x8xf32> into tensor<?x8xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ssm.state_update %[[G]], %[[COLLAPSED_2]], %[[A]], %[[B]] : (tensor<?x8x4xf32>, tensor<?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<?x8x4xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.ssm.output %[[V4]], %[[C]] : (tensor<?x8x4xf32>, tensor<8x4xf32>) -> tensor<?x8xf32>
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1x8xf32>
// CHECK-NEXT: %[[EXPANDED_3:.*]] = tensor.expand_shape %[[V5]] {{\[\[}}0, 1], [2]] output_shape [%[[DIM]], 1, 8] : tensor<?x8xf32> into tensor<?x1x8xf32>
// CHECK-NEXT: return %[[EXPANDED]], %[[V0]], %[[EXPANDED_1]], %[[EXPANDED_3]] : tensor<2x1x8xf32>, tensor<2x8x4xf32>, tensor<2x1x8xf32>, tensor<?x1x8xf32>
func.func @ssm_scan_f3(%x: tensor<2x1x8xf32>, %A: tensor<8x4xf32>, %B: tensor<8x4xf32>, %C: tensor<8x4xf32>, %h: tensor<2x8x4xf32>, %D: tensor<8xf32>, %P: tensor<2x1x4xf32>, %y: tensor<?x1x8xf32>, %g: tensor<?x8x4xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x4xf32>, tensor<2x1x8xf32>, tensor<?x1x8xf32>) {
  %0:2 = fidelity.ssm.scan %x, %A, %B, %C state %h : (tensor<2x1x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x4xf32>)
  %1:2 = fidelity.ssm.scan %x, %A, %P, %P skip %D state %h : (tensor<2x1x8xf32>, tensor<8x4xf32>, tensor<2x1x4xf32>, tensor<2x1x4xf32>, tensor<8xf32>, tensor<2x8x4xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x4xf32>)
  %2:2 = fidelity.ssm.scan %y, %A, %B, %C state %g : (tensor<?x1x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<?x8x4xf32>) -> (tensor<?x1x8xf32>, tensor<?x8x4xf32>)
  return %0#0, %0#1, %1#0, %2#0 : tensor<2x1x8xf32>, tensor<2x8x4xf32>, tensor<2x1x8xf32>, tensor<?x1x8xf32>
}

// A step of Mamba: with Δ and a gate; from no state; of unknown sizes.
// CHECK-LABEL: func.func @selective_step(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x1x?xf64>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<?x1x?xf64>
// CHECK-SAME: %[[A:[^:]*]]: tensor<?x4xf64>
// CHECK-SAME: %[[B:[^:]*]]: tensor<?x1x4xf64>
// CHECK-SAME: %[[D:[^:]*]]: tensor<?xf64>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<?x1x?xf64>
// CHECK-SAME: %[[H:[^:]*]]: tensor<?x?x4xf64>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[COLLAPSED:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[COLLAPSED_0:.*]] = tensor.collapse_shape %[[DT]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[V0:.*]] = fidelity.softplus %[[COLLAPSED_0]] : tensor<?x?xf64>
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[DIM_1:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[EXPANDED:.*]] = tensor.expand_shape %[[V0]] {{\[\[}}0], [1, 2]] output_shape [%[[DIM]], %[[DIM_1]], 1] : tensor<?x?xf64> into tensor<?x?x1xf64>
// CHECK-NEXT: %[[V1:.*]] = fidelity.multiply %[[EXPANDED]], %[[A]] : (tensor<?x?x1xf64>, tensor<?x4xf64>) -> tensor<?x?x4xf64>
// CHECK-NEXT: %[[V2:.*]] = fidelity.exp %[[V1]] : tensor<?x?x4xf64>
// CHECK-NEXT: %[[V3:.*]] = fidelity.multiply %[[V0]], %[[COLLAPSED]] : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ssm.state_update %[[H]], %[[V3]], %[[V2]], %[[B]] : (tensor<?x?x4xf64>, tensor<?x?xf64>, tensor<?x?x4xf64>, tensor<?x1x4xf64>) -> tensor<?x?x4xf64>
// CHECK-NEXT: %[[V5:.*]] = fidelity.ssm.output %[[V4]], %[[B]] skip %[[D]], %[[COLLAPSED]] : (tensor<?x?x4xf64>, tensor<?x1x4xf64>, tensor<?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[COLLAPSED_2:.*]] = tensor.collapse_shape %[[Z]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[V6:.*]] = fidelity.silu %[[COLLAPSED_2]] : tensor<?x?xf64>
// CHECK-NEXT: %[[V7:.*]] = fidelity.multiply %[[V5]], %[[V6]] : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[DIM_3:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[DIM_4:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[EXPANDED_5:.*]] = tensor.expand_shape %[[V7]] {{\[\[}}0, 1], [2]] output_shape [%[[DIM_3]], 1, %[[DIM_4]]] : tensor<?x?xf64> into tensor<?x1x?xf64>
// CHECK-NEXT: %[[COLLAPSED_6:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[COLLAPSED_7:.*]] = tensor.collapse_shape %[[DT]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[DIM_8:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[DIM_9:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[EXPANDED_10:.*]] = tensor.expand_shape %[[COLLAPSED_7]] {{\[\[}}0], [1, 2]] output_shape [%[[DIM_8]], %[[DIM_9]], 1] : tensor<?x?xf64> into tensor<?x?x1xf64>
// CHECK-NEXT: %[[V8:.*]] = fidelity.multiply %[[EXPANDED_10]], %[[A]] : (tensor<?x?x1xf64>, tensor<?x4xf64>) -> tensor<?x?x4xf64>
// CHECK-NEXT: %[[V9:.*]] = fidelity.exp %[[V8]] : tensor<?x?x4xf64>
// CHECK-NEXT: %[[V10:.*]] = fidelity.multiply %[[COLLAPSED_7]], %[[COLLAPSED_6]] : (tensor<?x?xf64>, tensor<?x?xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[DIM_11:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[DIM_12:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_11]], %[[DIM_12]]] : tensor<?x?x4xf64>
// CHECK-NEXT: %[[V11:.*]] = fidelity.ssm.state_update %[[SPLAT]], %[[V10]], %[[V9]], %[[B]] : (tensor<?x?x4xf64>, tensor<?x?xf64>, tensor<?x?x4xf64>, tensor<?x1x4xf64>) -> tensor<?x?x4xf64>
// CHECK-NEXT: %[[V12:.*]] = fidelity.ssm.output %[[V11]], %[[B]] : (tensor<?x?x4xf64>, tensor<?x1x4xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[DIM_13:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[DIM_14:.*]] = tensor.dim %[[X]], %[[C2]] : tensor<?x1x?xf64>
// CHECK-NEXT: %[[EXPANDED_15:.*]] = tensor.expand_shape %[[V12]] {{\[\[}}0, 1], [2]] output_shape [%[[DIM_13]], 1, %[[DIM_14]]] : tensor<?x?xf64> into tensor<?x1x?xf64>
// CHECK-NEXT: return %[[EXPANDED_5]], %[[V4]], %[[EXPANDED_15]] : tensor<?x1x?xf64>, tensor<?x?x4xf64>, tensor<?x1x?xf64>
func.func @selective_step(%x: tensor<?x1x?xf64>, %dt: tensor<?x1x?xf64>, %A: tensor<?x4xf64>, %B: tensor<?x1x4xf64>, %D: tensor<?xf64>, %z: tensor<?x1x?xf64>, %h: tensor<?x?x4xf64>) -> (tensor<?x1x?xf64>, tensor<?x?x4xf64>, tensor<?x1x?xf64>) {
  %0:2 = fidelity.ssm.scan %x, %A, %B, %B delta %dt skip %D gate %z state %h {delta_softplus} : (tensor<?x1x?xf64>, tensor<?x4xf64>, tensor<?x1x4xf64>, tensor<?x1x4xf64>, tensor<?x1x?xf64>, tensor<?xf64>, tensor<?x1x?xf64>, tensor<?x?x4xf64>) -> (tensor<?x1x?xf64>, tensor<?x?x4xf64>)
  %1:2 = fidelity.ssm.scan %x, %A, %B, %B delta %dt : (tensor<?x1x?xf64>, tensor<?x4xf64>, tensor<?x1x4xf64>, tensor<?x1x4xf64>, tensor<?x1x?xf64>) -> (tensor<?x1x?xf64>, tensor<?x?x4xf64>)
  return %0#0, %0#1, %1#0 : tensor<?x1x?xf64>, tensor<?x?x4xf64>, tensor<?x1x?xf64>
}

// Of two steps; where the state would be rounded before it is read; with a unit;
// where sizes may not agree; with complex numbers.
// CHECK-LABEL: func.func @ssm_scan_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x1x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<2x8x4xf32>
// CHECK-SAME: %[[W:[^:]*]]: tensor<2x2x8xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<2x1x8xf16>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<8x4xf16>
// CHECK-SAME: %[[R:[^:]*]]: tensor<2x8x4xf16>
// CHECK-SAME: %[[M:[^:]*]]: tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>
// CHECK-SAME: %[[K:[^:]*]]: tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>
// CHECK-SAME: %[[U:[^:]*]]: tensor<?x1x8xf32>
// CHECK-SAME: %[[K1:[^:]*]]: tensor<8x4xcomplex<f32>>
// CHECK-SAME: %[[K2:[^:]*]]: tensor<2x8x4xcomplex<f32>>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.scan %[[W]], %[[A]], %[[A]], %[[A]] state %[[H]] : (tensor<2x2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x2x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.ssm.scan %[[P]], %[[Q]], %[[Q]], %[[Q]] state %[[R]] : (tensor<2x1x8xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<2x8x4xf16>) -> (tensor<2x1x8xf16>, tensor<2x8x4xf16>)
// CHECK-NEXT: %[[OUTPUT_2:.*]], %[[LAST_STATE_3:.*]] = fidelity.ssm.scan %[[M]], %[[A]], %[[A]], %[[A]] state %[[K]] : (tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>)
// CHECK-NEXT: %[[OUTPUT_4:.*]], %[[LAST_STATE_5:.*]] = fidelity.ssm.scan %[[U]], %[[A]], %[[A]], %[[A]] state %[[H]] : (tensor<?x1x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_6:.*]], %[[LAST_STATE_7:.*]] = fidelity.ssm.scan %[[X]], %[[K1]], %[[A]], %[[A]] state %[[K2]] : (tensor<2x1x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xcomplex<f32>>) -> (tensor<2x1x8xf32>, tensor<2x8x4xcomplex<f32>>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]], %[[OUTPUT_2]], %[[OUTPUT_4]], %[[OUTPUT_6]] : tensor<2x2x8xf32>, tensor<2x1x8xf16>, tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<2x1x8xf32>, tensor<2x1x8xf32>
func.func @ssm_scan_f3_stays(%x: tensor<2x1x8xf32>, %A: tensor<8x4xf32>, %h: tensor<2x8x4xf32>, %w: tensor<2x2x8xf32>, %p: tensor<2x1x8xf16>, %Q: tensor<8x4xf16>, %r: tensor<2x8x4xf16>, %m: tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, %k: tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>, %u: tensor<?x1x8xf32>, %K1: tensor<8x4xcomplex<f32>>, %K2: tensor<2x8x4xcomplex<f32>>) -> (tensor<2x2x8xf32>, tensor<2x1x8xf16>, tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<2x1x8xf32>, tensor<2x1x8xf32>) {
  %0:2 = fidelity.ssm.scan %w, %A, %A, %A state %h : (tensor<2x2x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x2x8xf32>, tensor<2x8x4xf32>)
  %1:2 = fidelity.ssm.scan %p, %Q, %Q, %Q state %r : (tensor<2x1x8xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<8x4xf16>, tensor<2x8x4xf16>) -> (tensor<2x1x8xf16>, tensor<2x8x4xf16>)
  %2:2 = fidelity.ssm.scan %m, %A, %A, %A state %k : (tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>) -> (tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<2x8x4xf32, #fidelity.tensor<unit = "m">>)
  %3:2 = fidelity.ssm.scan %u, %A, %A, %A state %h : (tensor<?x1x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xf32>) -> (tensor<2x1x8xf32>, tensor<2x8x4xf32>)
  %4:2 = fidelity.ssm.scan %x, %K1, %A, %A state %K2 : (tensor<2x1x8xf32>, tensor<8x4xcomplex<f32>>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<2x8x4xcomplex<f32>>) -> (tensor<2x1x8xf32>, tensor<2x8x4xcomplex<f32>>)
  return %0#0, %1#0, %2#0, %3#0, %4#0 : tensor<2x2x8xf32>, tensor<2x1x8xf16>, tensor<2x1x8xf32, #fidelity.tensor<unit = "m">>, tensor<2x1x8xf32>, tensor<2x1x8xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x?x2x8xf32>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<1x?x2xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<1x?x1x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.ssd %[[X]], %[[DT]], %[[A]], %[[B]], %[[B]] : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>
func.func @ssm_ssd_f1(%x: tensor<1x?x2x8xf32>, %dt: tensor<1x?x2xf32>, %A: tensor<2xf32>, %B: tensor<1x?x1x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>) {
  %h = arith.constant dense<0.0> : tensor<1x2x8x4xf32>
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %h : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
  return %0#0, %0#1 : tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x?x2x8xf32>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<1x?x2xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<1x?x1x4xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<-0.000000e+00> : tensor<1x2x8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.ssd %[[X]], %[[DT]], %[[A]], %[[B]], %[[B]] state %[[CST]] : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
// CHECK-NEXT: return %[[LAST_STATE]] : tensor<1x2x8x4xf32>
func.func @ssm_ssd_f1_stays(%x: tensor<1x?x2x8xf32>, %dt: tensor<1x?x2xf32>, %A: tensor<2xf32>, %B: tensor<1x?x1x4xf32>) -> tensor<1x2x8x4xf32> {
  %h = arith.constant dense<-0.0> : tensor<1x2x8x4xf32>
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %h : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
  return %0#1 : tensor<1x2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_f2(
// CHECK-SAME: %[[H:[^:]*]]: tensor<1x2x8x4xf32>
// CHECK-NEXT: %[[V0:.*]] = arith.constant dense<0.000000e+00> : tensor<1x0x2x8xf32>
// CHECK-NEXT: %[[CST:.*]] = arith.constant dense<0.000000e+00> : tensor<1x2x8x4xf32>
// CHECK-NEXT: return %[[V0]], %[[H]], %[[CST]] : tensor<1x0x2x8xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>
func.func @ssm_ssd_f2(%x: tensor<1x0x2x8xf32>, %dt: tensor<1x0x2xf32>, %A: tensor<2xf32>, %B: tensor<1x0x1x4xf32>, %h: tensor<1x2x8x4xf32>) -> (tensor<1x0x2x8xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %h : (tensor<1x0x2x8xf32>, tensor<1x0x2xf32>, tensor<2xf32>, tensor<1x0x1x4xf32>, tensor<1x0x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x0x2x8xf32>, tensor<1x2x8x4xf32>)
  %1:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<1x0x2x8xf32>, tensor<1x0x2xf32>, tensor<2xf32>, tensor<1x0x1x4xf32>, tensor<1x0x1x4xf32>) -> (tensor<1x0x2x8xf32>, tensor<1x2x8x4xf32>)
  return %0#0, %0#1, %1#1 : tensor<1x0x2x8xf32>, tensor<1x2x8x4xf32>, tensor<1x2x8x4xf32>
}

// CHECK-LABEL: func.func @ssm_ssd_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x?x2x8xf32>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<1x?x2xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<1x?x1x4xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<1x2x8x4xf32>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.ssd %[[X]], %[[DT]], %[[A]], %[[B]], %[[B]] state %[[H]] : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
// CHECK-NEXT: return %[[OUTPUT]], %[[LAST_STATE]] : tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>
func.func @ssm_ssd_f2_stays(%x: tensor<1x?x2x8xf32>, %dt: tensor<1x?x2xf32>, %A: tensor<2xf32>, %B: tensor<1x?x1x4xf32>, %h: tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B state %h : (tensor<1x?x2x8xf32>, tensor<1x?x2xf32>, tensor<2xf32>, tensor<1x?x1x4xf32>, tensor<1x?x1x4xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>)
  return %0#0, %0#1 : tensor<1x?x2x8xf32>, tensor<1x2x8x4xf32>
}

// Heads that share one group; from a state, with Δ's softplus, D and a gate; from
// no state, of unknown sizes.
// CHECK-LABEL: func.func @ssm_ssd_f3(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x1x2x8xf32>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<1x1x2xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<1x1x1x4xf32>
// CHECK-SAME: %[[D:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[Z:[^:]*]]: tensor<1x1x2x8xf32>
// CHECK-SAME: %[[H:[^:]*]]: tensor<1x2x8x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<?x1x?x8xf64>
// CHECK-SAME: %[[E:[^:]*]]: tensor<?x1x?xf64>
// CHECK-SAME: %[[F:[^:]*]]: tensor<?xf64>
// CHECK-SAME: %[[G:[^:]*]]: tensor<?x1x1x4xf64>
// CHECK-NEXT: %[[CST:.*]] = arith.constant 0.000000e+00 : f64
// CHECK-NEXT: %[[C2:.*]] = arith.constant 2 : index
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[COLLAPSED:.*]] = tensor.collapse_shape %[[X]] {{\[\[}}0, 1], [2], [3]] : tensor<1x1x2x8xf32> into tensor<1x2x8xf32>
// CHECK-NEXT: %[[COLLAPSED_0:.*]] = tensor.collapse_shape %[[DT]] {{\[\[}}0, 1], [2]] : tensor<1x1x2xf32> into tensor<1x2xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.softplus %[[COLLAPSED_0]] : tensor<1x2xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.multiply %[[V0]], %[[A]] : (tensor<1x2xf32>, tensor<2xf32>) -> tensor<1x2xf32>
// CHECK-NEXT: %[[V2:.*]] = fidelity.exp %[[V1]] : tensor<1x2xf32>
// CHECK-NEXT: %[[EXPANDED:.*]] = tensor.expand_shape %[[V2]] {{\[\[}}0], [1, 2, 3]] output_shape [1, 2, 1, 1] : tensor<1x2xf32> into tensor<1x2x1x1xf32>
// CHECK-NEXT: %[[EXPANDED_1:.*]] = tensor.expand_shape %[[V0]] {{\[\[}}0], [1, 2]] output_shape [1, 2, 1] : tensor<1x2xf32> into tensor<1x2x1xf32>
// CHECK-NEXT: %[[V3:.*]] = fidelity.multiply %[[COLLAPSED]], %[[EXPANDED_1]] : (tensor<1x2x8xf32>, tensor<1x2x1xf32>) -> tensor<1x2x8xf32>
// CHECK-NEXT: %[[V4:.*]] = fidelity.ssm.state_update %[[H]], %[[V3]], %[[EXPANDED]], %[[B]] : (tensor<1x2x8x4xf32>, tensor<1x2x8xf32>, tensor<1x2x1x1xf32>, tensor<1x1x1x4xf32>) -> tensor<1x2x8x4xf32>
// CHECK-NEXT: %[[EXPANDED_2:.*]] = tensor.expand_shape %[[D]] {{\[\[}}0, 1]] output_shape [2, 1] : tensor<2xf32> into tensor<2x1xf32>
// CHECK-NEXT: %[[V5:.*]] = fidelity.ssm.output %[[V4]], %[[B]] skip %[[EXPANDED_2]], %[[COLLAPSED]] : (tensor<1x2x8x4xf32>, tensor<1x1x1x4xf32>, tensor<2x1xf32>, tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
// CHECK-NEXT: %[[COLLAPSED_3:.*]] = tensor.collapse_shape %[[Z]] {{\[\[}}0, 1], [2], [3]] : tensor<1x1x2x8xf32> into tensor<1x2x8xf32>
// CHECK-NEXT: %[[V6:.*]] = fidelity.silu %[[COLLAPSED_3]] : tensor<1x2x8xf32>
// CHECK-NEXT: %[[V7:.*]] = fidelity.multiply %[[V5]], %[[V6]] : (tensor<1x2x8xf32>, tensor<1x2x8xf32>) -> tensor<1x2x8xf32>
// CHECK-NEXT: %[[EXPANDED_4:.*]] = tensor.expand_shape %[[V7]] {{\[\[}}0, 1], [2], [3]] output_shape [1, 1, 2, 8] : tensor<1x2x8xf32> into tensor<1x1x2x8xf32>
// CHECK-NEXT: %[[COLLAPSED_5:.*]] = tensor.collapse_shape %[[Y]] {{\[\[}}0, 1], [2], [3]] : tensor<?x1x?x8xf64> into tensor<?x?x8xf64>
// CHECK-NEXT: %[[COLLAPSED_6:.*]] = tensor.collapse_shape %[[E]] {{\[\[}}0, 1], [2]] : tensor<?x1x?xf64> into tensor<?x?xf64>
// CHECK-NEXT: %[[V8:.*]] = fidelity.multiply %[[COLLAPSED_6]], %[[F]] : (tensor<?x?xf64>, tensor<?xf64>) -> tensor<?x?xf64>
// CHECK-NEXT: %[[V9:.*]] = fidelity.exp %[[V8]] : tensor<?x?xf64>
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[DIM_7:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[EXPANDED_8:.*]] = tensor.expand_shape %[[V9]] {{\[\[}}0], [1, 2, 3]] output_shape [%[[DIM]], %[[DIM_7]], 1, 1] : tensor<?x?xf64> into tensor<?x?x1x1xf64>
// CHECK-NEXT: %[[DIM_9:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[DIM_10:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[EXPANDED_11:.*]] = tensor.expand_shape %[[COLLAPSED_6]] {{\[\[}}0], [1, 2]] output_shape [%[[DIM_9]], %[[DIM_10]], 1] : tensor<?x?xf64> into tensor<?x?x1xf64>
// CHECK-NEXT: %[[V10:.*]] = fidelity.multiply %[[COLLAPSED_5]], %[[EXPANDED_11]] : (tensor<?x?x8xf64>, tensor<?x?x1xf64>) -> tensor<?x?x8xf64>
// CHECK-NEXT: %[[DIM_12:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[DIM_13:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[SPLAT:.*]] = tensor.splat %[[CST]][%[[DIM_12]], %[[DIM_13]]] : tensor<?x?x8x4xf64>
// CHECK-NEXT: %[[V11:.*]] = fidelity.ssm.state_update %[[SPLAT]], %[[V10]], %[[EXPANDED_8]], %[[G]] : (tensor<?x?x8x4xf64>, tensor<?x?x8xf64>, tensor<?x?x1x1xf64>, tensor<?x1x1x4xf64>) -> tensor<?x?x8x4xf64>
// CHECK-NEXT: %[[DIM_14:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[EXPANDED_15:.*]] = tensor.expand_shape %[[F]] {{\[\[}}0, 1]] output_shape [%[[DIM_14]], 1] : tensor<?xf64> into tensor<?x1xf64>
// CHECK-NEXT: %[[V12:.*]] = fidelity.ssm.output %[[V11]], %[[G]] skip %[[EXPANDED_15]], %[[COLLAPSED_5]] : (tensor<?x?x8x4xf64>, tensor<?x1x1x4xf64>, tensor<?x1xf64>, tensor<?x?x8xf64>) -> tensor<?x?x8xf64>
// CHECK-NEXT: %[[DIM_16:.*]] = tensor.dim %[[Y]], %[[C0]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[DIM_17:.*]] = tensor.dim %[[Y]], %[[C2]] : tensor<?x1x?x8xf64>
// CHECK-NEXT: %[[EXPANDED_18:.*]] = tensor.expand_shape %[[V12]] {{\[\[}}0, 1], [2], [3]] output_shape [%[[DIM_16]], 1, %[[DIM_17]], 8] : tensor<?x?x8xf64> into tensor<?x1x?x8xf64>
// CHECK-NEXT: return %[[EXPANDED_4]], %[[V4]], %[[EXPANDED_18]] : tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>, tensor<?x1x?x8xf64>
func.func @ssm_ssd_f3(%x: tensor<1x1x2x8xf32>, %dt: tensor<1x1x2xf32>, %A: tensor<2xf32>, %B: tensor<1x1x1x4xf32>, %D: tensor<2xf32>, %z: tensor<1x1x2x8xf32>, %h: tensor<1x2x8x4xf32>, %y: tensor<?x1x?x8xf64>, %e: tensor<?x1x?xf64>, %F: tensor<?xf64>, %G: tensor<?x1x1x4xf64>) -> (tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>, tensor<?x1x?x8xf64>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B skip %D gate %z state %h {delta_softplus} : (tensor<1x1x2x8xf32>, tensor<1x1x2xf32>, tensor<2xf32>, tensor<1x1x1x4xf32>, tensor<1x1x1x4xf32>, tensor<2xf32>, tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>) -> (tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>)
  %1:2 = fidelity.ssm.ssd %y, %e, %F, %G, %G skip %F : (tensor<?x1x?x8xf64>, tensor<?x1x?xf64>, tensor<?xf64>, tensor<?x1x1x4xf64>, tensor<?x1x1x4xf64>, tensor<?xf64>) -> (tensor<?x1x?x8xf64>, tensor<?x?x8x4xf64>)
  return %0#0, %0#1, %1#0 : tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>, tensor<?x1x?x8xf64>
}

// Of two steps, or two groups; where the state would be rounded before it is read.
// CHECK-LABEL: func.func @ssm_ssd_f3_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<1x2x2x8xf32>
// CHECK-SAME: %[[DT:[^:]*]]: tensor<1x2x2xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<2xf32>
// CHECK-SAME: %[[B:[^:]*]]: tensor<1x2x1x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<1x1x2x8xf32>
// CHECK-SAME: %[[E:[^:]*]]: tensor<1x1x2xf32>
// CHECK-SAME: %[[G:[^:]*]]: tensor<1x1x2x4xf32>
// CHECK-SAME: %[[P:[^:]*]]: tensor<1x1x2x8xf16>
// CHECK-SAME: %[[Q:[^:]*]]: tensor<1x1x2xf16>
// CHECK-SAME: %[[O:[^:]*]]: tensor<2xf16>
// CHECK-SAME: %[[R:[^:]*]]: tensor<1x1x1x4xf16>
// CHECK-NEXT: %[[OUTPUT:.*]], %[[LAST_STATE:.*]] = fidelity.ssm.ssd %[[X]], %[[DT]], %[[A]], %[[B]], %[[B]] : (tensor<1x2x2x8xf32>, tensor<1x2x2xf32>, tensor<2xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>) -> (tensor<1x2x2x8xf32>, tensor<1x2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_0:.*]], %[[LAST_STATE_1:.*]] = fidelity.ssm.ssd %[[Y]], %[[E]], %[[A]], %[[G]], %[[G]] : (tensor<1x1x2x8xf32>, tensor<1x1x2xf32>, tensor<2xf32>, tensor<1x1x2x4xf32>, tensor<1x1x2x4xf32>) -> (tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>)
// CHECK-NEXT: %[[OUTPUT_2:.*]], %[[LAST_STATE_3:.*]] = fidelity.ssm.ssd %[[P]], %[[Q]], %[[O]], %[[R]], %[[R]] : (tensor<1x1x2x8xf16>, tensor<1x1x2xf16>, tensor<2xf16>, tensor<1x1x1x4xf16>, tensor<1x1x1x4xf16>) -> (tensor<1x1x2x8xf16>, tensor<1x2x8x4xf16>)
// CHECK-NEXT: return %[[OUTPUT]], %[[OUTPUT_0]], %[[OUTPUT_2]] : tensor<1x2x2x8xf32>, tensor<1x1x2x8xf32>, tensor<1x1x2x8xf16>
func.func @ssm_ssd_f3_stays(%x: tensor<1x2x2x8xf32>, %dt: tensor<1x2x2xf32>, %A: tensor<2xf32>, %B: tensor<1x2x1x4xf32>, %y: tensor<1x1x2x8xf32>, %e: tensor<1x1x2xf32>, %G: tensor<1x1x2x4xf32>, %p: tensor<1x1x2x8xf16>, %q: tensor<1x1x2xf16>, %O: tensor<2xf16>, %R: tensor<1x1x1x4xf16>) -> (tensor<1x2x2x8xf32>, tensor<1x1x2x8xf32>, tensor<1x1x2x8xf16>) {
  %0:2 = fidelity.ssm.ssd %x, %dt, %A, %B, %B : (tensor<1x2x2x8xf32>, tensor<1x2x2xf32>, tensor<2xf32>, tensor<1x2x1x4xf32>, tensor<1x2x1x4xf32>) -> (tensor<1x2x2x8xf32>, tensor<1x2x8x4xf32>)
  %1:2 = fidelity.ssm.ssd %y, %e, %A, %G, %G : (tensor<1x1x2x8xf32>, tensor<1x1x2xf32>, tensor<2xf32>, tensor<1x1x2x4xf32>, tensor<1x1x2x4xf32>) -> (tensor<1x1x2x8xf32>, tensor<1x2x8x4xf32>)
  %2:2 = fidelity.ssm.ssd %p, %q, %O, %R, %R : (tensor<1x1x2x8xf16>, tensor<1x1x2xf16>, tensor<2xf16>, tensor<1x1x1x4xf16>, tensor<1x1x1x4xf16>) -> (tensor<1x1x2x8xf16>, tensor<1x2x8x4xf16>)
  return %0#0, %1#0, %2#0 : tensor<1x2x2x8xf32>, tensor<1x1x2x8xf32>, tensor<1x1x2x8xf16>
}

// CHECK-LABEL: func.func @ssm_convolution_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x0x8xf32>
// CHECK-NEXT: %[[C0:.*]] = arith.constant 0 : index
// CHECK-NEXT: %[[DIM:.*]] = tensor.dim %[[X]], %[[C0]] : tensor<?x0x8xf32>
// CHECK-NEXT: %[[V0:.*]] = tensor.empty(%[[DIM]]) : tensor<?x0x8xf32>
// CHECK-NEXT: return %[[V0]] : tensor<?x0x8xf32>
func.func @ssm_convolution_f1(%x: tensor<?x0x8xf32>, %A: tensor<8x4xf32>) -> tensor<?x0x8xf32> {
  %0 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<?x0x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<?x0x8xf32>
  return %0 : tensor<?x0x8xf32>
}

// Without states K is 0, and 0 times an infinite input is NaN.
// CHECK-LABEL: func.func @ssm_convolution_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<2x?x8xf32>
// CHECK-SAME: %[[A:[^:]*]]: tensor<8x4xf32>
// CHECK-SAME: %[[Y:[^:]*]]: tensor<2x4x8xf32>
// CHECK-SAME: %[[N:[^:]*]]: tensor<8x0xf32>
// CHECK-NEXT: %[[V0:.*]] = fidelity.ssm.convolution %[[X]], %[[A]], %[[A]], %[[A]] : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x?x8xf32>
// CHECK-NEXT: %[[V1:.*]] = fidelity.ssm.convolution %[[Y]], %[[N]], %[[N]], %[[N]] : (tensor<2x4x8xf32>, tensor<8x0xf32>, tensor<8x0xf32>, tensor<8x0xf32>) -> tensor<2x4x8xf32>
// CHECK-NEXT: return %[[V0]], %[[V1]] : tensor<2x?x8xf32>, tensor<2x4x8xf32>
func.func @ssm_convolution_f1_stays(%x: tensor<2x?x8xf32>, %A: tensor<8x4xf32>, %y: tensor<2x4x8xf32>, %N: tensor<8x0xf32>) -> (tensor<2x?x8xf32>, tensor<2x4x8xf32>) {
  %0 = fidelity.ssm.convolution %x, %A, %A, %A : (tensor<2x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>, tensor<8x4xf32>) -> tensor<2x?x8xf32>
  %1 = fidelity.ssm.convolution %y, %N, %N, %N : (tensor<2x4x8xf32>, tensor<8x0xf32>, tensor<8x0xf32>, tensor<8x0xf32>) -> tensor<2x4x8xf32>
  return %0, %1 : tensor<2x?x8xf32>, tensor<2x4x8xf32>
}
