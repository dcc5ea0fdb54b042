# Gives the projections of examples/mmfree-block one norm, and constant weights.
s/norm %n_[ig] /norm %n_f /
s/%mixed, %w_\([fig]\) scale %s_\([fig]\)/%mixed, %trits_\1 scale %gamma_\2/
/^  \/\/ The token mixer\./a\
  %trits_f = arith.constant dense<1> : !square\
  %trits_i = arith.constant dense<-1> : !square\
  %trits_g = arith.constant dense<0> : !square\
  %gamma_f = arith.constant dense<0.5> : tensor<f32>\
  %gamma_i = arith.constant dense<0.25> : tensor<f32>\
  %gamma_g = arith.constant dense<3.0> : tensor<f32>
