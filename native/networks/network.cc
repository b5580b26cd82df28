#include "networks/network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "coded_error.h"

namespace facecls {

namespace {

at::Tensor uniform(const std::vector<int64_t>& shape, double bound, at::Generator& generator) {
  // Drawn in float32 whatever the network's type, so that a float64 network starts from the same values.
  return at::empty(shape, at::kFloat).uniform_(-bound, bound, generator);
}

at::Tensor initial_value(const Operation& operation, const TensorSlot& slot, at::Generator& generator) {
  if (slot.name == "num_batches_tracked") return at::zeros({}, at::kLong);
  if (std::holds_alternative<BatchNorm>(operation)) {
    const bool one = slot.name == "weight" || slot.name == "running_var";
    return one ? at::ones(slot.shape) : at::zeros(slot.shape);
  }
  int64_t fan_in = 0;
  if (const auto* conv = std::get_if<Conv2d>(&operation))
    fan_in = conv->in_channels * conv->kernel[0] * conv->kernel[1];
  if (const auto* linear = std::get_if<Linear>(&operation)) fan_in = linear->in_features;
  return uniform(slot.shape, 1.0 / std::sqrt(static_cast<double>(fan_in)), generator);
}

}  // namespace

at::Tensor& NodeTensors::slot(const std::string& name) {
  if (name == "weight") return weight;
  if (name == "bias") return bias;
  if (name == "running_mean") return running_mean;
  if (name == "running_var") return running_var;
  if (name == "num_batches_tracked") return num_batches_tracked;
  throw CodedError("NETWORK", "No tensor is named " + name);
}

Network::Network(Graph graph, at::ScalarType dtype, at::Device device, uint64_t seed)
    : graph_(std::move(graph)), dtype_(dtype), device_(device), tensors_(graph_.nodes().size()) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (NodeId id = 0; id < graph_.nodes().size(); ++id) {
    const Operation& operation = graph_.nodes()[id].operation;
    for (const TensorSlot& slot : tensor_slots(operation)) {
      at::Tensor value = initial_value(operation, slot, generator);
      if (value.scalar_type() != at::kLong) value = value.to(dtype);
      if (value.dim() == 4) value = value.contiguous(at::MemoryFormat::ChannelsLast);
      tensors_[id].slot(slot.name) = value.to(device);
    }
  }
}

std::vector<NamedTensor> Network::state() const {
  std::vector<NamedTensor> result;
  for (NodeId id = 0; id < graph_.nodes().size(); ++id) {
    NodeTensors tensors = tensors_[id];
    for (const TensorSlot& slot : tensor_slots(graph_.nodes()[id].operation)) {
      result.push_back({graph_.nodes()[id].name + "." + slot.name, tensors.slot(slot.name), slot.parameter});
    }
  }
  return result;
}

std::vector<NamedTensor> Network::parameters(NodeId id) const {
  std::vector<NamedTensor> result;
  NodeTensors tensors = tensors_[id];
  for (const TensorSlot& slot : tensor_slots(graph_.nodes()[id].operation)) {
    if (slot.parameter) {
      result.push_back({graph_.nodes()[id].name + "." + slot.name, tensors.slot(slot.name), true});
    }
  }
  return result;
}

}  // namespace facecls
