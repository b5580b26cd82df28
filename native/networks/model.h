// A network with its input conventions and its state: what photographs become, and what a weight file fills.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "networks/network.h"
#include "pack/batch.h"
#include "pack/device_packs.h"

namespace facecls {

class Model {
 public:
  explicit Model(const ModelSpec& spec);

  const Network& network() const { return network_; }

  /// (N, 3, height, width) in the network's compute type, channels_last, on its device; augmented where draws
  /// are given. Throws NETWORK for photographs that are too small, with the least that works.
  at::Tensor input(const Batch& batch, const std::optional<AugmentationDraws>& draws) const;

  /// Photographs of noise in the range of normalised ones, the same in every process: what a folded network
  /// is checked with. Throws NETWORK as input().
  at::Tensor noise(int64_t count, int64_t size) const;

  /// Changes whenever load() has replaced weights: what was made of them is stale.
  uint64_t version() const { return version_; }

  /// Copies of all tensors in state_dict order.
  std::vector<StateTensor> state() const;

  /// Replaces the named tensors in place. Throws NETWORK for an unknown name or another shape, before any is
  /// replaced.
  void load(const std::vector<StateTensor>& tensors);

  /// Throws NETWORK unless class weights, where there are any, are one for each class, and for a margin
  /// without a cosine head.
  void check_loss(const LossSpec& loss) const;

  /// Of a cosine head: logits are this times cosines.
  double cosine_scale() const { return head_.scale; }

  /// (N) int64 on the network's device. Throws NETWORK unless there is one label for each of `count` samples,
  /// each in [0, classes), and for a network that ends without logits.
  at::Tensor labels(const std::vector<int64_t>& labels, int64_t count) const;

 private:
  at::Tensor pixels_of(const Batch& batch, const std::optional<AugmentationDraws>& draws) const;

  Network network_;
  Normalisation normalisation_;
  HeadSpec head_;
  int64_t least_side_;  // pixels
  uint64_t version_ = 0;
  mutable DevicePacks device_packs_;  // touched on the compute thread alone
};

}  // namespace facecls
