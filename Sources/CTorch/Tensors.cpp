// Tensors as memory: making them from bytes, asking for their shape, reading them back.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/headeronly/version.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "Support.h"

namespace assay {

thread_local std::string last_failure;

void remember_failure(const char *text) {
  last_failure = text;
  last_failure = last_failure.substr(0, last_failure.find('\n'));
}

namespace {

at::TensorOptions options(int32_t dtype) { return at::TensorOptions().dtype(static_cast<at::ScalarType>(dtype)); }

}  // namespace
}  // namespace assay

extern "C" {

const char *assay_error(void) { return assay::last_failure.c_str(); }

void assay_tensor_release(assay_tensor *tensor) {
  c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim(
      reinterpret_cast<c10::TensorImpl *>(tensor));
}

int32_t assay_tensor_copying(const void *bytes, int32_t dtype, const int64_t *shape, size_t rank,
                             assay_tensor **result) {
  return assay::guarded([&] {
    auto tensor = at::empty(at::IntArrayRef(shape, rank), assay::options(dtype));
    if (tensor.nbytes() > 0) std::memcpy(tensor.mutable_data_ptr(), bytes, tensor.nbytes());
    *result = assay::give(std::move(tensor));
  });
}

int32_t assay_tensor_borrowing(void *bytes, int32_t dtype, const int64_t *shape, size_t rank, void *context,
                               void (*release)(void *), assay_tensor **result) {
  return assay::guarded([&] {
    *result = assay::give(at::from_blob(
        bytes, at::IntArrayRef(shape, rank), [context, release](void *) { release(context); },
        assay::options(dtype)));
  });
}

int32_t assay_tensor_rank(const assay_tensor *tensor) {
  return static_cast<int32_t>(assay::implementation(tensor).dim());
}
int64_t assay_tensor_size(const assay_tensor *tensor, int32_t axis) {
  return assay::implementation(tensor).size(axis);
}
int64_t assay_tensor_count(const assay_tensor *tensor) { return assay::implementation(tensor).numel(); }
int32_t assay_tensor_dtype(const assay_tensor *tensor) {
  return static_cast<int32_t>(c10::typeMetaToScalarType(assay::implementation(tensor).dtype()));
}
int32_t assay_tensor_device(const assay_tensor *tensor, int32_t *index) {
  auto device = assay::implementation(tensor).device();
  *index = device.has_index() ? device.index() : 0;
  return device.is_cpu() ? 0 : 1;
}
int32_t assay_tensor_is_tracked(const assay_tensor *tensor) {
  return assay::implementation(tensor).requires_grad() || assay::borrow(tensor).requires_grad();
}

int32_t assay_tensor_read(const assay_tensor *tensor, void *bytes, size_t byte_count) {
  return assay::guarded([&] {
    auto flat = assay::borrow(tensor).detach().cpu().contiguous();
    TORCH_CHECK(flat.nbytes() == byte_count, "reading ", flat.nbytes(), " bytes into ", byte_count);
    if (byte_count > 0) std::memcpy(bytes, flat.const_data_ptr(), byte_count);
  });
}

const char *assay_torch_version(void) { return TORCH_VERSION; }
void assay_set_threads(int32_t count) { at::set_num_threads(count); }
int32_t assay_threads(void) { return at::get_num_threads(); }
int32_t assay_cuda_devices(void) {
  return at::hasCUDA() ? static_cast<int32_t>(at::detail::getCUDAHooks().deviceCount()) : 0;
}

void assay_keep_freed_memory(void) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 1 << 25);  // the most that glibc accepts
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_ARENA_MAX, 1);  // other arenas give memory back whatever they are told
#endif
}

}  // extern "C"
