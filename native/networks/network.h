// A graph with its tensors: parameters and buffers under PyTorch's names.
#pragma once

#include <ATen/core/Tensor.h>

#include <string>
#include <utility>
#include <vector>

#include "networks/graph.h"

namespace facecls {

/// The tensors of one node; those that its operation lacks are undefined.
struct NodeTensors {
  at::Tensor weight, bias, running_mean, running_var, num_batches_tracked;

  at::Tensor& slot(const std::string& name);
};

struct NamedTensor {
  std::string name;
  at::Tensor tensor;  // shares its storage with the network
  bool parameter;
};

class Network {
 public:
  /// Allocates and initialises as the graph's reference does. Weights of convolutions lie in channels_last
  /// memory.
  Network(Graph graph, at::ScalarType dtype, at::Device device, uint64_t seed);

  const Graph& graph() const { return graph_; }
  const NodeTensors& tensors(NodeId node) const { return tensors_[node]; }
  at::ScalarType dtype() const { return dtype_; }
  at::Device device() const { return device_; }

  /// All tensors in state_dict order.
  std::vector<NamedTensor> state() const;

  /// The parameters of one node.
  std::vector<NamedTensor> parameters(NodeId node) const;

 private:
  Graph graph_;
  at::ScalarType dtype_;
  at::Device device_;
  std::vector<NodeTensors> tensors_;  // by node
};

}  // namespace facecls
