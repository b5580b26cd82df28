#include "networks/eager.h"

#include <ATen/ops/adaptive_avg_pool2d.h>
#include <ATen/ops/add.h>
#include <ATen/ops/batch_norm.h>
#include <ATen/ops/cat.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/empty_like.h>
#include <ATen/ops/hardtanh.h>
#include <ATen/ops/leaky_relu.h>
#include <ATen/ops/linear.h>
#include <ATen/ops/max_pool2d.h>
#include <ATen/ops/relu.h>

#include <algorithm>

#include "coded_error.h"
#include "networks/unit_length.h"

namespace facecls {

namespace {

/// Runs one node; a functor over the kinds of operation.
class NodeRunner {
 public:
  NodeRunner(const NodeTensors& tensors, NodeId id, std::vector<at::Tensor> inputs, bool may_overwrite,
             const ForwardMode& mode)
      : tensors_(tensors), id_(id), inputs_(std::move(inputs)), may_overwrite_(may_overwrite), mode_(mode) {}

  at::Tensor operator()(const Input&) { throw CodedError("NETWORK", "A network has one input"); }

  at::Tensor operator()(const Conv2d& conv) {
    return at::conv2d(x(), tensors_.weight, optional(tensors_.bias), conv.stride, conv.padding,
                      /*dilation=*/1, conv.groups);
  }

  at::Tensor operator()(const BatchNorm& norm) {
    const bool batch = !mode_.batch_statistics.empty() && mode_.batch_statistics[id_];
    if (batch) at::Tensor(tensors_.num_batches_tracked).add_(1);
    return at::batch_norm(x(), tensors_.weight, tensors_.bias, tensors_.running_mean, tensors_.running_var,
                          batch, norm.momentum, norm.epsilon, /*cudnn_enabled=*/true);
  }

  at::Tensor operator()(const Linear&) { return at::linear(x(), tensors_.weight, optional(tensors_.bias)); }

  // A rounding of bfloat16 would turn an angle by more than a step of the training does.
  at::Tensor operator()(const CosineLinear& cosine) {
    const at::Tensor features = x().to(tensors_.weight.scalar_type());
    return at::linear(unit_length(features), unit_length(tensors_.weight)).mul(cosine.scale);
  }

  // A ReLU over a value that nothing else reads is done in place: it saves one activation a unit.
  at::Tensor operator()(const Relu&) { return may_overwrite_ ? at::relu_(inputs_[0]) : at::relu(x()); }

  at::Tensor operator()(const Relu6&) {
    return may_overwrite_ ? at::hardtanh_(inputs_[0], 0, 6) : at::hardtanh(x(), 0, 6);
  }

  at::Tensor operator()(const LeakyRelu& relu) { return at::leaky_relu(x(), relu.negative_slope); }

  at::Tensor operator()(const MaxPool2d& pool) {
    return at::max_pool2d(x(), pool.kernel, pool.stride, pool.padding);
  }

  at::Tensor operator()(const GlobalAveragePool&) { return at::adaptive_avg_pool2d(x(), {1, 1}).flatten(1); }

  at::Tensor operator()(const Concatenate&) { return at::cat(inputs_, /*dim=*/1); }

  at::Tensor operator()(const ScaledAdd& add) { return at::add(inputs_[1], inputs_[0], add.scale); }

  at::Tensor operator()(const Dropout& dropout) {
    if (!mode_.dropout || dropout.probability == 0) return x();
    const double keep = 1 - dropout.probability;
    // Drawn in float32 on the CPU, so that every device and precision drops the same: (N, features) values at
    // most, and one copy to a GPU.
    const at::Tensor mask =
        at::empty(x().sizes(), at::kFloat).bernoulli_(keep, mode_.dropout).div_(keep).to(x().options());
    return x() * mask;
  }

 private:
  const at::Tensor& x() const { return inputs_[0]; }

  static std::optional<at::Tensor> optional(const at::Tensor& tensor) {
    return tensor.defined() ? std::optional(tensor) : std::nullopt;
  }

  const NodeTensors& tensors_;
  NodeId id_;
  std::vector<at::Tensor> inputs_;
  bool may_overwrite_;
  const ForwardMode& mode_;
};

}  // namespace

NodeTensors compute_tensors(const Network& network, NodeId id, at::ScalarType type) {
  const Operation& operation = network.graph().nodes()[id].operation;
  const bool wide =
      std::holds_alternative<BatchNorm>(operation) || std::holds_alternative<CosineLinear>(operation);
  return wide ? network.tensors(id) : network.tensors(id).to(type);
}

at::Tensor run_node(const Network& network, NodeId id, const NodeTensors& tensors,
                    std::vector<at::Tensor> inputs, bool may_overwrite, const ForwardMode& mode) {
  NodeRunner runner(tensors, id, std::move(inputs), may_overwrite, mode);
  return std::visit(runner, network.graph().nodes()[id].operation);
}

std::vector<NodeId> needed_nodes(const Graph& graph, const std::vector<NodeId>& wanted,
                                 const std::function<bool(NodeId)>& given) {
  std::vector<bool> needed(graph.nodes().size(), false);
  for (const NodeId id : wanted) needed[id] = true;
  std::vector<NodeId> nodes;
  for (NodeId id = graph.nodes().size(); id-- > 0;) {
    if (!needed[id] || given(id)) continue;
    nodes.push_back(id);
    for (const NodeId input : graph.nodes()[id].inputs) needed[input] = true;
  }
  std::reverse(nodes.begin(), nodes.end());
  return nodes;
}

std::vector<int> count_reads(const Graph& graph, const std::vector<NodeId>& nodes,
                             const std::vector<NodeId>& wanted) {
  std::vector<int> reads(graph.nodes().size(), 0);
  for (const NodeId id : nodes) {
    for (const NodeId input : graph.nodes()[id].inputs) ++reads[input];
  }
  for (const NodeId id : wanted) ++reads[id];
  return reads;
}

NodeValues forward(const Network& network, const NodeValues& given, const std::vector<NodeId>& wanted,
                   const ForwardMode& mode) {
  const Graph& graph = network.graph();
  const auto is_given = [&given](NodeId id) { return given.contains(id); };
  const std::vector<NodeId> nodes = needed_nodes(graph, wanted, is_given);
  std::vector<int> reads = count_reads(graph, nodes, wanted);
  NodeValues values = given;
  for (const auto& [id, value] : given) ++reads[id];  // The caller's own values are never overwritten.

  for (const NodeId id : nodes) {
    if (mode.checkpoint) mode.checkpoint();
    const Node& node = graph.nodes()[id];
    const bool only_reader = node.inputs.size() == 1 && reads[node.inputs[0]] == 1;
    std::vector<at::Tensor> inputs;
    for (const NodeId input : node.inputs) {
      inputs.push_back(values.at(input));
      if (--reads[input] == 0) values.erase(input);
    }
    const NodeTensors tensors = compute_tensors(network, id, network.compute_dtype());
    values[id] = run_node(network, id, tensors, std::move(inputs), only_reader, mode);
  }

  NodeValues outputs;
  for (const NodeId id : wanted) outputs[id] = values.at(id);
  return outputs;
}

}  // namespace facecls
