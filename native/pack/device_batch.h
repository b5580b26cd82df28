// The pass from bytes to augmented values on a device that has the bytes: of the draws, parameters alone
// travel to it.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <optional>
#include <vector>

#include "pack/batch.h"

namespace facecls {

/// Whether device_batch can make what batch_tensor makes. It cannot rotate by nearest pixels.
bool device_augments(const std::optional<AugmentationDraws>& draws);

/// What batch_tensor makes of the same batch, on the device of `records`, which are those of batch_records.
/// `samples` key the draws. Geometry is computed in float32 and not in fixed point, so a byte may differ by
/// one.
at::Tensor device_batch(const at::Tensor& records, const std::vector<int64_t>& samples,
                        const Normalisation& normalisation, const std::optional<AugmentationDraws>& draws);

}  // namespace facecls
