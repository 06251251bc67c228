// Calls any libtorch operator through its dispatcher, so that an operator costs no C++ of ours.

#include <ATen/core/dispatch/Dispatcher.h>
#include <ATen/core/ivalue.h>
#include <ATen/CPUGeneratorImpl.h>

#include "Support.h"

struct assay_operator {
  c10::OperatorHandle handle;
};

namespace {

c10::IValue value_of(const assay_value &argument) {
  switch (argument.kind) {
    case ASSAY_NONE: return {};
    case ASSAY_TENSOR: return assay::borrow(static_cast<const assay_tensor *>(argument.pointer));
    case ASSAY_TENSORS: {
      auto handles = static_cast<assay_tensor *const *>(argument.pointer);
      c10::List<at::Tensor> list;
      list.reserve(argument.count);
      for (int32_t i = 0; i < argument.count; ++i) list.push_back(assay::borrow(handles[i]));
      return list;
    }
    case ASSAY_OPTIONAL_TENSORS: {
      auto handles = static_cast<assay_tensor *const *>(argument.pointer);
      c10::List<std::optional<at::Tensor>> list;
      list.reserve(argument.count);
      for (int32_t i = 0; i < argument.count; ++i) {
        list.push_back(handles[i] ? std::optional(assay::borrow(handles[i])) : std::nullopt);
      }
      return list;
    }
    case ASSAY_INTEGER: return argument.integer;
    case ASSAY_REAL: return argument.real;
    case ASSAY_BOOLEAN: return argument.integer != 0;
    case ASSAY_INTEGERS: {
      auto first = static_cast<const int64_t *>(argument.pointer);
      return std::vector<int64_t>(first, first + argument.count);
    }
    case ASSAY_REALS: {
      auto first = static_cast<const double *>(argument.pointer);
      return std::vector<double>(first, first + argument.count);
    }
    case ASSAY_TEXT: return std::string(static_cast<const char *>(argument.pointer));
    case ASSAY_DEVICE:
      return argument.integer == 0 ? c10::Device(c10::kCPU)
                                   : c10::Device(c10::kCUDA, static_cast<c10::DeviceIndex>(argument.count));
    case ASSAY_GENERATOR:
      return at::detail::createCPUGenerator(static_cast<uint64_t>(argument.integer));
  }
  throw std::runtime_error("an argument of unknown kind");
}

}  // namespace

extern "C" int32_t assay_operator_find(const char *name, const char *overload, const assay_operator **result) {
  return assay::guarded([&] {
    *result = new assay_operator{c10::Dispatcher::singleton().findSchemaOrThrow(name, overload)};
  });
}

extern "C" int32_t assay_operator_call(const assay_operator *op, const assay_value *arguments,
                                       size_t argument_count, assay_tensor **results, size_t capacity,
                                       size_t *result_count) {
  return assay::guarded([&] {
    const auto &declared = op->handle.schema().arguments();
    TORCH_CHECK(argument_count <= declared.size(), "too many arguments for ", op->handle.operator_name());
    c10::Stack stack;
    stack.reserve(declared.size());
    for (size_t i = 0; i < argument_count; ++i) stack.push_back(value_of(arguments[i]));
    for (size_t i = argument_count; i < declared.size(); ++i) {
      TORCH_CHECK(declared[i].default_value(), op->handle.operator_name(), " needs '", declared[i].name(), "'");
      stack.push_back(*declared[i].default_value());
    }
    op->handle.callBoxed(stack);

    size_t count = 0;
    auto add = [&](at::Tensor tensor) {
      TORCH_CHECK(count < capacity, op->handle.operator_name(), " has more than ", capacity, " results");
      results[count++] = assay::give(std::move(tensor));
    };
    for (auto &value : stack) {
      if (value.isTensor()) {
        add(std::move(value).toTensor());
      } else if (value.isTensorList()) {
        for (at::Tensor tensor : value.toTensorList()) add(std::move(tensor));
      } else {
        TORCH_CHECK(false, op->handle.operator_name(), " returns something that is no tensor");
      }
    }
    *result_count = count;
  });
}
