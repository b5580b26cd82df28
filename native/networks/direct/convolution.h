// A convolution in float32 with the activation and the addition that follow it, by kernels of our own.
// oneDNN's are as fast, but LibTorch's way to them makes each anew at every call, which takes a third of a
// small batch's time.
#pragma once

#include <ATen/core/Tensor.h>

#include "networks/direct/kernels.h"
#include "networks/graph.h"

namespace facecls {

class DirectConvolution {
 public:
  /// Whether such a convolution runs here in this type: this processor has the instructions, and the channels
  /// fill registers.
  static bool covers(const Conv2d& conv, at::ScalarType type);

  /// Weight (out, in / groups, kernel height, kernel width) and bias (out) are float32.
  DirectConvolution(const Conv2d& conv, const at::Tensor& weight, const at::Tensor& bias,
                    FusedActivation activation);

  /// Of an output (N, channels, height, width) for an input of these sizes.
  std::vector<int64_t> output_sizes(at::IntArrayRef input_sizes) const;

  /// output = activation(conv(x) + other), where there is one. The output is (N, C, H, W) in channels_last,
  /// or some channels of a tensor that is; what else is so costs no copy. What becomes of a photograph
  /// depends on no other in the batch.
  void run(const at::Tensor& x, const at::Tensor& other, const at::Tensor& output) const;

 private:
  bool depthwise() const { return conv_.groups > 1; }
  void run_dense(const at::Tensor& x, const at::Tensor& other, const at::Tensor& output) const;
  void run_depthwise(const at::Tensor& x, const at::Tensor& output) const;

  Conv2d conv_;
  at::Tensor weight_, bias_;  // as the kernels read them
  at::Tensor zeros_;          // what is read outside the input: a pixel, or a row of a depthwise convolution
  FusedActivation activation_;
};

}  // namespace facecls
