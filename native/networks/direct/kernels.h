// The innermost loops of convolutions in float32, for processors with AVX2 and FMA. This file and kernels.cc
// know no LibTorch: they alone are compiled for such processors, and nothing of them may be inlined
// elsewhere.
#pragma once

#include <cstdint>

#include "networks/fused_activation.h"

namespace facecls::direct {

/// Output pixels that are computed together, and output channels in a register.
constexpr int kPixels = 6;
constexpr int kLanes = 8;

/// Numbers that lie side by side in the input of each output pixel, to be multiplied with as many rows of
/// weights, which follow those of the run before.
struct Run {
  const float* pixels[kPixels];
  int64_t length;
};

/// Up to kPixels output pixels that lie side by side.
struct Tile {
  const Run* runs;
  int64_t run_count;
  int pixels;
};

/// Where a tile's output goes: output[i * pitch + lane], with as much of `other` added, where it is not null.
struct Target {
  float* output;
  int64_t pitch;
  const float* other;
  int64_t other_pitch;
  FusedActivation activation;
};

/// The tile in `registers` (1 or 2) times kLanes output channels. Weights: (sum of the runs' lengths, lanes).
void dense(const Tile& tile, int registers, const float* weights, const float* bias, const Target& target);

/// An output row of a 3 x 3 convolution of each channel alone.
struct DepthwiseRow {
  struct Input {
    const float* pixels;
    int64_t pitch;  // 0 for a row outside the photograph, which is one pixel of zeros
  };
  Input inputs[3];
  int64_t input_width;
  int64_t width, stride, padding;  // stride: 1 or 2
  int64_t channels;                // a multiple of kLanes
  const float* weights;            // (channels / kLanes, 3, 3, kLanes)
  const float* bias;               // (channels)
};
void depthwise(const DepthwiseRow& row, const Target& target);

}  // namespace facecls::direct
