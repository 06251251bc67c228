// The C face of the conic solver SCS, for one kind of program.
#ifndef ASSAY_CSCS_H
#define ASSAY_CSCS_H

#include <stdint.h>

// Minimizes cost·x over x, where the first `positive` rows of b - A x are not negative and the others are the lower
// triangle, column by column with √2 off the diagonal, of a positive semidefinite matrix of size `order`. A has
// `columns` columns, given by `starts` (columns + 1 of them), `rows` and `values`. `duals`, if it is not null, takes the
// multipliers of the first rows. Returns SCS's status: 1 if solved, 2 if inaccurately, -2 if there is no x, where the
// multipliers prove that; -100 if there is no memory.
int32_t assay_scs_solve(
    int32_t columns, int32_t positive, int32_t order, const int32_t *starts, const int32_t *rows, const double *values,
    const double *b, const double *cost, double tolerance, int32_t iterations, double *x, double *duals);

#endif
