// What is drawn for one photograph: ranges in, one set of parameters out.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "images/colour.h"
#include "images/erase.h"
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

struct ErasingRange {
  double probability;
  std::array<double, 2> scale;  // of the output's area
  std::array<double, 2> ratio;  // height over width
  Fill fill;
};

/// What AugmentationSpec of lib/native/addon.ts says of single photographs.
struct AugmentationRanges {
  double flip;  // probability
  std::optional<RotationRange> rotation;
  double brightness;  // the factor is from U(max(0, 1 - v), 1 + v); 0: none
  double contrast, saturation;
  std::optional<CropRange> crop;
  std::optional<ErasingRange> erasing;
};

/// AugmentationDraw of lib/native/addon.ts. Geometry is in the order flip, rotation, crop; colour follows,
/// then what is erased.
struct AugmentationDraw {
  bool flip;
  double angle;  // degrees, counter-clockwise about the photograph's centre
  Interpolation interpolation;
  ColourFactors colour;
  Box box;                        // of the source
  std::optional<Erasure> erased;  // of the output
};

/// The draw of one sample of height x width pixels in one epoch, with torchvision's distributions
/// (RandomHorizontalFlip, RandomRotation, ColorJitter, RandomResizedCrop, RandomErasing). An operation that
/// is off is drawn as the one that changes nothing. What is erased lies in an output of the same size.
AugmentationDraw draw_augmentation(const AugmentationRanges& ranges, uint64_t seed, uint64_t epoch,
                                   uint64_t sample, int64_t height, int64_t width);

}  // namespace facecls
