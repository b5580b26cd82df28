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

  /// These tensors as a convolution or a linear layer takes them; tensors of that type are shared, not
  /// copied.
  NodeTensors to(at::ScalarType type) const;
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
  Network(Graph graph, Precision precision, at::Device device, uint64_t seed);

  const Graph& graph() const { return graph_; }
  const NodeTensors& tensors(NodeId node) const { return tensors_[node]; }
  /// Of parameters and buffers: float32 or float64.
  at::ScalarType dtype() const { return dtype_; }
  /// Of activations.
  at::ScalarType compute_dtype() const { return compute_dtype_; }
  at::Device device() const { return device_; }

  /// All tensors in state_dict order.
  std::vector<NamedTensor> state() const;

  /// The parameters of one node.
  std::vector<NamedTensor> parameters(NodeId node) const;

 private:
  Graph graph_;
  at::ScalarType dtype_, compute_dtype_;
  at::Device device_;
  std::vector<NodeTensors> tensors_;  // by node
};

}  // namespace facecls
