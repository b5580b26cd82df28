#include "pack/pixel_pack.h"

#include <stdexcept>
#include <string>
#include <vector>

#include "images/resample.h"
#include "pack/checksum.h"

namespace facecls {

namespace {

std::string described(int64_t count, int64_t height, int64_t width) {
  return std::to_string(count) + " records of " + std::to_string(height) + " x " + std::to_string(width) +
         " pixels";
}

size_t bytes_of(int64_t count, int64_t height, int64_t width) {
  if (count < 1 || height < 1 || width < 1) {
    throw std::out_of_range("Expected a pack of at least one record of one pixel but received " +
                            described(count, height, width));
  }
  int64_t bytes = 3;
  for (const int64_t factor : {count, height, width}) {
    if (__builtin_mul_overflow(bytes, factor, &bytes)) {
      throw std::out_of_range("No memory holds a pack of " + described(count, height, width));
    }
  }
  return static_cast<size_t>(bytes);
}

}  // namespace

PixelPack::PixelPack(int64_t count, int64_t height, int64_t width, const std::optional<FileRegion>& region)
    : count_(count), height_(height), width_(width), storage_(bytes_of(count, height, width), region) {}

uint32_t PixelPack::write(int64_t index, const uint8_t* pixels, int64_t height, int64_t width) {
  check(index);
  if (height < 1 || width < 1) {
    throw std::out_of_range("Expected a photograph of at least one pixel for record " +
                            std::to_string(index) + " but received " + std::to_string(height) + " x " +
                            std::to_string(width));
  }
  const size_t bytes = record_bytes(), position = index * bytes;
  uint8_t* const memory = storage_.memory();
  std::vector<uint8_t> beside(
      memory ? 0 : bytes);  // A file is written by a call, so its record is made beside it.
  uint8_t* const record = memory ? memory + position : beside.data();
  resample({pixels, height, width}, {0, 0, height, width}, /*mirrored=*/false, height_, width_, record);
  if (!memory) storage_.write_file(position, record, bytes);
  ++version_;
  return crc32c(record, bytes);
}

uint32_t PixelPack::checksum(int64_t index) const { return crc32c(record(index), record_bytes()); }

void PixelPack::will_need(int64_t index) const {
  check(index);
  storage_.will_need(index * record_bytes(), record_bytes());
}

const uint8_t* PixelPack::record(int64_t index) const {
  check(index);
  return storage_.data() + index * record_bytes();
}

void PixelPack::check(int64_t index) const {
  if (index >= 0 && index < count_) return;
  throw std::out_of_range("Expected a record between 0 and " + std::to_string(count_ - 1) + " but received " +
                          std::to_string(index));
}

}  // namespace facecls
