// Tapes and vectorization: the two transformations of a function that libtorch gives.

#include <ATen/ATen.h>
#include <ATen/functorch/BatchedTensorImpl.h>
#include <ATen/functorch/DynamicLayer.h>
#include <torch/csrc/autograd/autograd.h>

#include "Support.h"

namespace {

std::vector<at::Tensor> borrow_all(assay_tensor *const *handles, size_t count) {
  std::vector<at::Tensor> tensors;
  tensors.reserve(count);
  for (size_t i = 0; i < count; ++i) tensors.push_back(assay::borrow(handles[i]));
  return tensors;
}

}  // namespace

extern "C" {

int32_t assay_tensor_watch(const assay_tensor *tensor, assay_tensor **result) {
  return assay::guarded([&] {
    auto value = assay::borrow(tensor);
    // A view keeps the tape of an enclosing gradient; without one, a detached alias begins a tape of its own.
    *result = assay::give(value.requires_grad() ? value.view_as(value) : value.detach().requires_grad_(true));
  });
}

int32_t assay_gradients(assay_tensor *const *outputs, assay_tensor *const *cotangents, size_t output_count,
                        assay_tensor *const *inputs, size_t input_count, int32_t keeps_tape,
                        assay_tensor **results) {
  return assay::guarded([&] {
    auto sources = borrow_all(inputs, input_count);
    std::vector<at::Tensor> ends, weights;
    for (size_t i = 0; i < output_count; ++i) {
      auto end = assay::borrow(outputs[i]);
      if (!end.requires_grad()) continue;  // a constant has no slope
      ends.push_back(std::move(end));
      weights.push_back(assay::borrow(cotangents[i]));
    }
    std::vector<at::Tensor> slopes(input_count);
    if (!ends.empty()) {
      slopes = torch::autograd::grad(ends, sources, weights, keeps_tape != 0, keeps_tape != 0, true);
    }
    for (size_t i = 0; i < input_count; ++i) {
      results[i] = assay::give(slopes[i].defined() ? std::move(slopes[i]) : at::zeros_like(sources[i]));
    }
  });
}

int32_t assay_batching_begin(int64_t size, int64_t *level) {
  return assay::guarded([&] {
    *level = at::functorch::initAndPushDynamicLayer(at::functorch::TransformType::Vmap, c10::SymInt(size),
                                                    at::functorch::RandomnessType::Different);
  });
}

int32_t assay_batching_end(void) {
  return assay::guarded([&] { at::functorch::popDynamicLayerAndDeleteMetadata(); });
}

int32_t assay_batching_wrap(const assay_tensor *tensor, int64_t level, assay_tensor **result) {
  return assay::guarded(
      [&] { *result = assay::give(at::functorch::addBatchDim(assay::borrow(tensor), 0, level)); });
}

int32_t assay_batching_unwrap(const assay_tensor *tensor, int64_t level, int64_t size, assay_tensor **result) {
  return assay::guarded([&] {
    auto value = assay::borrow(tensor);
    auto *batched = at::functorch::maybeGetBatchedImpl(value);
    if (batched != nullptr && batched->level() == level) {
      *result = assay::give(batched->value().movedim(batched->bdim(), 0));
    } else {  // it never touched a wrapped tensor, so every row is the same
      auto shape = value.sizes().vec();
      shape.insert(shape.begin(), size);
      *result = assay::give(value.expand(shape));
    }
  });
}

}  // extern "C"
