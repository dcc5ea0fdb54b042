// RUN: fidelity-opt %s -canonicalize=test-convergence | FileCheck %s

// CHECK-LABEL: func.func @transfer_f1(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: return %[[X]] : tensor<?xf32>
func.func @transfer_f1(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = fidelity.transfer %x from "a" to "a" : tensor<?xf32>
  return %y : tensor<?xf32>
}

// CHECK-LABEL: func.func @transfer_f1_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[Y:.*]] = fidelity.transfer %[[X]] from "a" to "A" : tensor<?xf32>
// CHECK-NEXT: return %[[Y]] : tensor<?xf32>
func.func @transfer_f1_stays(%x: tensor<?xf32>) -> tensor<?xf32> {
  %y = fidelity.transfer %x from "a" to "A" : tensor<?xf32>
  return %y : tensor<?xf32>
}

// The first transfer stays for those who read it.
// CHECK-LABEL: func.func @transfer_f2(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[THERE:.*]] = fidelity.transfer %[[X]] from "a" to "b" : tensor<?xf32>
// CHECK-NEXT: return %[[THERE]], %[[X]] : tensor<?xf32>, tensor<?xf32>
func.func @transfer_f2(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %there = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
  %back = fidelity.transfer %there from "b" to "a" : tensor<?xf32>
  return %there, %back : tensor<?xf32>, tensor<?xf32>
}

// Onwards, to elsewhere, and from elsewhere.
// CHECK-LABEL: func.func @transfer_f2_stays(
// CHECK-SAME: %[[X:[^:]*]]: tensor<?xf32>
// CHECK-NEXT: %[[THERE:.*]] = fidelity.transfer %[[X]] from "a" to "b" : tensor<?xf32>
// CHECK-NEXT: %[[ON:.*]] = fidelity.transfer %[[THERE]] from "b" to "c" : tensor<?xf32>
// CHECK-NEXT: %[[STRANGE:.*]] = fidelity.transfer %[[THERE]] from "c" to "a" : tensor<?xf32>
// CHECK-NEXT: return %[[ON]], %[[STRANGE]] : tensor<?xf32>, tensor<?xf32>
func.func @transfer_f2_stays(%x: tensor<?xf32>) -> (tensor<?xf32>, tensor<?xf32>) {
  %there = fidelity.transfer %x from "a" to "b" : tensor<?xf32>
  %on = fidelity.transfer %there from "b" to "c" : tensor<?xf32>
  %strange = fidelity.transfer %there from "c" to "a" : tensor<?xf32>
  return %on, %strange : tensor<?xf32>, tensor<?xf32>
}
