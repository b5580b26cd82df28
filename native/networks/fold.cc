#include "networks/fold.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <map>
#include <set>

namespace facecls {

namespace {

/// A convolution with the nodes behind it that oneDNN does in the same pass.
struct Chain {
  std::vector<NodeId> nodes;  // in forward order
  std::optional<NodeId> norm, addition;
  FusedActivation activation = FusedActivation::none;
};

/// Finds the chains among the nodes of a part.
class ChainFinder {
 public:
  ChainFinder(const Graph& graph, const std::vector<NodeId>& nodes, const std::vector<NodeId>& outputs)
      : nodes_(graph.nodes()), reads_(count_reads(graph, nodes, outputs)) {
    for (const NodeId id : nodes) {
      for (const NodeId input : nodes_[id].inputs) reader_[input] = id;
    }
  }

  Chain from(NodeId convolution) const {
    Chain chain{{convolution}, std::nullopt, std::nullopt};
    if (follow<BatchNorm>(chain)) chain.norm = chain.nodes.back();
    // An addition is fused where this side is the scaled one; oneDNN adds to one group only.
    const NodeId side = chain.nodes.back();
    const bool one_group = std::get<Conv2d>(nodes_[convolution].operation).groups == 1;
    if (one_group && scales(side) && follow<ScaledAdd>(chain)) chain.addition = chain.nodes.back();
    if (follow<Relu>(chain)) {
      chain.activation = FusedActivation::relu;
    } else if (!chain.addition && follow<Relu6>(chain)) {
      chain.activation = FusedActivation::relu6;
    }
    return chain;
  }

 private:
  bool scales(NodeId side) const {
    const std::optional<NodeId> next = sole_reader(side);
    return next && nodes_[*next].inputs.front() == side && nodes_[*next].inputs.back() != side;
  }

  template <typename Kind>
  bool follow(Chain& chain) const {
    const std::optional<NodeId> next = sole_reader(chain.nodes.back());
    if (!next || !std::holds_alternative<Kind>(nodes_[*next].operation)) return false;
    chain.nodes.push_back(*next);
    return true;
  }

  std::optional<NodeId> sole_reader(NodeId id) const {
    const auto found = reader_.find(id);
    if (reads_[id] != 1 || found == reader_.end()) return std::nullopt;
    return found->second;
  }

  const std::vector<Node>& nodes_;
  std::vector<int> reads_;
  std::map<NodeId, NodeId> reader_;  // the last one, which is the only one where there is one read
};

struct Weights {
  at::Tensor weight, bias;
};

/// w' = w * gamma / sqrt(var + eps) and b' = beta + (b - mean) * gamma / sqrt(var + eps), both times the
/// scale of the addition behind; computed in float64 and rounded once.
Weights folded_weights(const Network& network, const Chain& chain, at::ScalarType type) {
  const std::vector<Node>& nodes = network.graph().nodes();
  const NodeTensors& tensors = network.tensors(chain.nodes.front());
  at::Tensor weight = tensors.weight.to(at::kDouble);
  at::Tensor bias =
      tensors.bias.defined() ? tensors.bias.to(at::kDouble) : at::zeros({weight.size(0)}, weight.options());
  if (chain.norm) {
    const NodeTensors& norm = network.tensors(*chain.norm);
    const double epsilon = std::get<BatchNorm>(nodes[*chain.norm].operation).epsilon;
    const at::Tensor factor =
        norm.weight.to(at::kDouble) / norm.running_var.to(at::kDouble).add(epsilon).sqrt();
    weight = weight * factor.view({-1, 1, 1, 1});
    bias = norm.bias.to(at::kDouble) + (bias - norm.running_mean.to(at::kDouble)) * factor;
  }
  if (chain.addition) {
    const double scale = std::get<ScaledAdd>(nodes[*chain.addition].operation).scale;
    weight = weight * scale;
    bias = bias * scale;
  }
  return {weight.to(type).contiguous(at::MemoryFormat::ChannelsLast), bias.to(type)};
}

/// oneDNN's, packed for these batches of inputs of this shape (C, H, W).
FusedConvolution packed(const Conv2d& conv, const Weights& weights, FusedActivation activation,
                        const std::vector<int64_t>& batches, const std::vector<int64_t>& shape) {
  FusedConvolution fused(conv, weights.bias, activation);
  for (const int64_t batch : batches) fused.pack(weights.weight, {batch, shape[0], shape[1], shape[2]});
  return fused;
}

}  // namespace

std::string FoldedNetwork::obstacle(const Network& network) {
  if (network.dtype() == at::kDouble) return "oneDNN has no float64";
  if (!network.device().is_cpu()) return "oneDNN computes on the CPU alone";
  return has_fused_convolutions() ? "" : "this LibTorch lacks oneDNN's fused convolutions";
}

FoldedNetwork::FoldedNetwork(const Network& network, std::vector<NodeId> outputs, at::ScalarType type,
                             const std::vector<int64_t>& batches, int64_t size)
    : network_(network), outputs_(std::move(outputs)), reads_(network.graph().nodes().size(), 0) {
  const at::NoGradGuard no_gradient;
  const Graph& graph = network.graph();
  const std::vector<NodeId> nodes = needed_nodes(graph, outputs_, [](NodeId id) { return id == 0; });
  const ChainFinder finder(graph, nodes, outputs_);
  std::map<NodeId, Chain> chains;  // by last node: an addition waits for both of its sides
  std::vector<bool> inside(graph.nodes().size(), false);
  for (const NodeId id : nodes) {
    if (!std::holds_alternative<Conv2d>(graph.nodes()[id].operation)) continue;
    const Chain chain = finder.from(id);
    chains.emplace(chain.nodes.back(), chain);
    for (const NodeId part : chain.nodes) inside[part] = part != chain.nodes.back();
  }
  const std::vector<std::vector<int64_t>> shapes = output_shapes(graph, size, size);
  for (const NodeId id : nodes) {
    const auto found = chains.find(id);
    if (inside[id]) continue;
    if (found == chains.end()) {
      steps_.push_back({id, graph.nodes()[id].inputs, compute_tensors(network, id, type)});
      continue;
    }
    const Chain& chain = found->second;
    std::vector<NodeId> inputs = graph.nodes()[chain.nodes.front()].inputs;
    const Conv2d& conv = std::get<Conv2d>(graph.nodes()[chain.nodes.front()].operation);
    const Weights weights = folded_weights(network, chain, type);
    const std::vector<int64_t>& shape = shapes[inputs[0]];
    if (chain.addition) inputs.push_back(graph.nodes()[*chain.addition].inputs.back());
    if (DirectConvolution::covers(conv, type)) {
      steps_.push_back(
          {id, std::move(inputs), DirectConvolution(conv, weights.weight, weights.bias, chain.activation)});
    } else {
      steps_.push_back({id, std::move(inputs), packed(conv, weights, chain.activation, batches, shape)});
    }
  }
  for (const Step& step : steps_) {
    for (const NodeId input : step.inputs) ++reads_[input];
  }
  for (const NodeId id : outputs_) ++reads_[id];
  place_slices();
}

void FoldedNetwork::place_slices() {
  const std::vector<Node>& nodes = network_.graph().nodes();
  std::set<NodeId> direct;
  for (const Step& step : steps_) {
    if (std::holds_alternative<DirectConvolution>(step.work)) direct.insert(step.output);
    if (!std::holds_alternative<Concatenate>(nodes[step.output].operation)) continue;
    const int64_t all = channels(network_.graph(), step.output);
    int64_t first = 0;
    for (const NodeId input : step.inputs) {
      const int64_t count = channels(network_.graph(), input);
      // What nobody else reads, since the next activation may overwrite its input.
      if (direct.contains(input) && reads_[input] == 1) slices_[input] = {step.output, all, first, count};
      first += count;
    }
  }
}

NodeValues FoldedNetwork::run(const at::Tensor& x, const std::function<void()>& checkpoint) const {
  const at::NoGradGuard no_gradient;
  const ForwardMode mode;
  std::vector<int> reads = reads_;
  ++reads[0];  // The caller's photographs are never overwritten.
  NodeValues values{{0, x}};
  for (const Step& step : steps_) {
    checkpoint();
    const bool only_reader = step.inputs.size() == 1 && reads[step.inputs[0]] == 1;
    std::vector<at::Tensor> inputs;
    for (const NodeId input : step.inputs) {
      inputs.push_back(values.at(input));
      if (--reads[input] == 0) values.erase(input);
    }
    if (std::holds_alternative<DirectConvolution>(step.work)) {
      values[step.output] = run_direct(step, inputs, values);
    } else if (const auto* fused = std::get_if<FusedConvolution>(&step.work)) {
      values[step.output] =
          fused->run(inputs[0], inputs.size() > 1 ? std::optional(inputs[1]) : std::nullopt);
    } else if (values.contains(step.output)) {
      complete(step, inputs, values.at(step.output));
    } else {
      values[step.output] = run_node(network_, step.output, std::get<NodeTensors>(step.work),
                                     std::move(inputs), only_reader, mode);
    }
  }
  NodeValues outputs;
  for (const NodeId id : outputs_) outputs[id] = values.at(id);
  return outputs;
}

at::Tensor FoldedNetwork::run_direct(const Step& step, const std::vector<at::Tensor>& inputs,
                                     NodeValues& values) const {
  const auto& convolution = std::get<DirectConvolution>(step.work);
  std::vector<int64_t> sizes = convolution.output_sizes(inputs[0].sizes());
  const auto empty = [&] {
    return at::empty(sizes, inputs[0].options().memory_format(at::MemoryFormat::ChannelsLast));
  };
  at::Tensor output;
  if (const auto slice = slices_.find(step.output); slice == slices_.end()) {
    output = empty();
  } else {
    const auto& [whole, whole_channels, first, count] = slice->second;
    sizes[1] = whole_channels;
    if (!values.contains(whole)) values[whole] = empty();
    output = values[whole].narrow(1, first, count);
  }
  convolution.run(inputs[0], inputs.size() > 1 ? inputs[1] : at::Tensor(), output);
  return output;
}

void FoldedNetwork::complete(const Step& step, const std::vector<at::Tensor>& inputs,
                             const at::Tensor& whole) const {
  int64_t first = 0;
  for (size_t i = 0; i < inputs.size(); ++i) {
    if (!slices_.contains(step.inputs[i])) whole.narrow(1, first, inputs[i].size(1)).copy_(inputs[i]);
    first += inputs[i].size(1);
  }
}

}  // namespace facecls
