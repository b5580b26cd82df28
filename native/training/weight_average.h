// The exponential moving average of a network's weights.
#pragma once

#include <vector>

#include "networks/network.h"

namespace facecls {

/// Of all parameters and of the running statistics of batch norms; counts are left as they are.
class WeightAverage {
 public:
  /// Begins with the weights as they are.
  WeightAverage(const Network& network, double decay);

  /// After an update; `step` counts the updates before it. At the beginning the decay is smaller, so that
  /// weights of before the training are soon forgotten: min(decay, (1 + step) / (10 + step)).
  void update(uint64_t step);

  /// Exchanges values with the network.
  void swap();

  /// Under the names of the network's tensors.
  const std::vector<NamedTensor>& tensors() const { return averages_; }

 private:
  double decay_;
  std::vector<at::Tensor> weights_;  // share their storage with the network
  std::vector<NamedTensor> averages_;
};

}  // namespace facecls
