// The product that most of a network's time goes into, by oneDNN where that is allowed: on processors that the BLAS was
// not made for, it takes half the time.

#include <ATen/Context.h>
#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/ops/linear.h>

#include "Support.h"

namespace {

using Pointwise = at::Tensor(const at::Tensor &, const at::Tensor &, const std::optional<at::Tensor> &, c10::string_view,
                             c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);

// Products below this many multiplications are over before oneDNN has looked up its kernel.
constexpr int64_t small = 1 << 16;

// Whether only values are wanted: oneDNN's product leaves no tape, and knows no axis of `vmap`.
bool is_plain(const at::Tensor &value) {
  return value.is_cpu() && value.scalar_type() == at::kFloat && value.is_contiguous() && !value.requires_grad() &&
         at::functorch::maybeGetBatchedImpl(value) == nullptr;
}

}  // namespace

extern "C" int32_t assay_linear(const assay_tensor *x, const assay_tensor *weight, const assay_tensor *bias,
                                assay_tensor **result) {
  return assay::guarded([&] {
    auto input = assay::borrow(x), matrix = assay::borrow(weight);
    auto offset = bias ? std::optional(assay::borrow(bias)) : std::nullopt;
    static const bool has_onednn = at::Context::hasMKLDNN();
    bool is_large = matrix.dim() == 2 && input.dim() >= 2 && input.numel() * matrix.size(0) >= small &&
                    input.size(-1) == matrix.size(1);
    if (has_onednn && is_large && is_plain(input) && is_plain(matrix) && (!offset || is_plain(*offset))) {
      static const auto product =
          c10::Dispatcher::singleton().findSchemaOrThrow("mkldnn::_linear_pointwise", "").typed<Pointwise>();
      *result = assay::give(product.call(input, matrix, offset, "none", c10::List<std::optional<at::Scalar>>(), ""));
    } else {
      *result = assay::give(at::linear(input, matrix, offset));
    }
  });
}
