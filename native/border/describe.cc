#include "border/describe.h"

#include "border/values.h"

namespace facecls {

namespace {

const char* operation_name(const Operation& operation) {
  if (std::holds_alternative<Conv2d>(operation)) return "conv2d";
  return std::holds_alternative<BatchNorm>(operation) ? "batch_norm" : "linear";
}

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
  result.Set("minimumInputSize", static_cast<double>(graph.minimum_input_size));
  return result;
}

}  // namespace facecls
