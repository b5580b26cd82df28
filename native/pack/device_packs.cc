#include "pack/device_packs.h"

#include <ATen/DeviceAccelerator.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>
#include <ATen/ops/tensor.h>
#include <c10/util/Exception.h>

#include <algorithm>

namespace facecls {

namespace {

constexpr int64_t kRecordsAtOnce = 4096;  // of a copy: the driver pins what it copies

int64_t bytes_of(const PixelPack& pack) { return pack.count() * pack.record_bytes(); }

bool fits(const PixelPack& pack, at::Device device) {
  const auto [free, total] = at::accelerator::getMemoryInfo(device.index());
  return static_cast<size_t>(bytes_of(pack)) <= free / 2;
}

at::Tensor upload(const PixelPack& pack, at::Device device) {
  const std::vector<int64_t> shape{pack.count(), pack.height(), pack.width(), 3};
  const at::Tensor pixels = at::empty(shape, at::TensorOptions(at::kByte).device(device));
  for (int64_t first = 0; first < pack.count(); first += kRecordsAtOnce) {
    const int64_t count = std::min(kRecordsAtOnce, pack.count() - first);
    // from_blob reads only.
    auto* const bytes = const_cast<uint8_t*>(pack.record(first));
    pixels.narrow(0, first, count)
        .copy_(at::from_blob(bytes, {count, pack.height(), pack.width(), 3}, at::TensorOptions(at::kByte)));
  }
  return pixels;
}

/// Undefined where the device has no room for it.
at::Tensor uploaded_if_it_fits(const PixelPack& pack, at::Device device) {
  if (!fits(pack, device)) return {};
  try {
    return upload(pack, device);
  } catch (const c10::OutOfMemoryError&) {
    return {};  // Others took the room meanwhile.
  }
}

}  // namespace

at::Tensor DevicePacks::records(const PackBatch& batch, at::Device device) {
  const auto pixels = find(batch.pack, device);
  if (!pixels) return batch_records(batch).to(device);
  return pixels->index_select(0, at::tensor(batch.indices, at::kLong).to(device));
}

std::optional<at::Tensor> DevicePacks::find(const std::shared_ptr<const PixelPack>& pack, at::Device device) {
  std::erase_if(entries_, [](const Entry& entry) { return entry.pack.expired(); });
  const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) {
    return !entry.pack.owner_before(pack) && !pack.owner_before(entry.pack);
  });
  const uint64_t version = pack->version();
  if (found == entries_.end()) {
    entries_.push_back({pack, version, false, {}});
    return std::nullopt;
  }
  if (found->version != version) {
    *found = {pack, version, false, {}};
    return std::nullopt;
  }
  if (found->refused) return std::nullopt;
  if (!found->pixels.defined()) {
    found->pixels = uploaded_if_it_fits(*pack, device);
    found->refused = !found->pixels.defined();
    if (found->refused) return std::nullopt;
  }
  return found->pixels;
}

}  // namespace facecls
