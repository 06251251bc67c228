// Model functions, replaced by the nodes that they stand for.

#include <google/protobuf/unknown_field_set.h>

#include <map>
#include <string>
#include <tuple>

#include "Support.h"

namespace {

using Names = std::map<std::string, std::string>;
// Domain, name and overload.
using Key = std::tuple<std::string, std::string, std::string>;
using Functions = std::map<Key, const onnx::FunctionProto *>;
using Attributes = google::protobuf::RepeatedPtrField<onnx::AttributeProto>;
using Nodes = google::protobuf::RepeatedPtrField<onnx::NodeProto>;

// Fields that are younger than the schema of this machine, by their numbers.
constexpr int kOverloadOfNode = 8;
constexpr int kDefaultsOfFunction = 11;
constexpr int kOverloadOfFunction = 13;

// A message of a few bytes must not become one that fills the memory, and functions must not call themselves.
constexpr int kMostCalls = 1 << 16;
constexpr size_t kMostBytes = size_t(1) << 30;
constexpr int kDeepest = 32;

// What is spent of that.
struct Work {
  const Functions &functions;
  int calls = 0;
  size_t bytes = 0;
};

std::string overload(const google::protobuf::Message &message, int number) {
  std::string text;
  const auto &fields = message.GetReflection()->GetUnknownFields(message);
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto &field = fields.field(i);
    if (field.number() == number && field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      text = field.length_delimited();
    }
  }
  return text;
}

// The values that a function's attributes have where a call gives none.
Attributes defaults(const onnx::FunctionProto &function) {
  Attributes found;
  const auto &fields = function.GetReflection()->GetUnknownFields(function);
  for (int i = 0; i < fields.field_count(); ++i) {
    const auto &field = fields.field(i);
    if (field.number() == kDefaultsOfFunction &&
        field.type() == google::protobuf::UnknownField::TYPE_LENGTH_DELIMITED) {
      found.Add()->ParseFromString(field.length_delimited());
    }
  }
  return found;
}

void rename(onnx::NodeProto &node, const Names &names, const Attributes &given);

void rename(onnx::GraphProto &graph, const Names &names, const Attributes &given) {
  for (auto &node : *graph.mutable_node()) rename(node, names, given);
  for (auto &output : *graph.mutable_output()) {
    const auto found = names.find(output.name());
    if (found != names.end()) output.set_name(found->second);
  }
}

// Gives a copy of a function's node the names and the attributes of the node that calls the function.
void rename(onnx::NodeProto &node, const Names &names, const Attributes &given) {
  for (auto &input : *node.mutable_input()) {
    const auto found = names.find(input);
    if (found != names.end()) input = found->second;
  }
  for (auto &output : *node.mutable_output()) {
    const auto found = names.find(output);
    if (found != names.end()) output = found->second;
  }
  Attributes kept;
  for (auto &attribute : *node.mutable_attribute()) {
    if (attribute.ref_attr_name().empty()) {
      if (attribute.has_g()) rename(*attribute.mutable_g(), names, given);
      *kept.Add() = attribute;
      continue;
    }
    for (const auto &value : given) {
      if (value.name() != attribute.ref_attr_name()) continue;
      auto *copy = kept.Add();
      *copy = value;
      copy->set_name(attribute.name());
      break;
    }
  }
  node.mutable_attribute()->Swap(&kept);
}

bool append(const onnx::NodeProto &node, int depth, Work &work, Nodes &result) {
  const auto found = work.functions.find({node.domain(), node.op_type(), overload(node, kOverloadOfNode)});
  if (found == work.functions.end()) {
    auto &copy = *result.Add();
    copy = node;
    work.bytes += node.ByteSizeLong();
    for (auto &attribute : *copy.mutable_attribute()) {
      if (!attribute.has_g()) continue;
      Nodes inner;
      for (const auto &part : attribute.g().node()) {
        if (!append(part, depth, work, inner)) return false;
      }
      attribute.mutable_g()->mutable_node()->Swap(&inner);
    }
    return work.bytes <= kMostBytes;
  }
  if (depth >= kDeepest || ++work.calls > kMostCalls) return false;
  const auto &function = *found->second;
  const std::string prefix =
      (node.name().empty() ? node.op_type() : node.name()) + "/" + std::to_string(work.calls) + "/";
  Names names;
  for (const auto &inner : function.node()) {
    for (const auto &output : inner.output()) if (!output.empty()) names[output] = prefix + output;
  }
  for (int i = 0; i < function.input_size(); ++i) names[function.input(i)] = i < node.input_size() ? node.input(i) : "";
  for (int i = 0; i < function.output_size(); ++i) {
    if (i < node.output_size() && !node.output(i).empty()) names[function.output(i)] = node.output(i);
  }
  Attributes given = node.attribute();
  given.MergeFrom(defaults(function));  // the first of a name counts
  for (const auto &inner : function.node()) {
    onnx::NodeProto copy = inner;
    rename(copy, names, given);
    copy.set_name(prefix + inner.name());
    if (!append(copy, depth + 1, work, result)) return false;
  }
  return true;
}

}  // namespace

extern "C" int32_t onnx_model_inline_functions(onnx_model *face) {
  auto &model = message(face);
  if (model.functions_size() == 0) return 1;
  try {
    Functions functions;
    for (const auto &function : model.functions()) {
      functions[{function.domain(), function.name(), overload(function, kOverloadOfFunction)}] = &function;
    }
    Nodes nodes;
    Work work{functions};
    for (const auto &node : model.graph().node()) {
      if (!append(node, 0, work, nodes)) return 0;
    }
    model.mutable_graph()->mutable_node()->Swap(&nodes);
    model.clear_functions();
    return 1;
  } catch (...) {
    return 0;
  }
}
