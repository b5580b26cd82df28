#include "networks/graph.h"

#include "coded_error.h"
#include "networks/inception_resnet_v1.h"
#include "networks/mobilenet_v2.h"
#include "networks/resnet50.h"

namespace facecls {

namespace {

struct SlotsOf {
  std::vector<TensorSlot> operator()(const Conv2d& conv) const {
    std::vector<TensorSlot> slots{
        {"weight",
         {conv.out_channels, conv.in_channels / conv.groups, conv.kernel[0], conv.kernel[1]},
         true}};
    if (conv.bias) slots.push_back({"bias", {conv.out_channels}, true});
    return slots;
  }
  std::vector<TensorSlot> operator()(const Linear& linear) const {
    std::vector<TensorSlot> slots{{"weight", {linear.out_features, linear.in_features}, true}};
    if (linear.bias) slots.push_back({"bias", {linear.out_features}, true});
    return slots;
  }
  std::vector<TensorSlot> operator()(const CosineLinear& linear) const {
    return {{"weight", {linear.out_features, linear.in_features}, true}};
  }
  std::vector<TensorSlot> operator()(const BatchNorm& norm) const {
    return {{"weight", {norm.features}, true},
            {"bias", {norm.features}, true},
            {"running_mean", {norm.features}, false},
            {"running_var", {norm.features}, false},
            {"num_batches_tracked", {}, false}};
  }
  template <typename Other>
  std::vector<TensorSlot> operator()(const Other&) const {
    return {};
  }
};

}  // namespace

std::vector<TensorSlot> tensor_slots(const Operation& operation) { return std::visit(SlotsOf{}, operation); }

NodeId Graph::add(std::string name, Operation operation, std::vector<NodeId> inputs) {
  for (const NodeId input : inputs) {
    if (input >= nodes_.size())
      throw CodedError("NETWORK", "Node " + name + " reads a node that comes later");
  }
  nodes_.push_back({std::move(name), std::move(operation), std::move(inputs), part_});
  return nodes_.size() - 1;
}

NodeId Graph::output_of(const std::string& module) const {
  for (NodeId id = nodes_.size(); id-- > 0;) {
    const std::string& name = nodes_[id].name;
    if (name == module ||
        (name.starts_with(module) && name.size() > module.size() && name[module.size()] == '.')) {
      return id;
    }
  }
  throw CodedError("NETWORK", "The network has no module named " + module);
}

int64_t channels(const Graph& graph, NodeId id) {
  const Node& node = graph.nodes()[id];
  if (const auto* conv = std::get_if<Conv2d>(&node.operation)) return conv->out_channels;
  if (const auto* linear = std::get_if<Linear>(&node.operation)) return linear->out_features;
  if (const auto* linear = std::get_if<CosineLinear>(&node.operation)) return linear->out_features;
  if (std::holds_alternative<Input>(node.operation)) return 3;
  if (std::holds_alternative<Concatenate>(node.operation)) {
    int64_t sum = 0;
    for (const NodeId input : node.inputs) sum += channels(graph, input);
    return sum;
  }
  return channels(graph, node.inputs.front());
}

Graph build_network(const NetworkSpec& spec) {
  if (spec.architecture == "inceptionResnetV1") return inception_resnet_v1(spec.head);
  if (spec.architecture == "mobilenetV2") return mobilenet_v2(spec.head);
  if (spec.architecture == "resnet50") return resnet50(spec.head);
  throw CodedError("NETWORK", "Unknown architecture " + spec.architecture);
}

}  // namespace facecls
