// Runs a graph node by node with LibTorch's operations; autograd records what learns.
#pragma once

#include <ATen/core/Generator.h>

#include <functional>
#include <map>
#include <optional>

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

/// x: (N, 3, S, S), channels_last. Returns the outputs of the wanted nodes, each kept until the end; every
/// other activation is released after its last use unless autograd holds it. Throws NETWORK for an input that
/// is too small.
std::map<NodeId, at::Tensor> forward(const Network& network, const at::Tensor& x,
                                     const std::vector<NodeId>& wanted, ForwardMode& mode);

}  // namespace facecls
