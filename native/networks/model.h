// A network with its input conventions and its state: what photographs become, and what a weight file fills.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "networks/network.h"
#include "pack/batch.h"

namespace facecls {

class Model {
 public:
  explicit Model(const ModelSpec& spec);

  const Network& network() const { return network_; }

  /// (N, 3, S, S) in the network's type, channels_last, on its device; augmented where draws are given.
  at::Tensor input(const Batch& batch, const std::optional<AugmentationDraws>& draws) const;

  /// Copies of all tensors in state_dict order.
  std::vector<StateTensor> state() const;

  /// Replaces the named tensors in place. Throws NETWORK for an unknown name or another shape, before any is
  /// replaced.
  void load(const std::vector<StateTensor>& tensors);

  /// (N) int64 on the network's device. Throws NETWORK unless there is one label for each of `count` samples,
  /// each in [0, classes).
  at::Tensor labels(const std::vector<int64_t>& labels, int64_t count) const;

 private:
  Network network_;
  Normalisation normalisation_;
  int64_t classes_;
};

}  // namespace facecls
