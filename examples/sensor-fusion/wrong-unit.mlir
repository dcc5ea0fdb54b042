// Inertial navigation with ternary weights: from what an accelerometer and a
// gyroscope show to position, velocity and orientation. README.md says how to
// run it. Each value has its unit and its dimensions their names; both are
// checked when the file is read, and cost nothing when it runs.

!time = tensor<f32, #fidelity.tensor<unit = "s">>
!number = tensor<f32, #fidelity.tensor<unit = "1">>
!position = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m">>
!velocity = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">>
!acceleration = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">>
!turn_rate = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "rad/s">>
!angle = tensor<?x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "rad">>
!gravity = tensor<3xf32, #fidelity.tensor<dims = [Axis], unit = "m/s">>
!filter = tensor<3x3xi8, #fidelity.tensor<dims = [Axis, Axis]>>

// A quaternion is [w, x, y, z].
!quaternion = tensor<?x4xf32, #fidelity.tensor<dims = [Body, Part], unit = "1">>
!part = tensor<4xf32, #fidelity.tensor<dims = [Part], unit = "1">>
!embedding = tensor<4x3xi8, #fidelity.tensor<dims = [Part, Axis]>>
!left = tensor<?x4x1xf32, #fidelity.tensor<dims = [Body, Left, _], unit = "1">>
!right = tensor<?x1x4xf32, #fidelity.tensor<dims = [Body, _, Right], unit = "1">>
!products = tensor<?x4x4xf32, #fidelity.tensor<dims = [Body, Left, Right], unit = "1">>
!flat_products = tensor<?x16xf32, #fidelity.tensor<dims = [Body, Product], unit = "1">>
!signs = tensor<4x16xi8, #fidelity.tensor<dims = [Part, Product]>>

// One step for any number of bodies that share a clock.
func.func @step(%accelerometer: !acceleration, %gyroscope: !turn_rate, %timestamp: !time,
                %position: !position, %velocity: !velocity, %orientation: !quaternion,
                %previous_timestamp: !time) -> (!position, !velocity, !quaternion) {
  %dt = fidelity.subtract %timestamp, %previous_timestamp : (!time, !time) -> !time
  %half = arith.constant dense<0.5> : !number

  // a = accelerometer - g: at rest the accelerometer shows g.
  %gravity = arith.constant dense<[0.0, 0.0, -9.81]> : !gravity
  %acceleration = fidelity.subtract %accelerometer, %gravity : (!acceleration, !gravity) -> !acceleration

  // p' = p + v dt + 1/2 a dt dt
  %moved = fidelity.multiply %velocity, %dt : (!velocity, !time) -> !position
  %half_acceleration = fidelity.multiply %half, %acceleration : (!number, !acceleration) -> !acceleration
  %half_change = fidelity.multiply %half_acceleration, %dt : (!acceleration, !time) -> !velocity
  %accelerated = fidelity.multiply %half_change, %dt : (!velocity, !time) -> !position
  %coasted = fidelity.add %position, %moved : (!position, !position) -> !position
  %next_position = fidelity.add %coasted, %accelerated : (!position, !position) -> !position

  // The filter against noise is a ternary layer: less of everything, and what
  // leaks from the first axis into the third is taken off. Its scale has the
  // unit by which the output's differs from the input's: none.
  %filter = arith.constant dense<[[1, 0, 0], [0, 1, 0], [-1, 0, 1]]> : !filter
  %filter_scale = arith.constant dense<0.875> : !number
  %filtered = fidelity.ternary_linear %acceleration, %filter scale %filter_scale
    : (!acceleration, !filter, !number) -> !acceleration

  // v' = v + a dt, with the filtered a
  %change = fidelity.multiply %filtered, %dt : (!acceleration, !time) -> !velocity
  %next_velocity = fidelity.add %velocity, %change : (!velocity, !velocity) -> !velocity

  // The rotation in dt as a quaternion, [1, 1/2 w dt]. Its length is made 1
  // below; it is then a rotation about w by 2 atan(1/2 |w| dt).
  %angle = fidelity.multiply %gyroscope, %dt : (!turn_rate, !time) -> !angle
  %half_angle = fidelity.multiply %half, %angle : (!number, !angle) -> !angle
  %embedding = arith.constant dense<[[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]]> : !embedding
  %vector = fidelity.ternary_linear %half_angle, %embedding : (!angle, !embedding) -> !quaternion
  %one = arith.constant dense<[1.0, 0.0, 0.0, 0.0]> : !part
  %rotation = fidelity.add %vector, %one : (!quaternion, !part) -> !quaternion

  // q' = q rotation. Each part is a sum of products of parts with their signs,
  // in this order: ww wx wy wz xw xx xy xz yw yx yy yz zw zx zy zz.
  %c0 = arith.constant 0 : index
  %bodies = tensor.dim %orientation, %c0 : !quaternion
  %left = tensor.expand_shape %orientation [[0], [1, 2]] output_shape [%bodies, 4, 1] : !quaternion into !left
  %right = tensor.expand_shape %rotation [[0], [1, 2]] output_shape [%bodies, 1, 4] : !quaternion into !right
  %products = fidelity.multiply %left, %right : (!left, !right) -> !products
  %flat = tensor.collapse_shape %products [[0], [1, 2]] : !products into !flat_products
  %signs = arith.constant dense<[
    [1, 0, 0, 0,  0, -1, 0, 0,  0, 0, -1, 0,  0, 0, 0, -1],
    [0, 1, 0, 0,  1, 0, 0, 0,  0, 0, 0, 1,  0, 0, -1, 0],
    [0, 0, 1, 0,  0, 0, 0, -1,  1, 0, 0, 0,  0, 1, 0, 0],
    [0, 0, 0, 1,  0, 0, 1, 0,  0, -1, 0, 0,  1, 0, 0, 0]
  ]> : !signs
  %turned = fidelity.ternary_linear %flat, %signs : (!flat_products, !signs) -> !quaternion

  // Length 1: of four parts the root mean square is half the length.
  %halves = arith.constant dense<0.5> : !part
  %next_orientation = fidelity.rms_norm %turned weight %halves {epsilon = 0.0 : f64}
    : (!quaternion, !part) -> !quaternion

  return %next_position, %next_velocity, %next_orientation : !position, !velocity, !quaternion
}

// Two bodies for a second, in steps of 10 ms. The first rests and turns about
// its vertical axis, the second speeds up along its second axis.
func.func @flight() -> (!position, !velocity, !quaternion) {
  %accelerometers = arith.constant dense<[[0.0, 0.0, -9.81], [0.0, 2.0, -9.81]]>
    : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">>
  %gyroscopes = arith.constant dense<[[0.0, 0.0, 1.5], [0.0, 0.0, 0.0]]>
    : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "rad/s">>
  %origin = arith.constant dense<0.0> : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m">>
  %rest = arith.constant dense<0.0> : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">>
  %upright = arith.constant dense<[[1.0, 0.0, 0.0, 0.0], [1.0, 0.0, 0.0, 0.0]]>
    : tensor<2x4xf32, #fidelity.tensor<dims = [Body, Part], unit = "1">>
  %accelerometer = tensor.cast %accelerometers
    : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s^2">> to !acceleration
  %gyroscope = tensor.cast %gyroscopes
    : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "rad/s">> to !turn_rate
  %position = tensor.cast %origin : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m">> to !position
  %velocity = tensor.cast %rest : tensor<2x3xf32, #fidelity.tensor<dims = [Body, Axis], unit = "m/s">> to !velocity
  %orientation = tensor.cast %upright
    : tensor<2x4xf32, #fidelity.tensor<dims = [Body, Part], unit = "1">> to !quaternion
  %start = arith.constant dense<0.0> : !time
  %tick = arith.constant dense<0.01> : !time

  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %steps = arith.constant 100 : index
  %p, %v, %q, %t = scf.for %i = %c0 to %steps step %c1
      iter_args(%p0 = %position, %v0 = %velocity, %q0 = %orientation, %t0 = %start)
      -> (!position, !velocity, !quaternion, !time) {
    %t1 = fidelity.add %t0, %tick : (!time, !time) -> !time
    %p1, %v1, %q1 = func.call @step(%accelerometer, %gyroscope, %t1, %p0, %v0, %q0, %t0)
      : (!acceleration, !turn_rate, !time, !position, !velocity, !quaternion, !time)
      -> (!position, !velocity, !quaternion)
    scf.yield %p1, %v1, %q1, %t1 : !position, !velocity, !quaternion, !time
  }
  return %p, %v, %q : !position, !velocity, !quaternion
}
