// Reads a photograph through a flip, a rotation, a crop and a change of size at once, as one affine map.
#pragma once

#include <cstdint>
#include <vector>

#include "images/augmentation.h"
#include "images/image.h"

namespace facecls {

/// Output pixel (x, y) reads the source at (column_x[x] + row_x[y], column_y[x] + row_y[y]), in pixels.
struct SourceCoordinates {
  std::vector<double> column_x, column_y;  // (width)
  std::vector<double> row_x, row_y;        // (height)
};

/// Where read_rotated reads. Of the source its size alone counts.
SourceCoordinates source_coordinates(const ImageView& source, bool flip, double angle, const Box& box,
                                     int64_t height, int64_t width);

/// Fills height x width x 3 bytes: the source is flipped if asked, turned by `angle` degrees
/// counter-clockwise about its centre, and the box of the result is read at height x width points, each from
/// its four nearest source pixels (bilinear) or from one (nearest). What lies outside the source is black.
/// Nothing is antialiased, so the box should not be larger than the output. Sides are at most 65,536 pixels.
void read_rotated(const ImageView& source, bool flip, double angle, Interpolation interpolation,
                  const Box& box, int64_t height, int64_t width, uint8_t* out);

}  // namespace facecls
