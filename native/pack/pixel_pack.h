// The decoded photographs of a data set, all of one size, in memory or in a mapped file.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "images/image.h"
#include "pack/storage.h"

namespace facecls {

/// `count` records of height x width x 3 bytes, red first; black until written. Different records may be
/// written and read by different threads at once.
class PixelPack {
 public:
  /// Throws std::out_of_range for a side or count below 1, and as Storage does. No region: it lies in memory.
  PixelPack(int64_t count, int64_t height, int64_t width, const std::optional<FileRegion>& region);

  int64_t count() const { return count_; }
  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  int64_t record_bytes() const { return height_ * width_ * 3; }

  /// Resizes a photograph of any height x width x 3 bytes into a record (antialiased triangle filter).
  /// Returns the record's checksum. Throws std::out_of_range for a record that is not there or a photograph
  /// without pixels, CodedError FILE where the file cannot be written.
  uint32_t write(int64_t index, const uint8_t* pixels, int64_t height, int64_t width);

  /// CRC-32C of the record as it is.
  uint32_t checksum(int64_t index) const;

  /// The record's bytes, valid as long as the pack. Throws std::out_of_range for a record that is not there.
  const uint8_t* record(int64_t index) const;

  /// How often it was written: copies of an older version are stale.
  uint64_t version() const { return version_; }

  /// Has the system read a record ahead. Throws std::out_of_range for one that is not there.
  void will_need(int64_t index) const;

  ImageView view(int64_t index) const { return {record(index), height_, width_}; }

 private:
  void check(int64_t index) const;

  int64_t count_, height_, width_;
  Storage storage_;
  std::atomic<uint64_t> version_{0};
};

}  // namespace facecls
