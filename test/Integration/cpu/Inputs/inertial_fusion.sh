# Runs a step for a number of bodies both ways and compares with NumPy.
# Arguments: the root of the source tree, Python, the number of bodies.
set -e
folder=bodies-$3
mkdir "$folder"
script=$(dirname "$0")/inertial_fusion.py
"$2" "$script" inputs "$folder" "$3"
"$2" "$script" step "$folder"
for way in "" --reference; do
  fidelity run "$1/examples/sensor-fusion/inertial-fusion.mlir" --entry step $way \
    --input "$folder/accelerometer.npy" --input "$folder/gyroscope.npy" \
    --input "$folder/timestamp.npy" --input "$folder/position.npy" \
    --input "$folder/velocity.npy" --input "$folder/orientation.npy" \
    --input "$folder/previous.npy" \
    --output "$folder/p$way.npy" --output "$folder/v$way.npy" --output "$folder/q$way.npy"
  for part in p v q; do
    fidelity compare "$folder/$part$way.npy" "$folder/expected_$part.npy" --absolute 5e-6
  done
done
for part in p v q; do
  fidelity compare "$folder/$part.npy" "$folder/$part--reference.npy" --absolute 2e-6
done
