// The decoded photographs of a data set, all of one size, in one block of memory.
#pragma once

#include <cstddef>
#include <cstdint>

#include "images/image.h"

namespace facecls {

/// `count` records of height x width x 3 bytes, red first; black until written. Different records may be
/// written and read by different threads at once. Memory is taken from the system page by page as records are
/// written.
class PixelPack {
 public:
  /// Throws std::out_of_range for a side or count below 1, std::runtime_error if the system has not that much
  /// memory.
  PixelPack(int64_t count, int64_t height, int64_t width);
  ~PixelPack();
  PixelPack(const PixelPack&) = delete;
  PixelPack& operator=(const PixelPack&) = delete;

  int64_t count() const { return count_; }
  int64_t height() const { return height_; }
  int64_t width() const { return width_; }
  int64_t record_bytes() const { return height_ * width_ * 3; }

  /// Resizes a photograph of any height x width x 3 bytes into a record (antialiased triangle filter).
  /// Throws std::out_of_range for a record that is not there or a photograph without pixels.
  void write(int64_t index, const uint8_t* pixels, int64_t height, int64_t width);

  /// The record's bytes, valid as long as the pack. Throws std::out_of_range for a record that is not there.
  const uint8_t* record(int64_t index) const;

  ImageView view(int64_t index) const { return {record(index), height_, width_}; }

 private:
  void check(int64_t index) const;

  int64_t count_, height_, width_;
  size_t bytes_;
  uint8_t* pixels_;  // mapped; unmapped by the destructor
};

}  // namespace facecls
