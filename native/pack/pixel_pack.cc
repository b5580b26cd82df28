#include "pack/pixel_pack.h"

#include <sys/mman.h>

#include <stdexcept>
#include <string>

#include "images/resample.h"

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

uint8_t* map(size_t bytes, const std::string& what) {
  void* address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) {
    throw std::runtime_error("The system refused " + std::to_string(bytes >> 20) +
                             " MB of memory for a pack of " + what +
                             "; a smaller size or fewer photographs need less");
  }
  madvise(address, bytes, MADV_HUGEPAGE);  // A hint: fewer page faults while the pack fills.
  return static_cast<uint8_t*>(address);
}

}  // namespace

PixelPack::PixelPack(int64_t count, int64_t height, int64_t width)
    : count_(count),
      height_(height),
      width_(width),
      bytes_(bytes_of(count, height, width)),
      pixels_(map(bytes_, described(count, height, width))) {}

PixelPack::~PixelPack() { munmap(pixels_, bytes_); }

void PixelPack::write(int64_t index, const uint8_t* pixels, int64_t height, int64_t width) {
  check(index);
  if (height < 1 || width < 1) {
    throw std::out_of_range("Expected a photograph of at least one pixel for record " +
                            std::to_string(index) + " but received " + std::to_string(height) + " x " +
                            std::to_string(width));
  }
  const Box whole{0, 0, height, width};
  resample({pixels, height, width}, whole, /*mirrored=*/false, height_, width_,
           pixels_ + index * record_bytes());
}

const uint8_t* PixelPack::record(int64_t index) const {
  check(index);
  return pixels_ + index * record_bytes();
}

void PixelPack::check(int64_t index) const {
  if (index >= 0 && index < count_) return;
  throw std::out_of_range("Expected a record between 0 and " + std::to_string(count_ - 1) + " but received " +
                          std::to_string(index));
}

}  // namespace facecls
