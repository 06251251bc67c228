// The C face of ONNX's own schema classes: reading a model's message and writing one. No meaning is given to it here.
//
// Pointers to parts of a message live as long as the model they came from. Strings end in a zero byte.
#ifndef ASSAY_CONNX_H
#define ASSAY_CONNX_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct onnx_model onnx_model;
typedef struct onnx_node onnx_node;
typedef struct onnx_attribute onnx_attribute;
typedef struct onnx_tensor onnx_tensor;
typedef struct onnx_value onnx_value;
typedef struct onnx_graph onnx_graph;

// Reading --------------------------------------------------------------------------------------

// Parses a message; NULL if the bytes are none, a name holds a zero byte, or memory runs out.
onnx_model *onnx_model_parse(const void *bytes, size_t count);
void onnx_model_release(onnx_model *model);

int64_t onnx_model_ir_version(const onnx_model *model);
// The version of the standard operator set, or 0 if none is named.
int64_t onnx_model_opset(const onnx_model *model);
// The version of the operator set of this domain, or 0 if none is named.
int64_t onnx_model_domain_version(const onnx_model *model, const char *domain);
const char *onnx_model_producer(const onnx_model *model);
int32_t onnx_model_has_graph(const onnx_model *model);
// Replaces calls of the model's own functions by the functions' nodes; 0 if they call themselves or never end.
int32_t onnx_model_inline_functions(onnx_model *model);

int32_t onnx_graph_node_count(const onnx_model *model);
const onnx_node *onnx_graph_node(const onnx_model *model, int32_t index);
int32_t onnx_graph_initializer_count(const onnx_model *model);
const onnx_tensor *onnx_graph_initializer(const onnx_model *model, int32_t index);
int32_t onnx_graph_sparse_initializer_count(const onnx_model *model);
int32_t onnx_graph_input_count(const onnx_model *model);
const onnx_value *onnx_graph_input(const onnx_model *model, int32_t index);
int32_t onnx_graph_output_count(const onnx_model *model);
const onnx_value *onnx_graph_output(const onnx_model *model, int32_t index);

const char *onnx_value_name(const onnx_value *value);
// The element type's number, or 0 if the value is no tensor.
int32_t onnx_value_type(const onnx_value *value);
// The number of axes, or -1 if unknown.
int32_t onnx_value_rank(const onnx_value *value);
// The size of an axis, or -1 if it is symbolic or unknown.
int64_t onnx_value_size(const onnx_value *value, int32_t axis);

const char *onnx_node_name(const onnx_node *node);
const char *onnx_node_operator(const onnx_node *node);
const char *onnx_node_domain(const onnx_node *node);
int32_t onnx_node_input_count(const onnx_node *node);
const char *onnx_node_input(const onnx_node *node, int32_t index);
int32_t onnx_node_output_count(const onnx_node *node);
const char *onnx_node_output(const onnx_node *node, int32_t index);
int32_t onnx_node_attribute_count(const onnx_node *node);
const onnx_attribute *onnx_node_attribute(const onnx_node *node, int32_t index);

const char *onnx_attribute_name(const onnx_attribute *attribute);
int64_t onnx_attribute_integer(const onnx_attribute *attribute);
float onnx_attribute_real(const onnx_attribute *attribute);
const char *onnx_attribute_text(const onnx_attribute *attribute);
const int64_t *onnx_attribute_integers(const onnx_attribute *attribute, int32_t *count);
const float *onnx_attribute_reals(const onnx_attribute *attribute, int32_t *count);
int32_t onnx_attribute_text_count(const onnx_attribute *attribute);
const char *onnx_attribute_text_at(const onnx_attribute *attribute, int32_t index);
// NULL if the attribute holds no tensor.
const onnx_tensor *onnx_attribute_tensor(const onnx_attribute *attribute);
// NULL if the attribute holds no graph.
const onnx_graph *onnx_attribute_graph(const onnx_attribute *attribute);
int32_t onnx_subgraph_node_count(const onnx_graph *graph);
const onnx_node *onnx_subgraph_node(const onnx_graph *graph, int32_t index);
int32_t onnx_subgraph_initializer_count(const onnx_graph *graph);
const onnx_tensor *onnx_subgraph_initializer(const onnx_graph *graph, int32_t index);
int32_t onnx_subgraph_input_count(const onnx_graph *graph);
int32_t onnx_subgraph_output_count(const onnx_graph *graph);
const onnx_value *onnx_subgraph_output(const onnx_graph *graph, int32_t index);

const char *onnx_tensor_name(const onnx_tensor *tensor);
int32_t onnx_tensor_type(const onnx_tensor *tensor);
const int64_t *onnx_tensor_shape(const onnx_tensor *tensor, int32_t *rank);
int32_t onnx_tensor_is_external(const onnx_tensor *tensor);
// The entry of an external tensor that is called by this key, such as "location"; NULL if there is none.
const char *onnx_tensor_external_entry(const onnx_tensor *tensor, const char *key);
// The bytes of the field that holds this type's elements, and how wide one element is stored.
const void *onnx_tensor_bytes(const onnx_tensor *tensor, size_t *count, int32_t *stored_width);

// Writing --------------------------------------------------------------------------------------

onnx_model *onnx_model_create(int64_t ir_version, int64_t opset, const char *producer, const char *version);
// Sizes of -1 are written as the symbol "batch".
void onnx_model_add_input(onnx_model *model, const char *name, int32_t type, const int64_t *shape, int32_t rank);
void onnx_model_add_output(onnx_model *model, const char *name, int32_t type, const int64_t *shape, int32_t rank);
void onnx_model_add_initializer(onnx_model *model, const char *name, int32_t type, const int64_t *shape,
                                int32_t rank, const void *bytes, size_t count);
onnx_node *onnx_model_add_node(onnx_model *model, const char *operator_name, const char *name);
void onnx_node_add_input(onnx_node *node, const char *name);
void onnx_node_add_output(onnx_node *node, const char *name);
void onnx_node_set_integer(onnx_node *node, const char *name, int64_t value);
void onnx_node_set_real(onnx_node *node, const char *name, float value);
void onnx_node_set_text(onnx_node *node, const char *name, const char *value);
void onnx_node_set_integers(onnx_node *node, const char *name, const int64_t *values, int32_t count);

// The message's bytes, to be freed by onnx_bytes_release; NULL if they would exceed 2 GB.
uint8_t *onnx_model_serialize(const onnx_model *model, size_t *count);
void onnx_bytes_release(uint8_t *bytes);

#ifdef __cplusplus
}
#endif
#endif
