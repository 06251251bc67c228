// What the shim's own files share; not part of its face.
#pragma once

#define ONNX_NAMESPACE onnx
#define ONNX_ML 1
#include <onnx/onnx_pb.h>

#include "include/CONNX.h"

#define ASSAY_FACE(Face, Message)                                                                    \
  inline const Message &message(const Face *face) { return *reinterpret_cast<const Message *>(face); } \
  inline Message &message(Face *face) { return *reinterpret_cast<Message *>(face); }                 \
  inline const Face *face(const Message &message) { return reinterpret_cast<const Face *>(&message); } \
  inline Face *face(Message &message) { return reinterpret_cast<Face *>(&message); }

ASSAY_FACE(onnx_model, onnx::ModelProto)
ASSAY_FACE(onnx_node, onnx::NodeProto)
ASSAY_FACE(onnx_attribute, onnx::AttributeProto)
ASSAY_FACE(onnx_tensor, onnx::TensorProto)
ASSAY_FACE(onnx_value, onnx::ValueInfoProto)
ASSAY_FACE(onnx_graph, onnx::GraphProto)
