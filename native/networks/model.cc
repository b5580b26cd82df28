#include "networks/model.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/tensor.h>

#include <unordered_map>

#include "coded_error.h"
#include "networks/precision.h"
#include "networks/state_tensor.h"
#include "pack/device_batch.h"

namespace facecls {

namespace {

/// The device by its name, which must be there and be able to compute in this precision.
at::Device device_of(const std::string& name, Precision precision) {
  const at::Device device(name);
  if (device.is_cuda() && !at::hasCUDA()) {
    throw CodedError("DEVICE", "This LibTorch has no CUDA device; use the device 'cpu'");
  }
  check_precision(precision, device);
  return device;
}

}  // namespace

Model::Model(const ModelSpec& spec)
    : network_(build_network(spec.network), spec.precision, device_of(spec.device, spec.precision),
               spec.seed),
      normalisation_(spec.normalisation),
      head_(spec.network.head),
      least_side_(minimum_input_size(network_.graph())) {}

at::Tensor Model::pixels_of(const Batch& batch, const std::optional<AugmentationDraws>& draws) const {
  const auto* const packed = std::get_if<PackBatch>(&batch);
  // All of a GPU's batches, whether it has their pack or not: the room on it must not decide what is learned.
  if (packed && network_.device().is_cuda() && device_augments(draws)) {
    const at::Tensor records = device_packs_.records(*packed, network_.device());
    return device_batch(records, packed->samples, normalisation_, draws);
  }
  return batch_tensor(batch, normalisation_, draws, network_.compute_dtype());
}

at::Tensor Model::input(const Batch& batch, const std::optional<AugmentationDraws>& draws) const {
  const at::Tensor x = pixels_of(batch, draws);
  if (x.dim() != 4 || x.size(1) != 3 || x.size(2) < least_side_ || x.size(3) < least_side_) {
    std::string sizes;
    for (const int64_t size : x.sizes()) sizes += (sizes.empty() ? "" : " x ") + std::to_string(size);
    throw CodedError("NETWORK", "Expected an input of N x 3 x height x width with sides of at least " +
                                    std::to_string(least_side_) + " pixels but received " + sizes);
  }
  return x.to(network_.device(), network_.compute_dtype(), /*non_blocking=*/false, /*copy=*/false,
              at::MemoryFormat::ChannelsLast);
}

at::Tensor Model::noise(int64_t count, int64_t size) const {
  output_shapes(network_.graph(), size, size);
  constexpr uint64_t kSeed = 1;
  at::Generator generator = at::detail::createCPUGenerator(kSeed);
  return at::empty({count, 3, size, size}, at::kFloat)
      .uniform_(-1, 1, generator)
      .to(network_.device(), network_.compute_dtype(), /*non_blocking=*/false, /*copy=*/false,
          at::MemoryFormat::ChannelsLast);
}

std::vector<StateTensor> Model::state() const {
  std::vector<StateTensor> result;
  for (const NamedTensor& named : network_.state()) result.push_back(copy_out(named.name, named.tensor));
  return result;
}

void Model::load(const std::vector<StateTensor>& tensors) {
  std::unordered_map<std::string, at::Tensor> own;
  for (const NamedTensor& named : network_.state()) own[named.name] = named.tensor;
  for (const StateTensor& given : tensors) {
    const auto found = own.find(given.name);
    if (found == own.end()) throw CodedError("NETWORK", "The network has no tensor named " + given.name);
    check_fits(given, found->second);
  }
  ++version_;
  for (const StateTensor& given : tensors) copy_in(given, own[given.name]);
}

void Model::check_loss(const LossSpec& loss) const {
  if (loss.margin && head_.kind != HeadKind::cosine)
    throw CodedError("NETWORK", "Expected a cosine head for a loss with a margin");
  const auto weights = static_cast<int64_t>(loss.class_weights.size());
  if (weights != 0 && weights != head_.classes) {
    throw CodedError("NETWORK", "Expected " + std::to_string(head_.classes) + " class weights but received " +
                                    std::to_string(weights));
  }
}

at::Tensor Model::labels(const std::vector<int64_t>& labels, int64_t count) const {
  if (head_.kind == HeadKind::embedding)
    throw CodedError("NETWORK", "A network that ends in an embedding has no logits to compare with labels");
  if (static_cast<int64_t>(labels.size()) != count) {
    throw CodedError("NETWORK", "Expected " + std::to_string(count) + " labels but received " +
                                    std::to_string(labels.size()));
  }
  for (const int64_t label : labels) {
    if (label < 0 || label >= head_.classes) {
      throw CodedError("NETWORK", "Expected labels from 0 to " + std::to_string(head_.classes - 1) +
                                      " but received " + std::to_string(label));
    }
  }
  return at::tensor(labels, at::kLong).to(network_.device());
}

}  // namespace facecls
