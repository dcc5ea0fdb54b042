#include "library.h"
#include <stdio.h>
#include <stdlib.h>

/* The library's functions call each other, and not what else has such a name. */
void layer(void);
void layer(void) {
  puts("expected the library's layer");
  exit(1);
}

int main(void) {
  float x[16];
  for (int i = 0; i < 16; ++i)
    x[i] = (float)i;
  /* Rows of eight trits, two bits each: +x0, -x1, +x4, -x7. */
  int8_t w[8] = {0x02, 0, 0x04, 0, 0, 0x02, 0, 0x40};
  memref_2d_f32 rows = {x, x, 0, {2, 8}, {8, 1}}, y;
  memref_2d_i8 weights = {w, w, 0, {4, 2}, {2, 1}};
  _mlir_ciface_layer(&y, &rows, &weights);
  printf("layer %dx%d:", (int)y.sizes[0], (int)y.sizes[1]);
  for (int i = 0; i < 8; ++i)
    printf(" %g", y.aligned[i]);
  printf("\n");
  free(y.allocated);

  float four[4] = {1, 2, 3, 4};
  memref_1d_f32 vector = {four, four, 0, {4}, {1}};
  pick_results picked;
  _mlir_ciface_pick(&picked, &vector, 2);
  printf("pick %g %d:", picked.result1, (int)picked.result2.sizes[0]);
  for (int i = 0; i < 4; ++i)
    printf(" %g", picked.result0.aligned[i]);
  printf("\napart %d\n", picked.result0.allocated != picked.result2.allocated &&
                             picked.result0.allocated != four);
  free(picked.result0.allocated);
  free(picked.result2.allocated);

  printf("size %d\n", (int)_mlir_ciface_size(&vector));

  float sums[4] = {1, 2, 3, 4};
  memref_1d_f32 state = {sums, sums, 0, {4}, {1}};
  for (int step = 0; step < 2; ++step) {
    step_results made;
    _mlir_ciface_step(&made, &vector, &state);
    printf("step %g:", made.result0);
    for (int i = 0; i < 4; ++i)
      printf(" %g%s", sums[i], i < 3 ? "" : ", before");
    for (int i = 0; i < 4; ++i)
      printf(" %g", made.result2.aligned[i]);
    printf("\n");
    free(made.result2.allocated);
  }
  return 0;
}
