// Products with one of two factors, by the sign of each element: what bounds are made of. Composed of libtorch's
// operators they pass over memory five times and more; here, once.

#include <ATen/TensorIterator.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/gt.h>
#include <ATen/ops/mul.h>
#include <ATen/ops/sum.h>
#include <ATen/ops/where.h>

#include "Support.h"

namespace {

#define ASSAY_CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))

// One function for each type, since clones of templates are not made.
#define ASSAY_ROWS(Number)                                                                                         \
  ASSAY_CLONES Number multiply_and_dot(const Number *x, const Number *above, const Number *below,                \
                                       const Number *height_above, const Number *height_below, Number *result,    \
                                       int64_t count) {                                                            \
    constexpr int64_t lanes = 32;                                                                                  \
    Number sums[lanes] = {};                                                                                       \
    int64_t i = 0;                                                                                                 \
    for (; i + lanes <= count; i += lanes) {                                                                       \
      for (int64_t lane = 0; lane < lanes; ++lane) {                                                               \
        Number value = x[i + lane];                                                                                \
        result[i + lane] = value * (value > 0 ? above[i + lane] : below[i + lane]);                                \
        sums[lane] += value * (value > 0 ? height_above[i + lane] : height_below[i + lane]);                       \
      }                                                                                                            \
    }                                                                                                              \
    Number total = 0;                                                                                              \
    for (; i < count; ++i) {                                                                                       \
      result[i] = x[i] * (x[i] > 0 ? above[i] : below[i]);                                                         \
      total += x[i] * (x[i] > 0 ? height_above[i] : height_below[i]);                                              \
    }                                                                                                              \
    for (Number sum : sums) total += sum;                                                                          \
    return total;                                                                                                  \
  }                                                                                                                \
  ASSAY_CLONES Number dot(const Number *x, const Number *above, const Number *below, int64_t count) {            \
    constexpr int64_t lanes = 32;                                                                                  \
    Number sums[lanes] = {};                                                                                       \
    int64_t i = 0;                                                                                                 \
    for (; i + lanes <= count; i += lanes) {                                                                       \
      for (int64_t lane = 0; lane < lanes; ++lane) {                                                               \
        Number value = x[i + lane];                                                                                \
        sums[lane] += value * (value > 0 ? above[i + lane] : below[i + lane]);                                     \
      }                                                                                                            \
    }                                                                                                              \
    Number total = 0;                                                                                              \
    for (; i < count; ++i) total += x[i] * (x[i] > 0 ? above[i] : below[i]);                                       \
    for (Number sum : sums) total += sum;                                                                          \
    return total;                                                                                                  \
  }
ASSAY_ROWS(float)
ASSAY_ROWS(double)

// Tensors of three axes that broadcast to [batch, rows, count]; a row's elements lie side by side.
template <typename Number>
struct Rows {
  at::Tensor tensor;
  const Number *first;
  int64_t batch_stride, row_stride;

  explicit Rows(const at::Tensor &any) : tensor(any.contiguous()), first(static_cast<const Number *>(tensor.const_data_ptr())) {
    row_stride = tensor.size(1) == 1 ? 0 : tensor.size(2);
    batch_stride = tensor.size(0) == 1 ? 0 : tensor.size(1) * tensor.size(2);
  }

  const Number *at(int64_t example, int64_t row) const { return first + example * batch_stride + row * row_stride; }
};

struct Extent {
  int64_t batch = 1, rows = 1, count = 0;

  explicit Extent(std::initializer_list<const at::Tensor *> tensors) {
    for (const auto *tensor : tensors) {
      TORCH_CHECK(tensor->dim() == 3, "signed products take tensors of three axes");
      batch = std::max(batch, tensor->size(0));
      rows = std::max(rows, tensor->size(1));
      count = std::max(count, tensor->size(2));
    }
    for (const auto *tensor : tensors) {
      bool fits = (tensor->size(0) == batch || tensor->size(0) == 1) && (tensor->size(1) == rows || tensor->size(1) == 1);
      TORCH_CHECK(fits && tensor->size(2) == count, "signed products take tensors that stretch to one another");
    }
  }
};

// Calls `body(example, row, place)` for every row of `results`, of shape [batch, rows], on as many threads as pay. Threads
// come by way of libtorch's iterator: its own loops are only for who is compiled with its OpenMP.
template <typename Number, typename Body>
void for_each_row(const Extent &extent, const at::Tensor &results, Body &&body) {
  if (results.numel() == 0) return;
  at::Tensor rows = results.view({-1});
  auto iterator =
      at::TensorIteratorConfig().add_borrowed_output(rows).resize_outputs(false).check_all_same_dtype(false).build();
  const auto *first = static_cast<const Number *>(rows.const_data_ptr());
  iterator.for_each(
      [&](char **data, const int64_t *, int64_t count) {
        int64_t start = reinterpret_cast<const Number *>(data[0]) - first;
        for (int64_t place = start; place < start + count; ++place) {
          body(place / extent.rows, place % extent.rows, place);
        }
      },
      std::max<int64_t>(1, (1 << 15) / std::max<int64_t>(1, extent.count)));
}

template <typename Number>
at::Tensor dots(const at::Tensor &x, const at::Tensor &above, const at::Tensor &below) {
  Extent extent({&x, &above, &below});
  Rows<Number> values(x), high(above), low(below);
  at::Tensor sums = at::empty({extent.batch, extent.rows}, x.options());
  auto *sum = static_cast<Number *>(sums.mutable_data_ptr());
  for_each_row<Number>(extent, sums, [&](int64_t example, int64_t row, int64_t place) {
    sum[place] = dot(values.at(example, row), high.at(example, row), low.at(example, row), extent.count);
  });
  return sums;
}

template <typename Number>
std::pair<at::Tensor, at::Tensor> lines(const at::Tensor &x, const at::Tensor &above, const at::Tensor &below,
                                        const at::Tensor &height_above, const at::Tensor &height_below) {
  Extent extent({&x, &above, &below, &height_above, &height_below});
  Rows<Number> values(x), high(above), low(below), top(height_above), bottom(height_below);
  at::Tensor products = at::empty({extent.batch, extent.rows, extent.count}, x.options());
  at::Tensor sums = at::empty({extent.batch, extent.rows}, x.options());
  auto *product = static_cast<Number *>(products.mutable_data_ptr());
  auto *sum = static_cast<Number *>(sums.mutable_data_ptr());
  for_each_row<Number>(extent, sums, [&](int64_t example, int64_t row, int64_t place) {
    sum[place] = multiply_and_dot(values.at(example, row), high.at(example, row), low.at(example, row),
                                  top.at(example, row), bottom.at(example, row), product + place * extent.count,
                                  extent.count);
  });
  return {products, sums};
}

// Whether all are numbers of one type in memory that can be read here, and only values are wanted.
bool are_plain(std::initializer_list<const at::Tensor *> tensors) {
  auto type = (*tensors.begin())->scalar_type();
  for (const auto *tensor : tensors) {
    TORCH_CHECK(tensor->scalar_type() == type, "signed products take one type");
    if (!tensor->is_cpu() || tensor->requires_grad() || at::functorch::maybeGetBatchedImpl(*tensor)) return false;
  }
  return type == at::kFloat || type == at::kDouble;
}

at::Tensor composed(const at::Tensor &x, const at::Tensor &above, const at::Tensor &below) {
  return at::mul(x, at::where(at::gt(x, 0), above, below));
}

}  // namespace

extern "C" int32_t assay_signed_dot(const assay_tensor *x, const assay_tensor *positive, const assay_tensor *negative,
                                    assay_tensor **result) {
  return assay::guarded([&] {
    auto values = assay::borrow(x), above = assay::borrow(positive), below = assay::borrow(negative);
    at::Tensor sums;
    if (!are_plain({&values, &above, &below})) {
      sums = at::sum(composed(values, above, below), -1);
    } else if (values.scalar_type() == at::kFloat) {
      sums = dots<float>(values, above, below);
    } else {
      sums = dots<double>(values, above, below);
    }
    *result = assay::give(sums);
  });
}

extern "C" int32_t assay_signed_lines(const assay_tensor *x, const assay_tensor *const *slopes,
                                      const assay_tensor *const *heights, assay_tensor **product, assay_tensor **sum) {
  return assay::guarded([&] {
    auto values = assay::borrow(x), above = assay::borrow(slopes[0]), below = assay::borrow(slopes[1]);
    auto top = assay::borrow(heights[0]), bottom = assay::borrow(heights[1]);
    std::pair<at::Tensor, at::Tensor> result;
    if (!are_plain({&values, &above, &below, &top, &bottom})) {
      result = {composed(values, above, below), at::sum(composed(values, top, bottom), -1)};
    } else if (values.scalar_type() == at::kFloat) {
      result = lines<float>(values, above, below, top, bottom);
    } else {
      result = lines<double>(values, above, below, top, bottom);
    }
    *product = assay::give(result.first);
    *sum = assay::give(result.second);
  });
}
