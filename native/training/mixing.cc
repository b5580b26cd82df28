#include "training/mixing.h"

#include <ATen/ops/lerp.h>
#include <ATen/ops/roll.h>

#include <algorithm>
#include <cmath>

#include "images/random.h"
#include "training/loss.h"

namespace facecls {

namespace {

/// The logarithm of a draw from Gamma(shape, 1), since a small shape draws numbers that no double holds.
/// Source: Marsaglia and Tsang, "A simple method for generating gamma variables" (2000), with its step up for
/// shapes below 1. Takes one try nearly always.
double draw_log_gamma(RandomSequence& random, double shape) {
  if (shape < 1) {
    const double larger = draw_log_gamma(random, shape + 1);
    return larger + std::log(1 - random.uniform()) / shape;
  }
  const double d = shape - 1.0 / 3, c = 1 / std::sqrt(9 * d);
  while (true) {
    const double x = random.normal();
    const double root = 1 + c * x;
    if (root <= 0) continue;
    const double v = root * root * root;
    const double u = 1 - random.uniform();  // never 0
    if (std::log(u) < x * x / 2 + d * (1 - v + std::log(v))) return std::log(d * v);
  }
}

/// From Beta(alpha, alpha).
double draw_lambda(RandomSequence& random, double alpha) {
  const double one = draw_log_gamma(random, alpha), other = draw_log_gamma(random, alpha);
  return 1 / (1 + std::exp(other - one));
}

/// A box of the area 1 - lambda about a centre anywhere, cut at the border; lambda becomes what that leaves.
MixingDraw draw_cut(RandomSequence& random, double lambda, int64_t height, int64_t width) {
  const int64_t x = random.integer(width), y = random.integer(height);
  const double half = 0.5 * std::sqrt(1 - lambda);
  const auto half_width = static_cast<int64_t>(half * static_cast<double>(width));
  const auto half_height = static_cast<int64_t>(half * static_cast<double>(height));
  const int64_t left = std::max<int64_t>(x - half_width, 0), right = std::min(x + half_width, width);
  const int64_t top = std::max<int64_t>(y - half_height, 0), bottom = std::min(y + half_height, height);
  const Box box{top, left, bottom - top, right - left};
  const double share = static_cast<double>(box.height * box.width) /
                       (static_cast<double>(height) * static_cast<double>(width));
  return {1 - share, box};
}

at::Tensor neighbours_of(const at::Tensor& samples) {
  return at::roll(samples, /*shifts=*/{1}, /*dims=*/{0});
}

}  // namespace

std::optional<MixingDraw> draw_mixing(const MixingRanges& ranges, uint64_t seed, uint64_t step,
                                      uint64_t batch, int64_t height, int64_t width) {
  if (!ranges.mixup && !ranges.cutmix) return std::nullopt;
  RandomSequence random(seed, step, batch, Stream::mixing);
  const bool even = random.integer(2) == 1;
  const bool cuts = ranges.cutmix && (!ranges.mixup || even);
  const MixingRange& range = cuts ? *ranges.cutmix : *ranges.mixup;
  if (random.uniform() >= range.probability) return std::nullopt;
  const double lambda = draw_lambda(random, range.alpha);
  if (cuts) return draw_cut(random, lambda, height, width);
  return MixingDraw{lambda, std::nullopt};
}

at::Tensor MixedBatch::loss_sum(const at::Tensor& logits, const LossSpec& loss, double cosine_scale) const {
  const at::Tensor own = training_loss_sum(logits, labels, loss, cosine_scale);
  if (lambda == 1) return own;
  return lambda * own + (1 - lambda) * training_loss_sum(logits, neighbours, loss, cosine_scale);
}

MixedBatch mix(at::Tensor x, const at::Tensor& labels, const std::optional<MixingDraw>& draw) {
  if (!draw || x.size(0) == 1) return {std::move(x), labels, labels, 1};
  const at::Tensor neighbours = neighbours_of(labels);
  if (!draw->box) {
    // One rounding in bfloat16 too. A GPU's roll() makes an NCHW tensor of channels_last.
    at::Tensor mixed = at::lerp(neighbours_of(x), x, draw->lambda);
    return {mixed.contiguous(at::MemoryFormat::ChannelsLast), labels, neighbours, draw->lambda};
  }
  const Box& box = *draw->box;
  const at::Tensor cut = x.narrow(2, box.top, box.height).narrow(3, box.left, box.width);
  cut.copy_(neighbours_of(cut));
  return {std::move(x), labels, neighbours, draw->lambda};
}

}  // namespace facecls
