#include "border/describe.h"

#include <c10/util/accumulate.h>

#include "border/values.h"

namespace facecls {

namespace {

struct OperationName {
  const char* operator()(const Input&) const { return "input"; }
  const char* operator()(const Conv2d&) const { return "conv2d"; }
  const char* operator()(const BatchNorm&) const { return "batch_norm"; }
  const char* operator()(const Linear&) const { return "linear"; }
  const char* operator()(const CosineLinear&) const { return "cosine_linear"; }
  const char* operator()(const Relu&) const { return "relu"; }
  const char* operator()(const Relu6&) const { return "relu6"; }
  const char* operator()(const LeakyRelu&) const { return "leaky_relu"; }
  const char* operator()(const MaxPool2d&) const { return "max_pool2d"; }
  const char* operator()(const GlobalAveragePool&) const { return "global_average_pool"; }
  const char* operator()(const Concatenate&) const { return "concatenate"; }
  const char* operator()(const ScaledAdd&) const { return "add"; }
  const char* operator()(const Dropout&) const { return "dropout"; }
};

const char* operation_name(const Operation& operation) { return std::visit(OperationName{}, operation); }

Napi::Object describe_layer(Napi::Env env, const Node& node, const std::vector<TensorSlot>& slots) {
  std::vector<std::string> parameters;
  for (const TensorSlot& slot : slots) {
    if (slot.parameter) parameters.push_back(node.name + "." + slot.name);
  }
  Napi::Object layer = Napi::Object::New(env);
  layer.Set("name", node.name);
  layer.Set("operation", operation_name(node.operation));
  layer.Set("part", node.part == Part::trunk ? "trunk" : "head");
  layer.Set("parameters", to_js(env, parameters));
  return layer;
}

Napi::Object describe_tensor(Napi::Env env, const Node& node, const TensorSlot& slot,
                             const std::string& dtype) {
  Napi::Object tensor = Napi::Object::New(env);
  tensor.Set("name", node.name + "." + slot.name);
  tensor.Set("shape", to_js(env, slot.shape));
  tensor.Set("dtype", slot.name == "num_batches_tracked" ? "int64" : dtype);
  tensor.Set("parameter", slot.parameter);
  return tensor;
}

}  // namespace

Napi::Object describe(Napi::Env env, const Graph& graph, const std::string& dtype) {
  Napi::Array layers = Napi::Array::New(env);
  Napi::Array tensors = Napi::Array::New(env);
  for (const Node& node : graph.nodes()) {
    const std::vector<TensorSlot> slots = tensor_slots(node.operation);
    if (slots.empty()) continue;
    layers.Set(layers.Length(), describe_layer(env, node, slots));
    for (const TensorSlot& slot : slots)
      tensors.Set(tensors.Length(), describe_tensor(env, node, slot, dtype));
  }
  Napi::Object result = Napi::Object::New(env);
  result.Set("layers", layers);
  result.Set("tensors", tensors);
  result.Set("minimumInputSize", static_cast<double>(minimum_input_size(graph)));
  return result;
}

Napi::Array summarise(Napi::Env env, const Graph& graph, int64_t height, int64_t width) {
  const std::vector<std::vector<int64_t>> shapes = output_shapes(graph, height, width);
  Napi::Array result = Napi::Array::New(env);
  for (NodeId id = 0; id < graph.nodes().size(); ++id) {
    const Node& node = graph.nodes()[id];
    int64_t parameters = 0;
    for (const TensorSlot& slot : tensor_slots(node.operation)) {
      if (slot.parameter) parameters += c10::multiply_integers(slot.shape);
    }
    Napi::Object operation = Napi::Object::New(env);
    operation.Set("name", node.name);
    operation.Set("operation", operation_name(node.operation));
    operation.Set("part", node.part == Part::trunk ? "trunk" : "head");
    operation.Set("outputShape", to_js(env, shapes[id]));
    operation.Set("parameters", static_cast<double>(parameters));
    operation.Set("multiplyAdds", static_cast<double>(multiply_adds(node.operation, shapes[id])));
    result.Set(result.Length(), operation);
  }
  return result;
}

}  // namespace facecls
