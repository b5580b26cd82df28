// Copies of packs in the memory of a GPU, so that no pixel travels twice.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pack/batch.h"

namespace facecls {

class DevicePacks {
 public:
  /// What batch_records gives, on a GPU: from its copy of the pack where it has one, else they alone travel.
  at::Tensor records(const PackBatch& batch, at::Device device);

 private:
  /// The GPU's copy of a pack, (count, height, width, 3) uint8, made when it is asked for the second time
  /// without having been written in between: a pack of one batch, or one that batches are streamed through,
  /// is not worth copying. None where the pack takes more than half of what is free on the GPU.
  std::optional<at::Tensor> find(const std::shared_ptr<const PixelPack>& pack, at::Device device);

  struct Entry {
    std::weak_ptr<const PixelPack> pack;
    uint64_t version;  // of the pack, as it was when it was last asked for
    bool refused;      // it does not fit
    at::Tensor pixels;
  };

  std::vector<Entry> entries_;
};

}  // namespace facecls
