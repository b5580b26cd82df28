#include "networks/direct/convolution.h"

#include <ATen/ops/cat.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include "coded_error.h"
#include "networks/direct/team.h"

namespace facecls {

using direct::kLanes;
using direct::kPixels;
using direct::Run;
using direct::Tile;

namespace {

constexpr int64_t kBlock = 2 * kLanes;  // output channels of a tile

// What the pixels of a band read should stay in a core's second cache beside a block's weights.
constexpr int64_t kBandNumbers = 48 * 1024;
constexpr int64_t kBandPixels = 16 * kPixels;

// So many that a thread which the system stops for a while holds little of the work.
constexpr int64_t kPiecesPerThread = 8;

int64_t divided(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// Itself where its pixels lie one behind the other, each with its channels side by side; else a copy that is
/// so.
at::Tensor by_pixels(const at::Tensor& x) {
  const int64_t pitch = x.stride(3);
  const bool rows = x.stride(1) == 1 && pitch >= x.size(1) && x.stride(2) == x.size(3) * pitch;
  if (rows && (x.size(0) == 1 || x.stride(0) == x.size(2) * x.stride(2))) return x;
  return at::empty(x.sizes(), x.options().memory_format(at::MemoryFormat::ChannelsLast)).copy_(x);
}

/// (out, K) -> a row of kBlock output channels for each of K, block by block; the last may be half as wide.
at::Tensor packed_dense(const at::Tensor& weight) {
  const at::Tensor rows = weight.permute({0, 2, 3, 1}).reshape({weight.size(0), -1});
  const int64_t blocks = rows.size(0) / kBlock;
  const at::Tensor whole =
      rows.narrow(0, 0, blocks * kBlock).view({blocks, kBlock, rows.size(1)}).transpose(1, 2);
  const at::Tensor rest = rows.narrow(0, blocks * kBlock, rows.size(0) - blocks * kBlock).t();
  return at::cat({whole.reshape({-1}), rest.reshape({-1})});
}

at::Tensor packed_depthwise(const at::Tensor& weight) {
  return weight.reshape({-1, kLanes, 9}).transpose(1, 2).contiguous();
}

/// Where the output pixels find what they read, over the whole batch as one row of pixels.
class Reads {
 public:
  Reads(const Conv2d& conv, const at::Tensor& x, const at::Tensor& output, const float* zeros)
      : conv_(conv),
        data_(x.const_data_ptr<float>()),
        zeros_(zeros),
        pointwise_(conv.kernel == Pair{1, 1} && conv.stride == Pair{1, 1} && conv.padding == Pair{0, 0}),
        pitch_(x.stride(3)),
        height_(x.size(2)),
        width_(x.size(3)),
        output_height_(output.size(2)),
        output_width_(output.size(3)) {}

  /// Of the pixels from `first` on, appended to `runs`.
  void append(int64_t first, int pixels, std::vector<Run>& runs) const {
    const auto [kernel_height, kernel_width] = conv_.kernel;
    if (pointwise_) {
      Run& run = runs.emplace_back();
      run.length = conv_.in_channels;
      for (int i = 0; i < pixels; ++i) run.pixels[i] = data_ + (first + i) * pitch_;
      return;
    }
    Place places[kPixels];
    find_places(first, pixels, places);
    const bool inside = std::all_of(places, places + pixels, [&](const Place& at) {
      return at.left >= 0 && at.left + kernel_width <= width_;
    });
    for (int64_t y = 0; y < kernel_height; ++y) {
      const bool joined = inside && pitch_ == conv_.in_channels && rows_exist(places, pixels, y);
      const int64_t steps = joined ? 1 : kernel_width;
      for (int64_t x = 0; x < steps; ++x) {
        Run& run = runs.emplace_back();
        run.length = (joined ? kernel_width : 1) * conv_.in_channels;
        for (int i = 0; i < pixels; ++i) run.pixels[i] = pixel(places[i], y, x);
      }
    }
  }

 private:
  /// The upper left pixel that an output pixel reads.
  struct Place {
    int64_t photograph, top, left;
  };

  /// Divides once, since that takes as long as many multiplications.
  void find_places(int64_t first, int pixels, Place* places) const {
    int64_t x = first % output_width_;
    int64_t y = first / output_width_ % output_height_;
    int64_t photograph = first / output_width_ / output_height_;
    for (int i = 0; i < pixels; ++i) {
      places[i] = {photograph, y * conv_.stride[0] - conv_.padding[0],
                   x * conv_.stride[1] - conv_.padding[1]};
      if (++x < output_width_) continue;
      x = 0;
      if (++y < output_height_) continue;
      y = 0;
      ++photograph;
    }
  }

  bool rows_exist(const Place* places, int pixels, int64_t y) const {
    return std::all_of(places, places + pixels,
                       [&](const Place& at) { return at.top + y >= 0 && at.top + y < height_; });
  }

  const float* pixel(const Place& at, int64_t y, int64_t x) const {
    const int64_t row = at.top + y, column = at.left + x;
    if (row < 0 || row >= height_ || column < 0 || column >= width_) return zeros_;
    return data_ + ((at.photograph * height_ + row) * width_ + column) * pitch_;
  }

  const Conv2d& conv_;
  const float* data_;
  const float* zeros_;
  bool pointwise_;  // each output pixel reads the one at its own place
  int64_t pitch_, height_, width_, output_height_, output_width_;
};

/// Neighbouring output pixels in tiles. One object serves a thread's bands, so that it allocates once.
class Band {
 public:
  struct Part {
    int64_t first;
    Tile tile;
  };

  void fill(const Reads& reads, int64_t begin, int64_t end) {
    parts_.clear();
    runs_.clear();
    const int64_t count = divided(end - begin, kPixels);
    for (int64_t i = 0; i < count; ++i) {
      // Even tiles: one of six and one of two take longer than two of four.
      const int64_t first = begin + (end - begin) * i / count;
      const int64_t next = begin + (end - begin) * (i + 1) / count;
      const size_t before = runs_.size();
      reads.append(first, static_cast<int>(next - first), runs_);
      parts_.push_back({first, {nullptr, static_cast<int64_t>(runs_.size() - before), int(next - first)}});
    }
    const Run* runs = runs_.data();
    for (Part& part : parts_) {
      part.tile.runs = runs;
      runs += part.tile.run_count;
    }
  }

  const std::vector<Part>& parts() const { return parts_; }

 private:
  std::vector<Part> parts_;
  std::vector<Run> runs_;
};

/// Where the processor has AVX-512, oneDNN's kernels use it.
bool chosen() {
  __builtin_cpu_init();
  const bool runs = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  const char* given = std::getenv("FACECLS_CONVOLUTIONS");
  const std::string asked = given == nullptr ? "" : given;
  if (asked.empty()) return runs && !__builtin_cpu_supports("avx512f");
  if (asked == "direct") return runs;
  if (asked == "onednn") return false;
  throw CodedError("NATIVE", "Expected direct or onednn for FACECLS_CONVOLUTIONS, not " + asked);
}

}  // namespace

bool DirectConvolution::covers(const Conv2d& conv, at::ScalarType type) {
  static const bool here = chosen();
  if (!here || type != at::kFloat || conv.out_channels % kLanes != 0) return false;
  if (conv.groups == 1) return true;
  return conv.groups == conv.in_channels && conv.groups == conv.out_channels && conv.kernel == Pair{3, 3} &&
         conv.stride[1] <= 2;
}

DirectConvolution::DirectConvolution(const Conv2d& conv, const at::Tensor& weight, const at::Tensor& bias,
                                     FusedActivation activation)
    : conv_(conv),
      weight_(conv.groups > 1 ? packed_depthwise(weight) : packed_dense(weight)),
      bias_(bias.contiguous()),
      zeros_(at::zeros({conv.in_channels})),
      activation_(activation) {}

std::vector<int64_t> DirectConvolution::output_sizes(at::IntArrayRef input_sizes) const {
  const auto side = [&](int axis) {
    return (input_sizes[2 + axis] + 2 * conv_.padding[axis] - conv_.kernel[axis]) / conv_.stride[axis] + 1;
  };
  return {input_sizes[0], conv_.out_channels, side(0), side(1)};
}

void DirectConvolution::run(const at::Tensor& x, const at::Tensor& other, const at::Tensor& output) const {
  if (output.numel() == 0) return;
  if (depthwise()) {
    run_depthwise(by_pixels(x), output);
  } else {
    run_dense(by_pixels(x), other.defined() ? by_pixels(other) : other, output);
  }
}

void DirectConvolution::run_dense(const at::Tensor& x, const at::Tensor& other,
                                  const at::Tensor& output) const {
  const int64_t pixels = output.size(0) * output.size(2) * output.size(3);
  const int64_t depth = conv_.kernel[0] * conv_.kernel[1] * conv_.in_channels;
  const int64_t blocks = divided(conv_.out_channels, kBlock);
  const int64_t largest = std::clamp<int64_t>(kBandNumbers / conv_.in_channels, kPixels, kBandPixels);
  const int64_t bands = divided(pixels, largest);
  direct::Team& team = direct::Team::instance();
  const int64_t parts = std::min(blocks, divided(kPiecesPerThread * team.threads(), bands));
  const Reads reads(conv_, x, output, zeros_.const_data_ptr<float>());
  const float* weight = weight_.const_data_ptr<float>();
  const float* bias = bias_.const_data_ptr<float>();
  const float* added = other.defined() ? other.const_data_ptr<float>() : nullptr;
  float* written = output.mutable_data_ptr<float>();
  const int64_t pitch = output.stride(3), added_pitch = added == nullptr ? 0 : other.stride(3);
  team.run(static_cast<int>(bands * parts), [&](int piece) {
    static thread_local Band band;
    const int64_t place = piece / parts, part = piece % parts;
    band.fill(reads, pixels * place / bands, pixels * (place + 1) / bands);
    for (int64_t block = blocks * part / parts; block < blocks * (part + 1) / parts; ++block) {
      const int64_t channel = block * kBlock;
      const int registers = conv_.out_channels - channel >= kBlock ? 2 : 1;
      for (const auto& [first, tile] : band.parts()) {
        const float* addend = added == nullptr ? nullptr : added + first * added_pitch + channel;
        direct::dense(tile, registers, weight + channel * depth, bias + channel,
                      {written + first * pitch + channel, pitch, addend, added_pitch, activation_});
      }
    }
  });
}

void DirectConvolution::run_depthwise(const at::Tensor& x, const at::Tensor& output) const {
  const int64_t height = x.size(2), width = x.size(3), pitch = x.stride(3);
  const int64_t output_height = output.size(2), output_width = output.size(3);
  const int64_t rows = output.size(0) * output_height;
  direct::Team& team = direct::Team::instance();
  const int64_t pieces = std::min(rows, kPiecesPerThread * team.threads());
  const float* data = x.const_data_ptr<float>();
  const float* zeros = zeros_.const_data_ptr<float>();
  direct::DepthwiseRow shared{};
  shared.input_width = width;
  shared.width = output_width;
  shared.stride = conv_.stride[1];
  shared.padding = conv_.padding[1];
  shared.channels = conv_.out_channels;
  shared.weights = weight_.const_data_ptr<float>();
  shared.bias = bias_.const_data_ptr<float>();
  const direct::Target first{output.mutable_data_ptr<float>(), output.stride(3), nullptr, 0, activation_};
  team.run(static_cast<int>(pieces), [&](int piece) {
    for (int64_t row = rows * piece / pieces; row < rows * (piece + 1) / pieces; ++row) {
      direct::DepthwiseRow job = shared;
      const int64_t top = row % output_height * conv_.stride[0] - conv_.padding[0];
      for (int64_t y = 0; y < 3; ++y) {
        const int64_t from = top + y;
        if (from < 0 || from >= height) {
          job.inputs[y] = {zeros, 0};
        } else {
          job.inputs[y] = {data + (row / output_height * height + from) * width * pitch, pitch};
        }
      }
      direct::Target target = first;
      target.output += row * output_width * target.pitch;
      direct::depthwise(job, target);
    }
  });
}

}  // namespace facecls
