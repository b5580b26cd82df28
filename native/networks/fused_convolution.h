// A convolution with the activation and the addition that follow it, done by oneDNN in one pass over packed
// weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "networks/graph.h"

namespace facecls {

/// Whether this LibTorch has oneDNN's operations, each with the signature that is called here. LibTorch
/// exports no symbol for them and promises no signature, so they are looked up by name and compared in full.
bool has_fused_convolutions();

enum class FusedActivation { none, relu, relu6 };

class FusedConvolution {
 public:
  /// Packs the weight (out, in / groups, kernel height, kernel width) and the bias (out), both of the type to
  /// compute in, for inputs of these sizes (N, C, H, W): others work too, but the weights are then reordered
  /// at every call, which costs bfloat16 a sixth of its speed. Wants has_fused_convolutions().
  FusedConvolution(const Conv2d& conv, const at::Tensor& weight, const at::Tensor& bias,
                   FusedActivation activation, at::IntArrayRef input_sizes);

  /// x and `other` are (N, C, H, W) in channels_last. Returns activation(conv(x) + other); an addition goes
  /// with no other activation than ReLU.
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& other) const;

 private:
  Conv2d conv_;
  at::Tensor weight_, bias_;
  FusedActivation activation_;
};

}  // namespace facecls
