// Runs a graph node by node with LibTorch's operations; autograd records what learns.
#pragma once

#include <ATen/core/Generator.h>

#include <functional>
#include <map>
#include <optional>
#include <vector>

#include "networks/network.h"

namespace facecls {

struct ForwardMode {
  /// By node: whether a batch norm normalises with the batch's statistics and updates its own. Empty: none
  /// does.
  std::vector<bool> batch_statistics;
  /// Draws the dropout masks; without one there is no dropout.
  std::optional<at::Generator> dropout;
  /// Called before each node; throws to end the work early.
  std::function<void()> checkpoint;
};

using NodeValues = std::map<NodeId, at::Tensor>;

/// Runs the nodes that the wanted ones need, from the values that are given: node 0's is the photographs
/// (N, 3, height, width), in the network's compute type and channels_last. Returns the wanted values; every
/// other activation is released after its last use unless autograd holds it.
NodeValues forward(const Network& network, const NodeValues& given, const std::vector<NodeId>& wanted,
                   const ForwardMode& mode);

/// The node's tensors as its operation takes them in a compute type. Convolutions and linear
/// layers compute in that type; batch norms keep their float32 numbers beside bfloat16 activations, as mixed
/// precision does everywhere, and cosines are computed in float32.
NodeTensors compute_tensors(const Network& network, NodeId id, at::ScalarType type);

/// One node by LibTorch's own operation. `tensors` are those of compute_tensors(); `may_overwrite` lets an
/// activation reuse its input's memory.
at::Tensor run_node(const Network& network, NodeId id, const NodeTensors& tensors,
                    std::vector<at::Tensor> inputs, bool may_overwrite, const ForwardMode& mode);

/// The nodes that `wanted` need and that are not given, in forward order.
std::vector<NodeId> needed_nodes(const Graph& graph, const std::vector<NodeId>& wanted,
                                 const std::function<bool(NodeId)>& given);

/// How often these nodes read each node's output; each wanted node is read once more, by the caller.
std::vector<int> count_reads(const Graph& graph, const std::vector<NodeId>& nodes,
                             const std::vector<NodeId>& wanted);

}  // namespace facecls
