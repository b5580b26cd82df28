#include "training/weight_average.h"

#include <ATen/core/grad_mode.h>
#include <ATen/ops/_foreach_lerp.h>

#include <algorithm>

namespace facecls {

WeightAverage::WeightAverage(const Network& network, double decay) : decay_(decay) {
  for (const auto& [name, tensor, parameter] : network.state()) {
    if (!tensor.is_floating_point()) continue;
    weights_.push_back(tensor.detach());
    averages_.push_back({name, tensor.detach().clone(), parameter});
  }
}

void WeightAverage::update(uint64_t step) {
  const at::NoGradGuard no_gradient;
  const auto updates = static_cast<double>(step);
  const double decay = std::min(decay_, (1 + updates) / (10 + updates));
  std::vector<at::Tensor> averages;
  for (const NamedTensor& average : averages_) averages.push_back(average.tensor);
  at::_foreach_lerp_(averages, weights_, 1 - decay);
}

void WeightAverage::swap() {
  const at::NoGradGuard no_gradient;
  for (size_t i = 0; i < weights_.size(); ++i) {
    const at::Tensor kept = weights_[i].clone();
    weights_[i].copy_(averages_[i].tensor);
    averages_[i].tensor.copy_(kept);
  }
}

}  // namespace facecls
