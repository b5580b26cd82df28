// The augmentation that training sees: geometry, colour, normalisation and erasing of one photograph in one
// pass from its bytes to the network's memory.
#pragma once

#include <cstdint>

#include "images/augmentation.h"
#include "images/colour.h"
#include "images/image.h"

namespace facecls {

/// (height, width, 3) normalised values, channels last. Flip, rotation and crop are one affine read by
/// bilinear interpolation; without a rotation they are an antialiased resize of the box, which never reads
/// outside it. Where the box is larger than the output, or the rotation is nearest, the box is rotated first
/// and resized afterwards. Throws std::out_of_range if the draw's box does not lie inside the photograph, or
/// what is erased inside the output.
/// Value: float or c10::BFloat16.
template <typename Value>
void augment(const ImageView& source, const AugmentationDraw& draw, const Normalisation& normalisation,
             int64_t height, int64_t width, Value* out);

/// The same before normalisation: exactly the bytes that augment normalises, and what is erased
/// rounded and clamped to bytes.
void augment_to_bytes(const ImageView& source, const AugmentationDraw& draw,
                      const Normalisation& normalisation, int64_t height, int64_t width, uint8_t* out);

/// The photograph as it is: (height, width, 3) normalised values, channels last.
template <typename Value>
void normalise(const ImageView& source, const Normalisation& normalisation, Value* out);

}  // namespace facecls
