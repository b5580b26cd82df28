// Resizes photographs by the antialiased triangle filter.
#pragma once

#include <cstdint>

#include "images/image.h"

namespace facecls {

/// Resizes a box of the source to height x width x 3 bytes in `out`. Pixels outside the box are never read:
/// the result is that of a crop followed by Pillow's resize with its BILINEAR filter, bit for bit. Mirrored:
/// left and right of the result change places. The box must lie inside the source and hold at least one
/// pixel.
void resample(const ImageView& source, const Box& box, bool mirrored, int64_t height, int64_t width,
              uint8_t* out);

}  // namespace facecls
