#include "pack/checksum.h"

#include <nmmintrin.h>

#include <cstring>
#include <stdexcept>

namespace facecls {

namespace {

__attribute__((target("sse4.2"))) uint32_t by_instruction(const uint8_t* bytes, size_t count) {
  uint64_t crc = ~uint32_t{0};
  for (; count >= 8; bytes += 8, count -= 8) {
    uint64_t word;
    std::memcpy(&word, bytes, 8);
    crc = _mm_crc32_u64(crc, word);
  }
  for (; count > 0; ++bytes, --count) crc = _mm_crc32_u8(static_cast<uint32_t>(crc), *bytes);
  return ~static_cast<uint32_t>(crc);
}

}  // namespace

uint32_t crc32c(const uint8_t* bytes, size_t count) {
  if (!__builtin_cpu_supports("sse4.2"))
    throw std::runtime_error("This processor has no SSE 4.2 (x86-64-v2)");
  return by_instruction(bytes, count);
}

}  // namespace facecls
