// One layer of the MatMul-free language model in examples/tiny-mmfree, as
// `fidelity import hgrn-bit` writes it, with its weights as arguments: a token
// mixer, the MLGRU, and a channel mixer, a gated linear unit. It is what every
// target is tested with.
//
// @step takes one token, @sequence sixteen; both go on from a state of the
// recurrence and give the next one. Arguments:
//
// - %x, the residual stream, one row for each token, and %state;
// - %attn_norm, %mlp_norm, %g_norm, the weights of norms;
// - %bound, the lower bound of the forget gate;
// - for each projection its trits %w, packed, its scale %s and the weight %n of
//   the norm before it: f, i, g and o of the token mixer, gate (which is two,
//   one after the other) and down of the channel mixer.

!square = tensor<256x256xi8, #fidelity.tensor<storage = packed2>>
!up = tensor<1536x256xi8, #fidelity.tensor<storage = packed2>>
!down = tensor<256x768xi8, #fidelity.tensor<storage = packed2>>

func.func @step(
    %x: tensor<1x256xf32>, %state: tensor<256xf32>,
    %attn_norm: tensor<256xf32>, %mlp_norm: tensor<256xf32>, %g_norm: tensor<256xf32>, %bound: tensor<256xf32>,
    %w_f: !square, %s_f: tensor<f32>, %n_f: tensor<256xf32>,
    %w_i: !square, %s_i: tensor<f32>, %n_i: tensor<256xf32>,
    %w_g: !square, %s_g: tensor<f32>, %n_g: tensor<256xf32>,
    %w_o: !square, %s_o: tensor<f32>, %n_o: tensor<256xf32>,
    %w_gate: !up, %s_gate: tensor<f32>, %n_gate: tensor<256xf32>,
    %w_down: !down, %s_down: tensor<f32>, %n_down: tensor<768xf32>)
    -> (tensor<1x256xf32>, tensor<256xf32>) {
  // The token mixer.
  %mixed = fidelity.rms_norm %x weight %attn_norm {epsilon = 1.0e-6 : f64} : (tensor<1x256xf32>, tensor<256xf32>) -> tensor<1x256xf32>
  %f = fidelity.bit_linear %mixed, %w_f scale %s_f norm %n_f {epsilon = 1.0e-8 : f64}
    : (tensor<1x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<1x256xf32>
  %i = fidelity.bit_linear %mixed, %w_i scale %s_i norm %n_i {epsilon = 1.0e-8 : f64}
    : (tensor<1x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<1x256xf32>
  %o, %next = fidelity.mlgru %f, %i state %state lower_bound %bound
    : (tensor<1x256xf32>, tensor<1x256xf32>, tensor<256xf32>, tensor<256xf32>) -> (tensor<1x256xf32>, tensor<256xf32>)
  %g = fidelity.bit_linear %mixed, %w_g scale %s_g norm %n_g {epsilon = 1.0e-8 : f64}
    : (tensor<1x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<1x256xf32>
  %gate = fidelity.rms_norm %g weight %g_norm {epsilon = 1.0e-6 : f64} : (tensor<1x256xf32>, tensor<256xf32>) -> tensor<1x256xf32>
  %gated = fidelity.swiglu %o, %gate : (tensor<1x256xf32>, tensor<1x256xf32>) -> tensor<1x256xf32>
  %attn = fidelity.bit_linear %gated, %w_o scale %s_o norm %n_o {epsilon = 1.0e-8 : f64}
    : (tensor<1x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<1x256xf32>
  %y = fidelity.add %x, %attn : (tensor<1x256xf32>, tensor<1x256xf32>) -> tensor<1x256xf32>

  // The channel mixer.
  %normed = fidelity.rms_norm %y weight %mlp_norm {epsilon = 1.0e-6 : f64} : (tensor<1x256xf32>, tensor<256xf32>) -> tensor<1x256xf32>
  %both = fidelity.bit_linear %normed, %w_gate scale %s_gate norm %n_gate {epsilon = 1.0e-8 : f64}
    : (tensor<1x256xf32>, !up, tensor<f32>, tensor<256xf32>) -> tensor<1x1536xf32>
  %left = tensor.extract_slice %both[0, 0] [1, 768] [1, 1] : tensor<1x1536xf32> to tensor<1x768xf32>
  %right = tensor.extract_slice %both[0, 768] [1, 768] [1, 1] : tensor<1x1536xf32> to tensor<1x768xf32>
  %inner = fidelity.swiglu %left, %right : (tensor<1x768xf32>, tensor<1x768xf32>) -> tensor<1x768xf32>
  %mlp = fidelity.bit_linear %inner, %w_down scale %s_down norm %n_down {epsilon = 1.0e-8 : f64}
    : (tensor<1x768xf32>, !down, tensor<f32>, tensor<768xf32>) -> tensor<1x256xf32>
  %z = fidelity.add %y, %mlp : (tensor<1x256xf32>, tensor<1x256xf32>) -> tensor<1x256xf32>
  return %z, %next : tensor<1x256xf32>, tensor<256xf32>
}

func.func @sequence(
    %x: tensor<16x256xf32>, %state: tensor<256xf32>,
    %attn_norm: tensor<256xf32>, %mlp_norm: tensor<256xf32>, %g_norm: tensor<256xf32>, %bound: tensor<256xf32>,
    %w_f: !square, %s_f: tensor<f32>, %n_f: tensor<256xf32>,
    %w_i: !square, %s_i: tensor<f32>, %n_i: tensor<256xf32>,
    %w_g: !square, %s_g: tensor<f32>, %n_g: tensor<256xf32>,
    %w_o: !square, %s_o: tensor<f32>, %n_o: tensor<256xf32>,
    %w_gate: !up, %s_gate: tensor<f32>, %n_gate: tensor<256xf32>,
    %w_down: !down, %s_down: tensor<f32>, %n_down: tensor<768xf32>)
    -> (tensor<16x256xf32>, tensor<256xf32>) {
  // The token mixer.
  %mixed = fidelity.rms_norm %x weight %attn_norm {epsilon = 1.0e-6 : f64} : (tensor<16x256xf32>, tensor<256xf32>) -> tensor<16x256xf32>
  %f = fidelity.bit_linear %mixed, %w_f scale %s_f norm %n_f {epsilon = 1.0e-8 : f64}
    : (tensor<16x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<16x256xf32>
  %i = fidelity.bit_linear %mixed, %w_i scale %s_i norm %n_i {epsilon = 1.0e-8 : f64}
    : (tensor<16x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<16x256xf32>
  %o, %next = fidelity.mlgru %f, %i state %state lower_bound %bound
    : (tensor<16x256xf32>, tensor<16x256xf32>, tensor<256xf32>, tensor<256xf32>) -> (tensor<16x256xf32>, tensor<256xf32>)
  %g = fidelity.bit_linear %mixed, %w_g scale %s_g norm %n_g {epsilon = 1.0e-8 : f64}
    : (tensor<16x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<16x256xf32>
  %gate = fidelity.rms_norm %g weight %g_norm {epsilon = 1.0e-6 : f64} : (tensor<16x256xf32>, tensor<256xf32>) -> tensor<16x256xf32>
  %gated = fidelity.swiglu %o, %gate : (tensor<16x256xf32>, tensor<16x256xf32>) -> tensor<16x256xf32>
  %attn = fidelity.bit_linear %gated, %w_o scale %s_o norm %n_o {epsilon = 1.0e-8 : f64}
    : (tensor<16x256xf32>, !square, tensor<f32>, tensor<256xf32>) -> tensor<16x256xf32>
  %y = fidelity.add %x, %attn : (tensor<16x256xf32>, tensor<16x256xf32>) -> tensor<16x256xf32>

  // The channel mixer.
  %normed = fidelity.rms_norm %y weight %mlp_norm {epsilon = 1.0e-6 : f64} : (tensor<16x256xf32>, tensor<256xf32>) -> tensor<16x256xf32>
  %both = fidelity.bit_linear %normed, %w_gate scale %s_gate norm %n_gate {epsilon = 1.0e-8 : f64}
    : (tensor<16x256xf32>, !up, tensor<f32>, tensor<256xf32>) -> tensor<16x1536xf32>
  %left = tensor.extract_slice %both[0, 0] [16, 768] [1, 1] : tensor<16x1536xf32> to tensor<16x768xf32>
  %right = tensor.extract_slice %both[0, 768] [16, 768] [1, 1] : tensor<16x1536xf32> to tensor<16x768xf32>
  %inner = fidelity.swiglu %left, %right : (tensor<16x768xf32>, tensor<16x768xf32>) -> tensor<16x768xf32>
  %mlp = fidelity.bit_linear %inner, %w_down scale %s_down norm %n_down {epsilon = 1.0e-8 : f64}
    : (tensor<16x768xf32>, !down, tensor<f32>, tensor<768xf32>) -> tensor<16x256xf32>
  %z = fidelity.add %y, %mlp : (tensor<16x256xf32>, tensor<16x256xf32>) -> tensor<16x256xf32>
  return %z, %next : tensor<16x256xf32>, tensor<256xf32>
}
