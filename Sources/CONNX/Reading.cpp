// Reading a model's message.

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/stubs/logging.h>

#include <climits>
#include <memory>

#include "Support.h"

namespace {

// Whether a name ends before its end: as a C string it would be another one, and two names could become one.
bool has_zero(const std::string &name) { return name.find('\0') != std::string::npos; }

bool has_zero(const onnx::GraphProto &graph) {
  for (const auto &tensor : graph.initializer()) if (has_zero(tensor.name())) return true;
  for (const auto &value : graph.input()) if (has_zero(value.name())) return true;
  for (const auto &value : graph.output()) if (has_zero(value.name())) return true;
  for (const auto &node : graph.node()) {
    for (const auto &name : node.input()) if (has_zero(name)) return true;
    for (const auto &name : node.output()) if (has_zero(name)) return true;
    for (const auto &attribute : node.attribute()) if (attribute.has_g() && has_zero(attribute.g())) return true;
  }
  return false;
}

}  // namespace

extern "C" {

onnx_model *onnx_model_parse(const void *bytes, size_t count) {
  if (count > INT_MAX) return nullptr;
  google::protobuf::LogSilencer quiet;  // the caller says what is wrong, in one line
  try {
    auto model = std::make_unique<onnx::ModelProto>();
    if (!model->ParseFromArray(bytes, static_cast<int>(count))) return nullptr;
    if (has_zero(model->graph())) return nullptr;
    for (const auto &function : model->functions()) {
      onnx::GraphProto body;
      *body.mutable_node() = function.node();
      if (has_zero(body)) return nullptr;
    }
    return face(*model.release());
  } catch (...) {
    return nullptr;
  }
}

void onnx_model_release(onnx_model *model) { delete &message(model); }

int64_t onnx_model_ir_version(const onnx_model *model) { return message(model).ir_version(); }

int64_t onnx_model_opset(const onnx_model *model) {
  for (const auto &set : message(model).opset_import()) {
    if (set.domain().empty() || set.domain() == "ai.onnx") return set.version();
  }
  return 0;
}

int64_t onnx_model_domain_version(const onnx_model *model, const char *domain) {
  for (const auto &set : message(model).opset_import()) {
    if (set.domain() == domain) return set.version();
  }
  return 0;
}

const char *onnx_model_producer(const onnx_model *model) { return message(model).producer_name().c_str(); }
int32_t onnx_model_has_graph(const onnx_model *model) { return message(model).has_graph(); }

int32_t onnx_graph_node_count(const onnx_model *model) { return message(model).graph().node_size(); }
const onnx_node *onnx_graph_node(const onnx_model *model, int32_t index) {
  return face(message(model).graph().node(index));
}
int32_t onnx_graph_initializer_count(const onnx_model *model) { return message(model).graph().initializer_size(); }
const onnx_tensor *onnx_graph_initializer(const onnx_model *model, int32_t index) {
  return face(message(model).graph().initializer(index));
}
int32_t onnx_graph_sparse_initializer_count(const onnx_model *model) {
  return message(model).graph().sparse_initializer_size();
}
int32_t onnx_graph_input_count(const onnx_model *model) { return message(model).graph().input_size(); }
const onnx_value *onnx_graph_input(const onnx_model *model, int32_t index) {
  return face(message(model).graph().input(index));
}
int32_t onnx_graph_output_count(const onnx_model *model) { return message(model).graph().output_size(); }
const onnx_value *onnx_graph_output(const onnx_model *model, int32_t index) {
  return face(message(model).graph().output(index));
}

const char *onnx_value_name(const onnx_value *value) { return message(value).name().c_str(); }
int32_t onnx_value_type(const onnx_value *value) {
  const auto &type = message(value).type();
  return type.has_tensor_type() ? type.tensor_type().elem_type() : 0;
}
int32_t onnx_value_rank(const onnx_value *value) {
  const auto &type = message(value).type();
  return type.has_tensor_type() && type.tensor_type().has_shape() ? type.tensor_type().shape().dim_size() : -1;
}
int64_t onnx_value_size(const onnx_value *value, int32_t axis) {
  const auto &size = message(value).type().tensor_type().shape().dim(axis);
  return size.has_dim_value() ? size.dim_value() : -1;
}

const char *onnx_node_name(const onnx_node *node) { return message(node).name().c_str(); }
const char *onnx_node_operator(const onnx_node *node) { return message(node).op_type().c_str(); }
const char *onnx_node_domain(const onnx_node *node) { return message(node).domain().c_str(); }
int32_t onnx_node_input_count(const onnx_node *node) { return message(node).input_size(); }
const char *onnx_node_input(const onnx_node *node, int32_t index) { return message(node).input(index).c_str(); }
int32_t onnx_node_output_count(const onnx_node *node) { return message(node).output_size(); }
const char *onnx_node_output(const onnx_node *node, int32_t index) { return message(node).output(index).c_str(); }
int32_t onnx_node_attribute_count(const onnx_node *node) { return message(node).attribute_size(); }
const onnx_attribute *onnx_node_attribute(const onnx_node *node, int32_t index) {
  return face(message(node).attribute(index));
}

const char *onnx_attribute_name(const onnx_attribute *attribute) { return message(attribute).name().c_str(); }
int64_t onnx_attribute_integer(const onnx_attribute *attribute) { return message(attribute).i(); }
float onnx_attribute_real(const onnx_attribute *attribute) { return message(attribute).f(); }
const char *onnx_attribute_text(const onnx_attribute *attribute) { return message(attribute).s().c_str(); }
const int64_t *onnx_attribute_integers(const onnx_attribute *attribute, int32_t *count) {
  *count = message(attribute).ints_size();
  return message(attribute).ints().data();
}
const float *onnx_attribute_reals(const onnx_attribute *attribute, int32_t *count) {
  *count = message(attribute).floats_size();
  return message(attribute).floats().data();
}
int32_t onnx_attribute_text_count(const onnx_attribute *attribute) { return message(attribute).strings_size(); }
const char *onnx_attribute_text_at(const onnx_attribute *attribute, int32_t index) {
  return message(attribute).strings(index).c_str();
}
const onnx_tensor *onnx_attribute_tensor(const onnx_attribute *attribute) {
  return message(attribute).has_t() ? face(message(attribute).t()) : nullptr;
}

const onnx_graph *onnx_attribute_graph(const onnx_attribute *attribute) {
  return message(attribute).has_g() ? face(message(attribute).g()) : nullptr;
}
int32_t onnx_subgraph_node_count(const onnx_graph *graph) { return message(graph).node_size(); }
const onnx_node *onnx_subgraph_node(const onnx_graph *graph, int32_t index) { return face(message(graph).node(index)); }
int32_t onnx_subgraph_initializer_count(const onnx_graph *graph) { return message(graph).initializer_size(); }
const onnx_tensor *onnx_subgraph_initializer(const onnx_graph *graph, int32_t index) {
  return face(message(graph).initializer(index));
}
int32_t onnx_subgraph_input_count(const onnx_graph *graph) { return message(graph).input_size(); }
int32_t onnx_subgraph_output_count(const onnx_graph *graph) { return message(graph).output_size(); }
const onnx_value *onnx_subgraph_output(const onnx_graph *graph, int32_t index) {
  return face(message(graph).output(index));
}

const char *onnx_tensor_name(const onnx_tensor *tensor) { return message(tensor).name().c_str(); }
int32_t onnx_tensor_type(const onnx_tensor *tensor) { return message(tensor).data_type(); }
const int64_t *onnx_tensor_shape(const onnx_tensor *tensor, int32_t *rank) {
  *rank = message(tensor).dims_size();
  return message(tensor).dims().data();
}
int32_t onnx_tensor_is_external(const onnx_tensor *tensor) {
  return message(tensor).data_location() == onnx::TensorProto::EXTERNAL;
}
const char *onnx_tensor_external_entry(const onnx_tensor *tensor, const char *key) {
  for (const auto &entry : message(tensor).external_data()) {
    if (entry.key() == key && !has_zero(entry.value())) return entry.value().c_str();
  }
  return nullptr;
}

const void *onnx_tensor_bytes(const onnx_tensor *tensor, size_t *count, int32_t *stored_width) {
  const auto &data = message(tensor);
  *stored_width = 0;  // as wide as the type itself
  if (data.has_raw_data()) {
    *count = data.raw_data().size();
    return data.raw_data().data();
  }
  auto field = [&](const auto &values) -> const void * {
    *stored_width = sizeof(values.Get(0));
    *count = static_cast<size_t>(values.size()) * sizeof(values.Get(0));
    return values.data();
  };
  switch (data.data_type()) {
    case onnx::TensorProto::FLOAT: return field(data.float_data());
    case onnx::TensorProto::DOUBLE: return field(data.double_data());
    case onnx::TensorProto::INT64: return field(data.int64_data());
    default: return field(data.int32_data());
  }
}

}  // extern "C"
