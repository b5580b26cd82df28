// Copies of packs in the memory of a GPU, so that no pixel travels twice.
#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "pack/pixel_pack.h"

namespace facecls {

/// All records as a tensor of the device, (count, height, width, 3) uint8.
at::Tensor upload(const PixelPack& pack, at::Device device);

class DevicePacks {
 public:
  /// The device's copy of a pack, made when it is asked for the second time without having been written in
  /// between: a pack of one batch, or one that batches are streamed through, is not worth copying. None where
  /// the device is no GPU, or the pack takes more than half of what is free on it.
  std::optional<at::Tensor> find(const std::shared_ptr<const PixelPack>& pack, at::Device device);

 private:
  struct Entry {
    std::weak_ptr<const PixelPack> pack;
    uint64_t version;  // of the pack, as it was when it was last asked for
    bool refused;      // it does not fit
    at::Tensor pixels;
  };

  std::vector<Entry> entries_;
};

}  // namespace facecls
