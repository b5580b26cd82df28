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

  /// Parameters that learn at one rate.
  struct Group {
    std::vector<at::Tensor> parameters;
    double rate_factor;  // of the step's learning rate
  };

  /// One update of the groups by their gradients. State is made when a parameter learns for the first time
  /// and kept, untouched, while it is frozen again. Every parameter must have a gradient.
  void step(const std::vector<Group>& groups, double learning_rate);

  /// A tensor of the state under PyTorch's name for it.
  struct Slot {
    const char* name;
    at::Tensor tensor;
  };

  /// What is remembered of a parameter; nothing where it never learned.
  virtual std::vector<Slot> state(const at::Tensor& parameter) const = 0;

  /// The same, made where it never learned, to be filled.
  virtual std::vector<Slot> make_state(const at::Tensor& parameter) = 0;

 protected:
  /// `gradients` have the strides of their parameters.
  virtual void update(const std::vector<at::Tensor>& parameters, const std::vector<at::Tensor>& gradients,
                      double learning_rate) = 0;
};

/// Scales the gradients of all groups so that their common L2 norm is at most `limit`, and returns the norm
/// before. Reads the norm back: a synchronisation on a GPU.
double clip_gradients(const std::vector<Optimizer::Group>& groups, double limit);

std::unique_ptr<Optimizer> make_optimizer(const OptimizerSpec& spec);

}  // namespace facecls
