// Adam, AdamW and SGD by LibTorch's fused kernels, with a state and a step count per parameter.
#pragma once

#include <ATen/core/Tensor.h>

#include <memory>
#include <vector>

#include "specs.h"

namespace facecls {

class Optimizer {
 public:
  virtual ~Optimizer() = default;

  /// One update of `parameters` by their gradients. State is made when a parameter learns for the first time
  /// and kept, untouched, while it is frozen again. Every parameter must have a gradient.
  void step(const std::vector<at::Tensor>& parameters, double learning_rate);

 protected:
  /// `gradients` have the strides of their parameters.
  virtual void update(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
                      double learning_rate) = 0;
};

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec);

}  // namespace facecls
