// What is drawn for one photograph: ranges in, one set of parameters out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "images/image.h"

namespace facecls {

enum class Interpolation { bilinear, nearest };

struct RotationRange {
  double degrees;  // the angle is from U(-degrees, degrees)
  Interpolation interpolation;
};

struct CropRange {
  std::array<double, 2> scale;  // of the photograph's area
  std::array<double, 2> ratio;  // width over height
};

/// AugmentationSpec of lib/native/addon.ts.
struct AugmentationRanges {
  double flip;  // probability
  std::optional<RotationRange> rotation;
  double brightness;  // the factor is from U(max(0, 1 - v), 1 + v); 0: none
  double contrast;
  std::optional<CropRange> crop;
};

/// AugmentationDraw of lib/native/addon.ts. Geometry is in the order flip, rotation, crop.
struct AugmentationDraw {
  bool flip;
  double angle;  // degrees, counter-clockwise about the photograph's centre
  Interpolation interpolation;
  double brightness;  // factor
  double contrast;    // factor
  bool contrast_first;
  Box box;
};

/// The draw of one sample of height x width pixels in one epoch, with torchvision's distributions
/// (RandomHorizontalFlip, RandomRotation, ColorJitter, RandomResizedCrop). An operation that is off is drawn
/// as the one that changes nothing.
AugmentationDraw draw_augmentation(const AugmentationRanges& ranges, uint64_t seed, uint64_t epoch,
                                   uint64_t sample, int64_t height, int64_t width);

}  // namespace facecls
