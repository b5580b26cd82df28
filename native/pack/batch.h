// A batch of photographs, wherever they lie, as a tensor.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "images/augmentation.h"
#include "images/warp.h"
#include "pack/pixel_pack.h"

namespace facecls {

struct PackBatch {
  std::shared_ptr<const PixelPack> pack;
  std::vector<int64_t> indices;  // of records
  std::vector<int64_t> samples;  // what keys each one's draws, whatever record it lies in
};
struct PixelBatch {
  std::vector<uint8_t> data;  // N x height x width x 3
  int64_t count, height, width;
};
struct TensorBatch {
  std::vector<double> data;  // N x 3 x height x width, normalised; float32 values are exact in double
  std::vector<int64_t> shape;
};
using Batch = std::variant<PackBatch, PixelBatch, TensorBatch>;

/// Where the draws of an epoch come from.
struct AugmentationDraws {
  const AugmentationRanges& ranges;
  uint64_t seed, epoch;
};

int64_t batch_count(const Batch& batch);

/// The batch's records as they lie in the pack, (N, height, width, 3) uint8.
at::Tensor batch_records(const PackBatch& batch);

/// (N, 3, height, width): from pixels channels_last in bfloat16 where that is the type, else in float32, one
/// pass of memory a photograph on all threads; float64 as given from tensors, which are never augmented.
at::Tensor batch_tensor(const Batch& batch, const Normalisation& normalisation,
                        const std::optional<AugmentationDraws>& draws, at::ScalarType type);

}  // namespace facecls
