// A convolution with the activation and the addition that follow it, done by oneDNN in one pass over packed
// weights.
#pragma once

#include <ATen/core/Tensor.h>

#include <map>
#include <optional>

#include "networks/fused_activation.h"
#include "networks/graph.h"

namespace facecls {

/// Whether this LibTorch has oneDNN's operations, each with the signature that is called here. LibTorch
/// exports no symbol for them and promises no signature, so they are looked up by name and compared in full.
bool has_fused_convolutions();

class FusedConvolution {
 public:
  /// The bias (out) is of the type to compute in. Wants has_fused_convolutions(), and a pack before it runs.
  FusedConvolution(const Conv2d& conv, const at::Tensor& bias, FusedActivation activation);

  /// Packs the weight (out, in / groups, kernel height, kernel width), of the type to compute in, for inputs
  /// of these sizes (N, C, H, W). Others are computed with the pack for the least larger batch, but their
  /// weights may be reordered at every call, which costs bfloat16 a sixth of its speed. Sizes whose layouts
  /// are the same share one pack.
  void pack(const at::Tensor& weight, at::IntArrayRef input_sizes);

  /// x and `other` are (N, C, H, W) in channels_last. Returns activation(conv(x) + other); an addition goes
  /// with no other activation than ReLU.
  at::Tensor run(const at::Tensor& x, const std::optional<at::Tensor>& other) const;

 private:
  const at::Tensor& packed_for(int64_t batch) const;

  Conv2d conv_;
  at::Tensor bias_;
  FusedActivation activation_;
  std::map<int64_t, at::Tensor> packs_;  // by batch
};

}  // namespace facecls
