#include "networks/model.h"

#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>

#include <unordered_map>

#include "coded_error.h"

namespace facecls {

namespace {

at::ScalarType scalar_type(DType dtype) { return dtype == DType::float64 ? at::kDouble : at::kFloat; }

at::Device device_of(const std::string& name) {
  const at::Device device(name);
  if (device.is_cuda() && !at::hasCUDA()) {
    throw CodedError("DEVICE", "This LibTorch has no CUDA device; use the device 'cpu'");
  }
  return device;
}

std::string dtype_name(at::ScalarType type) {
  if (type == at::kLong) return "int64";
  return type == at::kDouble ? "float64" : "float32";
}

at::ScalarType type_named(const std::string& name) {
  if (name == "int64") return at::kLong;
  return name == "float64" ? at::kDouble : at::kFloat;
}

}  // namespace

Model::Model(const ModelSpec& spec)
    : network_(build_network(spec.network), scalar_type(spec.dtype), device_of(spec.device), spec.seed),
      normalisation_(spec.normalisation),
      classes_(spec.network.head.classes) {}

at::Tensor Model::input(const Batch& batch, const std::optional<AugmentationDraws>& draws) const {
  return batch_tensor(batch, normalisation_, draws)
      .to(network_.device(), network_.dtype(), /*non_blocking=*/false, /*copy=*/false,
          at::MemoryFormat::ChannelsLast);
}

std::vector<StateTensor> Model::state() const {
  std::vector<StateTensor> result;
  for (const NamedTensor& named : network_.state()) {
    const at::Tensor tensor = named.tensor.detach().cpu().contiguous();
    const auto* bytes = static_cast<const uint8_t*>(tensor.const_data_ptr());
    result.push_back({named.name, tensor.sizes().vec(), dtype_name(tensor.scalar_type()),
                      std::vector<uint8_t>(bytes, bytes + tensor.nbytes())});
  }
  return result;
}

void Model::load(const std::vector<StateTensor>& tensors) {
  at::NoGradGuard no_gradient;
  std::unordered_map<std::string, at::Tensor> own;
  for (const NamedTensor& named : network_.state()) own[named.name] = named.tensor;
  for (const StateTensor& given : tensors) {
    const auto found = own.find(given.name);
    if (found == own.end()) throw CodedError("NETWORK", "The network has no tensor named " + given.name);
    if (found->second.sizes() != given.shape) {
      throw CodedError("NETWORK", "The tensor " + given.name + " has another shape in the network");
    }
    const at::ScalarType type = type_named(given.dtype);
    if (given.data.size() != found->second.numel() * at::elementSize(type)) {
      throw CodedError("NETWORK",
                       "The tensor " + given.name + " has another number of bytes than its shape says");
    }
  }
  for (const StateTensor& given : tensors) {
    // from_blob reads only: the copy below is the single use of this view.
    auto* bytes = const_cast<uint8_t*>(given.data.data());
    own[given.name].copy_(at::from_blob(bytes, given.shape, at::TensorOptions(type_named(given.dtype))));
  }
}

at::Tensor Model::labels(const std::vector<int64_t>& labels, int64_t count) const {
  if (static_cast<int64_t>(labels.size()) != count) {
    throw CodedError("NETWORK", "Expected " + std::to_string(count) + " labels but received " +
                                    std::to_string(labels.size()));
  }
  for (const int64_t label : labels) {
    if (label < 0 || label >= classes_) {
      throw CodedError("NETWORK", "Expected labels from 0 to " + std::to_string(classes_ - 1) +
                                      " but received " + std::to_string(label));
    }
  }
  return at::tensor(labels, at::kLong).to(network_.device());
}

}  // namespace facecls
