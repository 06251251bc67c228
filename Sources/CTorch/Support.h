// What the shim's own files share; not part of its face.
#pragma once

#include <ATen/core/Tensor.h>

#include <exception>
#include <string>

#include "include/CTorch.h"

namespace assay {

void remember_failure(const char *text);

// Runs `body`, and turns whatever it throws into a status.
template <typename Body>
int32_t guarded(Body &&body) {
  try {
    body();
    return 0;
  } catch (const c10::Error &error) {
    remember_failure(error.what_without_backtrace());
  } catch (const std::exception &error) {
    remember_failure(error.what());
  } catch (...) {
    remember_failure("an unknown C++ exception");
  }
  return 1;
}

// A handle is the tensor's own counted pointer: giving one away costs no allocation.
inline assay_tensor *give(at::Tensor tensor) {
  return reinterpret_cast<assay_tensor *>(tensor.unsafeReleaseTensorImpl());
}

// A new reference to the tensor behind a handle that stays the caller's.
inline at::Tensor borrow(const assay_tensor *handle) {
  auto *impl = reinterpret_cast<c10::TensorImpl *>(const_cast<assay_tensor *>(handle));
  return at::Tensor(c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>::reclaim_copy(impl));
}

inline const c10::TensorImpl &implementation(const assay_tensor *handle) {
  return *reinterpret_cast<const c10::TensorImpl *>(handle);
}

}  // namespace assay
