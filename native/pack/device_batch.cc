#include "pack/device_batch.h"

#include <ATen/ops/arange.h>
#include <ATen/ops/clamp.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/floor.h>
#include <ATen/ops/grid_sampler_2d.h>
#include <ATen/ops/stack.h>
#include <ATen/ops/tensor.h>
#include <ATen/ops/trunc.h>
#include <ATen/ops/where.h>
#include <ATen/ops/zeros_like.h>

#include <array>

#include "images/rotate.h"

namespace facecls {

namespace {

using Draws = std::vector<AugmentationDraw>;

Draws draw_all(const AugmentationDraws& draws, const std::vector<int64_t>& samples, int64_t height,
               int64_t width) {
  Draws result;
  for (const int64_t sample : samples) {
    result.push_back(draw_augmentation(draws.ranges, draws.seed, draws.epoch, static_cast<uint64_t>(sample),
                                       height, width));
  }
  return result;
}

/// One number a sample, (N, 1, 1, 1).
template <typename Number>
at::Tensor by_sample(const Draws& draws, at::Device device, Number number) {
  const at::Tensor values = at::empty({static_cast<int64_t>(draws.size()), 1, 1, 1}, at::kFloat);
  float* const out = values.mutable_data_ptr<float>();
  for (size_t i = 0; i < draws.size(); ++i) out[i] = static_cast<float>(number(draws[i]));
  return values.to(device);
}

/// (N, height, width, 2): where each value is read, as grid_sampler counts: -1 and 1 are the outer edges.
at::Tensor reading_grid(const Draws& draws, const at::Tensor& x) {
  const int64_t count = x.size(0), height = x.size(2), width = x.size(3);
  const at::Tensor columns = at::empty({2, count, 1, width}, at::kFloat);
  const at::Tensor rows = at::empty({2, count, height, 1}, at::kFloat);
  float* column = columns.mutable_data_ptr<float>();
  float* row = rows.mutable_data_ptr<float>();
  for (int64_t i = 0; i < count; ++i) {
    const SourceCoordinates read = source_coordinates({nullptr, height, width}, draws[i].flip, draws[i].angle,
                                                      draws[i].box, height, width);
    std::copy(read.column_x.begin(), read.column_x.end(), column + i * width);
    std::copy(read.column_y.begin(), read.column_y.end(), column + (count + i) * width);
    std::copy(read.row_x.begin(), read.row_x.end(), row + i * height);
    std::copy(read.row_y.begin(), read.row_y.end(), row + (count + i) * height);
  }
  const at::Tensor at_pixels = columns.to(x.device()) + rows.to(x.device());  // (2, N, height, width)
  const auto normal = [&](int64_t axis, int64_t side) {
    return (at_pixels[axis] * 2 + 1) / static_cast<double>(side) - 1;
  };
  return at::stack({normal(0, width), normal(1, height)}, /*dim=*/3);
}

/// (N, 1, height, width), cut to whole numbers.
at::Tensor grey_of(const at::Tensor& x) {
  const at::Tensor weights =
      at::tensor({0.2989f, 0.587f, 0.114f}, at::kFloat).to(x.device()).view({1, 3, 1, 1});
  return at::trunc((x * weights).sum(/*dim=*/1, /*keepdim=*/true));
}

double factor_of(const ColourFactors& colour, ColourOperation operation) {
  if (operation == ColourOperation::brightness) return colour.brightness;
  return operation == ColourOperation::contrast ? colour.contrast : colour.saturation;
}

/// Each operation blends with something of the photograph's own, so that one formula does for all samples,
/// whatever their order.
at::Tensor change_colours(at::Tensor x, const Draws& draws) {
  const at::Device device = x.device();
  for (size_t turn = 0; turn < 3; ++turn) {
    const auto operation = [turn](const AugmentationDraw& draw) { return draw.colour.order[turn]; };
    const auto is = [&](ColourOperation wanted) {
      return by_sample(draws, device, [&](const auto& draw) { return operation(draw) == wanted; }) > 0;
    };
    const at::Tensor factor = by_sample(
        draws, device, [&](const AugmentationDraw& draw) { return factor_of(draw.colour, operation(draw)); });
    const at::Tensor grey = grey_of(x);
    const at::Tensor mean = grey.mean(at::IntArrayRef{1, 2, 3}, /*keepdim=*/true);
    const at::Tensor other =
        at::where(is(ColourOperation::contrast), mean,
                  at::where(is(ColourOperation::saturation), grey, at::zeros_like(grey)));
    x = at::trunc(at::clamp(x * factor + other * (1 - factor), 0, 255));
  }
  return x;
}

at::Tensor normalised(const at::Tensor& x, const Normalisation& normalisation) {
  const auto channels = [&](const std::array<double, 3>& values) {
    return at::tensor({values[0], values[1], values[2]}, at::kFloat).to(x.device()).view({1, 3, 1, 1});
  };
  return (x / 255 - channels(normalisation.mean)) / channels(normalisation.std);
}

void erase_all(const at::Tensor& x, const Draws& draws, const Normalisation& normalisation) {
  for (size_t i = 0; i < draws.size(); ++i) {
    if (!draws[i].erased) continue;
    Erasure erasure = *draws[i].erased;
    const Box box = erasure.box;
    erasure.box = {0, 0, box.height, box.width};
    const at::Tensor filled = at::empty({box.height, box.width, 3}, at::kFloat);
    erase(erasure, normalisation, box.width, filled.mutable_data_ptr<float>());
    x[static_cast<int64_t>(i)]
        .narrow(1, box.top, box.height)
        .narrow(2, box.left, box.width)
        .copy_(filled.permute({2, 0, 1}));
  }
}

}  // namespace

bool device_augments(const std::optional<AugmentationDraws>& draws) {
  if (!draws || !draws->ranges.rotation) return true;
  return draws->ranges.rotation->interpolation == Interpolation::bilinear;
}

at::Tensor device_batch(const at::Tensor& records, const std::vector<int64_t>& samples,
                        const Normalisation& normalisation, const std::optional<AugmentationDraws>& draws) {
  // (N, 3, height, width), channels last as the bytes are.
  at::Tensor x = records.permute({0, 3, 1, 2}).to(at::kFloat);
  if (!draws) return normalised(x, normalisation);
  const Draws drawn = draw_all(*draws, samples, x.size(2), x.size(3));
  constexpr int64_t kBilinear = 0, kZeros = 0;
  x = at::grid_sampler_2d(x, reading_grid(drawn, x), kBilinear, kZeros, /*align_corners=*/false);
  x = normalised(change_colours(at::floor(x + 0.5), drawn), normalisation);
  erase_all(x, drawn, normalisation);
  return x;
}

}  // namespace facecls
