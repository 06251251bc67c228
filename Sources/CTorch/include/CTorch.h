// The C face of libtorch: one entry to call any of its operators by name, and the few things that are no operators.
//
// Every function that can fail returns 0 or a status, and leaves its message in assay_error(). No C++ exception crosses.
#ifndef ASSAY_CTORCH_H
#define ASSAY_CTORCH_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct assay_tensor assay_tensor;
typedef struct assay_operator assay_operator;

typedef enum {
  ASSAY_NONE = 0,
  ASSAY_TENSOR = 1,            // pointer: assay_tensor *
  ASSAY_TENSORS = 2,           // pointer: assay_tensor **, count; no element may be NULL
  ASSAY_OPTIONAL_TENSORS = 3,  // pointer: assay_tensor **, count; NULL stands for "none"
  ASSAY_INTEGER = 4,
  ASSAY_REAL = 5,
  ASSAY_BOOLEAN = 6,
  ASSAY_INTEGERS = 7,   // pointer: int64_t *, count
  ASSAY_REALS = 8,      // pointer: double *, count
  ASSAY_TEXT = 9,       // pointer: const char *
  ASSAY_DEVICE = 10,    // integer: 0 CPU, 1 CUDA; count: index
  ASSAY_GENERATOR = 11  // integer: the seed of a fresh CPU generator
} assay_kind;

typedef struct {
  int32_t kind;
  int32_t count;
  int64_t integer;
  double real;
  const void *pointer;
} assay_value;

// The message of the last failure on this thread, one line; valid until the next failure.
const char *assay_error(void);

// Operators ------------------------------------------------------------------------------------

// Finds an operator, such as ("aten::add", "Tensor"). The result lives as long as the process.
int32_t assay_operator_find(const char *name, const char *overload, const assay_operator **result);

// Calls an operator; arguments left off at the end take their defaults. Tensors come out owned, lists flattened.
int32_t assay_operator_call(const assay_operator *op, const assay_value *arguments, size_t argument_count,
                            assay_tensor **results, size_t capacity, size_t *result_count);

// `x · weightᵀ + bias`, for `x` `[..., in]`, `weight` `[out, in]` and perhaps `bias` `[out]`.
int32_t assay_linear(const assay_tensor *x, const assay_tensor *weight, const assay_tensor *bias, assay_tensor **result);

// The sums along the last axis of each element times `positive` where it is above 0, else times `negative`; all of three
// axes, the first two broadcast.
int32_t assay_signed_dot(const assay_tensor *x, const assay_tensor *positive, const assay_tensor *negative,
                         assay_tensor **result);

// Each element times one of two slopes, by its sign as above, and the sums along the last axis of its product with one of
// two heights; `slopes` and `heights` are two tensors each.
int32_t assay_signed_lines(const assay_tensor *x, const assay_tensor *const *slopes, const assay_tensor *const *heights,
                           assay_tensor **product, assay_tensor **sum);

// Tensors --------------------------------------------------------------------------------------

void assay_tensor_release(assay_tensor *tensor);

// Copies `bytes` into a new contiguous CPU tensor.
int32_t assay_tensor_copying(const void *bytes, int32_t dtype, const int64_t *shape, size_t rank,
                             assay_tensor **result);

// Wraps memory without copying; `release(context)` is called once nobody uses it any more.
int32_t assay_tensor_borrowing(void *bytes, int32_t dtype, const int64_t *shape, size_t rank, void *context,
                               void (*release)(void *), assay_tensor **result);

int32_t assay_tensor_rank(const assay_tensor *tensor);
int64_t assay_tensor_size(const assay_tensor *tensor, int32_t axis);
int64_t assay_tensor_count(const assay_tensor *tensor);
int32_t assay_tensor_dtype(const assay_tensor *tensor);
int32_t assay_tensor_device(const assay_tensor *tensor, int32_t *index);
int32_t assay_tensor_is_tracked(const assay_tensor *tensor);

// Copies the elements, in row-major order, to `bytes`, which holds exactly `byte_count`.
int32_t assay_tensor_read(const assay_tensor *tensor, void *bytes, size_t byte_count);

// Differentiation ------------------------------------------------------------------------------

// A leaf on which a tape can begin: the same values, tracked. Stays connected when the tensor is tracked already.
int32_t assay_tensor_watch(const assay_tensor *tensor, assay_tensor **result);

// Gradients of `outputs`, weighted by `cotangents`, in `inputs`; zeros where an input has no influence.
int32_t assay_gradients(assay_tensor *const *outputs, assay_tensor *const *cotangents, size_t output_count,
                        assay_tensor *const *inputs, size_t input_count, int32_t keeps_tape,
                        assay_tensor **results);

// Vectorization: between begin and end, a tensor wrapped at `level` looks like one row of its first axis -------

int32_t assay_batching_begin(int64_t size, int64_t *level);
int32_t assay_batching_end(void);
int32_t assay_batching_wrap(const assay_tensor *tensor, int64_t level, assay_tensor **result);
int32_t assay_batching_unwrap(const assay_tensor *tensor, int64_t level, int64_t size, assay_tensor **result);

// The library ----------------------------------------------------------------------------------

const char *assay_torch_version(void);
void assay_set_threads(int32_t count);
int32_t assay_threads(void);
int32_t assay_cuda_devices(void);
// Lets the allocator keep what is freed; does nothing where it cannot be told.
void assay_keep_freed_memory(void);

#ifdef __cplusplus
}
#endif
#endif
