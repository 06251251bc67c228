// Writing a model's message.

#include <climits>
#include <cstdlib>

#include "Support.h"

namespace {

void describe(onnx::ValueInfoProto &value, const char *name, int32_t type, const int64_t *shape, int32_t rank) {
  value.set_name(name);
  auto *tensor = value.mutable_type()->mutable_tensor_type();
  tensor->set_elem_type(type);
  auto *sizes = tensor->mutable_shape();
  for (int32_t axis = 0; axis < rank; ++axis) {
    auto *size = sizes->add_dim();
    if (shape[axis] < 0) {
      size->set_dim_param("batch");
    } else {
      size->set_dim_value(shape[axis]);
    }
  }
}

onnx::AttributeProto &attribute(onnx_node *node, const char *name, onnx::AttributeProto::AttributeType type) {
  auto &added = *message(node).add_attribute();
  added.set_name(name);
  added.set_type(type);
  return added;
}

}  // namespace

extern "C" {

onnx_model *onnx_model_create(int64_t ir_version, int64_t opset, const char *producer, const char *version) {
  auto *model = new onnx::ModelProto;
  model->set_ir_version(ir_version);
  model->set_producer_name(producer);
  model->set_producer_version(version);
  model->add_opset_import()->set_version(opset);
  model->mutable_graph()->set_name("network");
  return face(*model);
}

void onnx_model_add_input(onnx_model *model, const char *name, int32_t type, const int64_t *shape, int32_t rank) {
  describe(*message(model).mutable_graph()->add_input(), name, type, shape, rank);
}

void onnx_model_add_output(onnx_model *model, const char *name, int32_t type, const int64_t *shape, int32_t rank) {
  describe(*message(model).mutable_graph()->add_output(), name, type, shape, rank);
}

void onnx_model_add_initializer(onnx_model *model, const char *name, int32_t type, const int64_t *shape,
                                int32_t rank, const void *bytes, size_t count) {
  auto &tensor = *message(model).mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (int32_t axis = 0; axis < rank; ++axis) tensor.add_dims(shape[axis]);
  tensor.set_raw_data(bytes, count);
}

void onnx_model_add_external_initializer(onnx_model *model, const char *name, int32_t type, const int64_t *shape,
                                         int32_t rank, const char *location, int64_t offset, int64_t count) {
  auto &tensor = *message(model).mutable_graph()->add_initializer();
  tensor.set_name(name);
  tensor.set_data_type(type);
  for (int32_t axis = 0; axis < rank; ++axis) tensor.add_dims(shape[axis]);
  tensor.set_data_location(onnx::TensorProto::EXTERNAL);
  auto add = [&](const char *key, const std::string &value) {
    auto &entry = *tensor.add_external_data();
    entry.set_key(key);
    entry.set_value(value);
  };
  add("location", location);
  add("offset", std::to_string(offset));
  add("length", std::to_string(count));
}

onnx_node *onnx_model_add_node(onnx_model *model, const char *operator_name, const char *name) {
  auto &node = *message(model).mutable_graph()->add_node();
  node.set_op_type(operator_name);
  node.set_name(name);
  return face(node);
}

void onnx_node_add_input(onnx_node *node, const char *name) { message(node).add_input(name); }
void onnx_node_add_output(onnx_node *node, const char *name) { message(node).add_output(name); }

void onnx_node_set_integer(onnx_node *node, const char *name, int64_t value) {
  attribute(node, name, onnx::AttributeProto::INT).set_i(value);
}
void onnx_node_set_real(onnx_node *node, const char *name, float value) {
  attribute(node, name, onnx::AttributeProto::FLOAT).set_f(value);
}
void onnx_node_set_text(onnx_node *node, const char *name, const char *value) {
  attribute(node, name, onnx::AttributeProto::STRING).set_s(value);
}
void onnx_node_set_integers(onnx_node *node, const char *name, const int64_t *values, int32_t count) {
  auto &added = attribute(node, name, onnx::AttributeProto::INTS);
  for (int32_t i = 0; i < count; ++i) added.add_ints(values[i]);
}

uint8_t *onnx_model_serialize(const onnx_model *model, size_t *count) {
  *count = message(model).ByteSizeLong();
  if (*count > INT_MAX) return nullptr;
  auto *bytes = static_cast<uint8_t *>(std::malloc(*count > 0 ? *count : 1));
  if (bytes != nullptr) message(model).SerializeToArray(bytes, static_cast<int>(*count));
  return bytes;
}

void onnx_bytes_release(uint8_t *bytes) { std::free(bytes); }

}  // extern "C"
