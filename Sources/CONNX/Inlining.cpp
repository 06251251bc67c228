// Model functions, replaced by the nodes that they stand for.

#include <map>
#include <string>
#include <utility>

#include "Support.h"

namespace {

using Names = std::map<std::string, std::string>;
using Functions = std::map<std::pair<std::string, std::string>, const onnx::FunctionProto *>;
using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

// A message of a few bytes must not become one that fills the memory, and functions must not call themselves.
constexpr int kMostNodes = 1 << 20;
constexpr int kDeepest = 32;

void rename(onnx::NodeProto &node, const Names &names, const onnx::NodeProto &caller);

void rename(onnx::GraphProto &graph, const Names &names, const onnx::NodeProto &caller) {
  for (auto &node : *graph.mutable_node()) rename(node, names, caller);
  for (auto &output : *graph.mutable_output()) {
    const auto found = names.find(output.name());
    if (found != names.end()) output.set_name(found->second);
  }
}

// Gives a copy of a function's node the names and the attributes of the node that calls the function.
void rename(onnx::NodeProto &node, const Names &names, const onnx::NodeProto &caller) {
  for (auto &input : *node.mutable_input()) {
    const auto found = names.find(input);
    if (found != names.end()) input = found->second;
  }
  for (auto &output : *node.mutable_output()) {
    const auto found = names.find(output);
    if (found != names.end()) output = found->second;
  }
  google::protobuf::RepeatedPtrField<onnx::AttributeProto> kept;
  for (auto &attribute : *node.mutable_attribute()) {
    if (attribute.ref_attr_name().empty()) {
      if (attribute.has_g()) rename(*attribute.mutable_g(), names, caller);
      *kept.Add() = attribute;
      continue;
    }
    for (const auto &given : caller.attribute()) {
      if (given.name() != attribute.ref_attr_name()) continue;
      auto *copy = kept.Add();
      *copy = given;
      copy->set_name(attribute.name());
    }
  }
  node.mutable_attribute()->Swap(&kept);
}

bool append(const onnx::NodeProto &node, const Functions &functions, int depth, int &serial, Nodes &result) {
  const auto found = functions.find({node.domain(), node.op_type()});
  if (found == functions.end()) {
    *result.Add() = node;
    return result.size() <= kMostNodes;
  }
  if (depth >= kDeepest) return false;
  const auto &function = *found->second;
  const std::string prefix = (node.name().empty() ? node.op_type() : node.name()) + "/" + std::to_string(serial++) + "/";
  Names names;
  for (const auto &inner : function.node()) {
    for (const auto &output : inner.output()) if (!output.empty()) names[output] = prefix + output;
  }
  for (int i = 0; i < function.input_size(); ++i) names[function.input(i)] = i < node.input_size() ? node.input(i) : "";
  for (int i = 0; i < function.output_size(); ++i) {
    if (i < node.output_size() && !node.output(i).empty()) names[function.output(i)] = node.output(i);
  }
  for (const auto &inner : function.node()) {
    onnx::NodeProto copy = inner;
    rename(copy, names, node);
    copy.set_name(prefix + inner.name());
    if (!append(copy, functions, depth + 1, serial, result)) return false;
  }
  return true;
}

}  // namespace

extern "C" int32_t onnx_model_inline_functions(onnx_model *face) {
  auto &model = message(face);
  if (model.functions_size() == 0) return 1;
  try {
    Functions functions;
    for (const auto &function : model.functions()) functions[{function.domain(), function.name()}] = &function;
    Nodes nodes;
    int serial = 0;
    for (const auto &node : model.graph().node()) {
      if (!append(node, functions, 0, serial, nodes)) return 0;
    }
    model.mutable_graph()->mutable_node()->Swap(&nodes);
    model.clear_functions();
    return 1;
  } catch (...) {
    return 0;
  }
}
