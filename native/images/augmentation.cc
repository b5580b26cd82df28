#include "images/augmentation.h"

#include <algorithm>
#include <cmath>

#include "images/random.h"

namespace facecls {

namespace {

// One stream an operation; a number never changes its meaning, or old runs could not be repeated.
enum Stream : uint8_t {
  kFlip = 0,
  kRotation = 1,
  kBrightness = 2,
  kContrast = 3,
  kColourOrder = 4,
  kCrop = 5
};

double draw_factor(RandomSequence random, double v) { return random.uniform(std::max(0.0, 1 - v), 1 + v); }

/// Half to even, as Python rounds.
int64_t rounded(double value) { return static_cast<int64_t>(std::nearbyint(value)); }

/// The largest centred box at the nearest allowed ratio.
Box centred_box(const CropRange& range, int64_t height, int64_t width) {
  const double ratio = static_cast<double>(width) / static_cast<double>(height);
  Box box{0, 0, height, width};
  if (ratio < range.ratio[0]) box.height = std::clamp<int64_t>(rounded(width / range.ratio[0]), 1, height);
  if (ratio > range.ratio[1]) box.width = std::clamp<int64_t>(rounded(height * range.ratio[1]), 1, width);
  box.top = (height - box.height) / 2;
  box.left = (width - box.width) / 2;
  return box;
}

Box draw_box(RandomSequence random, const CropRange& range, int64_t height, int64_t width) {
  const double area = static_cast<double>(height) * static_cast<double>(width);
  const double log_low = std::log(range.ratio[0]), log_high = std::log(range.ratio[1]);
  for (int attempt = 0; attempt < 10; ++attempt) {
    const double box_area = area * random.uniform(range.scale[0], range.scale[1]);
    const double ratio = std::exp(random.uniform(log_low, log_high));
    const int64_t w = rounded(std::sqrt(box_area * ratio));
    const int64_t h = rounded(std::sqrt(box_area / ratio));
    if (w < 1 || w > width || h < 1 || h > height) continue;
    const int64_t top = random.integer(height - h + 1);
    const int64_t left = random.integer(width - w + 1);
    return {top, left, h, w};
  }
  return centred_box(range, height, width);
}

}  // namespace

AugmentationDraw draw_augmentation(const AugmentationRanges& ranges, uint64_t seed, uint64_t epoch,
                                   uint64_t sample, int64_t height, int64_t width) {
  const auto random = [&](Stream stream) { return RandomSequence(seed, epoch, sample, stream); };
  AugmentationDraw draw{};
  draw.flip = random(kFlip).uniform() < ranges.flip;
  draw.interpolation = Interpolation::bilinear;
  if (ranges.rotation) {
    draw.angle = random(kRotation).uniform(-ranges.rotation->degrees, ranges.rotation->degrees);
    draw.interpolation = ranges.rotation->interpolation;
  }
  draw.brightness = draw_factor(random(kBrightness), ranges.brightness);
  draw.contrast = draw_factor(random(kContrast), ranges.contrast);
  draw.contrast_first = random(kColourOrder).integer(2) == 1;
  draw.box = ranges.crop ? draw_box(random(kCrop), *ranges.crop, height, width) : Box{0, 0, height, width};
  return draw;
}

}  // namespace facecls
