#include "images/augmentation.h"

#include <algorithm>
#include <cmath>

#include "images/random.h"

namespace facecls {

namespace {

/// Which photograph is drawn for, and when.
struct Place {
  uint64_t seed, epoch, sample;

  RandomSequence random(Stream stream) const { return {seed, epoch, sample, stream}; }
};

double draw_factor(RandomSequence& random, double v) { return random.uniform(std::max(0.0, 1 - v), 1 + v); }

/// Half to even, as Python rounds.
int64_t rounded(double value) { return static_cast<int64_t>(std::nearbyint(value)); }

/// The sides of a box of random area and form; the first divided by the second is in `ratio`.
std::array<int64_t, 2> draw_sides(RandomSequence& random, double area, const std::array<double, 2>& scale,
                                  const std::array<double, 2>& ratio) {
  const double box_area = area * random.uniform(scale[0], scale[1]);
  const double form = std::exp(random.uniform(std::log(ratio[0]), std::log(ratio[1])));
  return {rounded(std::sqrt(box_area * form)), rounded(std::sqrt(box_area / form))};
}

/// A place for a box of this size, each with the same chance.
Box place_box(RandomSequence& random, int64_t height, int64_t width, int64_t box_height, int64_t box_width) {
  const int64_t top = random.integer(height - box_height + 1);
  const int64_t left = random.integer(width - box_width + 1);
  return {top, left, box_height, box_width};
}

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

// torchvision's number of tries for a box that fits.
constexpr int kAttempts = 10;

Box draw_box(RandomSequence random, const CropRange& range, int64_t height, int64_t width) {
  const double area = static_cast<double>(height) * static_cast<double>(width);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto [w, h] = draw_sides(random, area, range.scale, range.ratio);
    if (w < 1 || w > width || h < 1 || h > height) continue;
    return place_box(random, height, width, h, w);
  }
  return centred_box(range, height, width);
}

/// Nothing where no box fits, as in torchvision, or where it would hold no pixel.
std::optional<Erasure> draw_erasure(const Place& place, const ErasingRange& range, int64_t height,
                                    int64_t width) {
  RandomSequence random = place.random(Stream::erasing);
  if (random.uniform() >= range.probability) return std::nullopt;
  const double area = static_cast<double>(height) * static_cast<double>(width);
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const auto [h, w] = draw_sides(random, area, range.scale, range.ratio);
    if (h >= height || w >= width) continue;
    if (h < 1 || w < 1) return std::nullopt;
    constexpr int64_t kKeys = int64_t{1} << 53;  // JavaScript holds each exactly
    const auto key = static_cast<uint64_t>(place.random(Stream::erasing_noise).integer(kKeys));
    return Erasure{place_box(random, height, width, h, w), range.fill, key};
  }
  return std::nullopt;
}

/// ColorJitter's random order: brightness and contrast have an order of their own, and saturation comes in
/// one of the three places among them, so that each of the six orders has the same chance.
ColourFactors draw_colour(const Place& place, const AugmentationRanges& ranges) {
  RandomSequence brightness = place.random(Stream::brightness), contrast = place.random(Stream::contrast);
  RandomSequence saturation = place.random(Stream::saturation);
  ColourFactors colour{draw_factor(brightness, ranges.brightness),
                       draw_factor(contrast, ranges.contrast),
                       draw_factor(saturation, ranges.saturation),
                       {ColourOperation::brightness, ColourOperation::contrast, ColourOperation::saturation}};
  if (place.random(Stream::colour_order).integer(2) == 1) std::swap(colour.order[0], colour.order[1]);
  std::rotate(colour.order.begin() + saturation.integer(3), colour.order.begin() + 2, colour.order.end());
  return colour;
}

}  // namespace

AugmentationDraw draw_augmentation(const AugmentationRanges& ranges, uint64_t seed, uint64_t epoch,
                                   uint64_t sample, int64_t height, int64_t width) {
  const Place place{seed, epoch, sample};
  AugmentationDraw draw{};
  draw.flip = place.random(Stream::flip).uniform() < ranges.flip;
  draw.interpolation = Interpolation::bilinear;
  if (ranges.rotation) {
    draw.angle = place.random(Stream::rotation).uniform(-ranges.rotation->degrees, ranges.rotation->degrees);
    draw.interpolation = ranges.rotation->interpolation;
  }
  draw.colour = draw_colour(place, ranges);
  draw.box = ranges.crop ? draw_box(place.random(Stream::crop), *ranges.crop, height, width)
                         : Box{0, 0, height, width};
  if (ranges.erasing) draw.erased = draw_erasure(place, *ranges.erasing, height, width);
  return draw;
}

}  // namespace facecls
