#include "networks/network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/ones.h>
#include <ATen/ops/zeros.h>

#include <cmath>

#include "coded_error.h"

namespace facecls {

namespace {

// Values are drawn in float32 whatever the network's type, so that a float64 network starts from the same
// ones.
at::Tensor uniform(const TensorSlot& slot, double bound, at::Generator& generator) {
  return at::empty(slot.shape, at::kFloat).uniform_(-bound, bound, generator);
}

at::Tensor normal(const TensorSlot& slot, double deviation, at::Generator& generator) {
  return at::empty(slot.shape, at::kFloat).normal_(0, deviation, generator);
}

class FirstValue {
 public:
  FirstValue(const TensorSlot& slot, Initialisation initialisation, at::Generator& generator)
      : slot_(slot), initialisation_(initialisation), generator_(generator) {}

  at::Tensor operator()(const BatchNorm&) {
    if (slot_.name == "num_batches_tracked") return at::zeros({}, at::kLong);
    const bool one = slot_.name == "weight" || slot_.name == "running_var";
    return one ? at::ones(slot_.shape) : at::zeros(slot_.shape);
  }

  at::Tensor operator()(const Conv2d& conv) {
    const int64_t area = conv.kernel[0] * conv.kernel[1];
    if (initialisation_ != Initialisation::fan_in_uniform) {
      return normal(slot_, std::sqrt(2.0 / static_cast<double>(conv.out_channels * area)), generator_);
    }
    return from_fan_in(conv.in_channels / conv.groups * area);
  }

  at::Tensor operator()(const Linear& linear) {
    if (initialisation_ != Initialisation::mobilenet) return from_fan_in(linear.in_features);
    return slot_.name == "weight" ? normal(slot_, 0.01, generator_) : at::zeros(slot_.shape);
  }

  // Of normal values all directions are as likely. Rows are about 1 long: their length plays no part in the
  // cosines, but a step turns a short row farther.
  at::Tensor operator()(const CosineLinear& linear) {
    return normal(slot_, 1.0 / std::sqrt(static_cast<double>(linear.in_features)), generator_);
  }

  template <typename Other>
  at::Tensor operator()(const Other&) {
    throw CodedError("NETWORK", "Only layers have parameters");
  }

 private:
  at::Tensor from_fan_in(int64_t fan_in) {
    return uniform(slot_, 1.0 / std::sqrt(static_cast<double>(fan_in)), generator_);
  }

  const TensorSlot& slot_;
  Initialisation initialisation_;
  at::Generator& generator_;
};

}  // namespace

at::Tensor& NodeTensors::slot(const std::string& name) {
  if (name == "weight") return weight;
  if (name == "bias") return bias;
  if (name == "running_mean") return running_mean;
  if (name == "running_var") return running_var;
  if (name == "num_batches_tracked") return num_batches_tracked;
  throw CodedError("NETWORK", "No tensor is named " + name);
}

NodeTensors NodeTensors::to(at::ScalarType type) const {
  NodeTensors result = *this;
  if (weight.defined()) result.weight = weight.to(type);
  if (bias.defined()) result.bias = bias.to(type);
  return result;
}

Network::Network(Graph graph, Precision precision, at::Device device, uint64_t seed)
    : graph_(std::move(graph)),
      dtype_(precision == Precision::float64 ? at::kDouble : at::kFloat),
      compute_dtype_(precision == Precision::bfloat16 ? at::kBFloat16 : dtype_),
      device_(device),
      tensors_(graph_.nodes().size()) {
  at::Generator generator = at::detail::createCPUGenerator(seed);
  for (NodeId id = 0; id < graph_.nodes().size(); ++id) {
    const Operation& operation = graph_.nodes()[id].operation;
    for (const TensorSlot& slot : tensor_slots(operation)) {
      at::Tensor value = std::visit(FirstValue(slot, graph_.initialisation, generator), operation);
      if (value.scalar_type() != at::kLong) value = value.to(dtype_);
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
