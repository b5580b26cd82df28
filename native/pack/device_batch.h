// The pass from bytes to augmented values on a device that holds the pack: only numbers of records and the
// draws' parameters travel to it.
#pragma once

#include <ATen/core/Tensor.h>

#include <optional>

#include "pack/batch.h"

namespace facecls {

/// Whether device_batch can make what batch_tensor makes. It cannot rotate by nearest pixels.
bool device_augments(const std::optional<AugmentationDraws>& draws);

/// What batch_tensor makes of the same batch, on the device of `pixels`, which are the pack's records (count,
/// height, width, 3) uint8. Geometry is computed in float32 and not in fixed point, so a byte may differ by
/// one.
at::Tensor device_batch(const at::Tensor& pixels, const PackBatch& batch, const Normalisation& normalisation,
                        const std::optional<AugmentationDraws>& draws);

}  // namespace facecls
