#include <stdlib.h>
#include <string.h>

#include "CSCS.h"
#include "scs.h"

void openblas_set_num_threads(int count);

int32_t assay_scs_solve(
    int32_t columns, int32_t positive, int32_t order, const int32_t *starts, const int32_t *rows, const double *values,
    const double *b, const double *cost, double tolerance, int32_t iterations, double *x, double *duals) {
  scs_int height = positive + order * (order + 1) / 2, size = order;
  // SCS scales copies and leaves these arrays as they are.
  ScsMatrix matrix = {(scs_float *)values, (scs_int *)rows, (scs_int *)starts, height, columns};
  ScsData data;
  memset(&data, 0, sizeof data);
  data.m = height;
  data.n = columns;
  data.A = &matrix;
  data.b = (scs_float *)b;
  data.c = (scs_float *)cost;
  ScsCone cone;
  memset(&cone, 0, sizeof cone);
  cone.l = positive;
  cone.s = &size;
  cone.ssize = order > 0;
  ScsSettings settings;
  scs_set_default_settings(&settings);
  settings.verbose = 0;
  settings.eps_abs = tolerance;
  settings.eps_rel = tolerance;
  settings.max_iters = iterations;
  scs_float *y = calloc(height, sizeof *y), *s = calloc(height, sizeof *s);
  int32_t status = -100;
  // The matrices are small: threads would wait for each other longer than they work.
  openblas_set_num_threads(1);
  if (y && s) {
    ScsSolution solution = {x, y, s};
    ScsInfo info;
    status = (int32_t)scs(&data, &cone, &settings, &solution, &info);
    if (duals) memcpy(duals, y, positive * sizeof *y);
  }
  free(y);
  free(s);
  return status;
}
