#include "pack/checksum.h"

#include <nmmintrin.h>

#include <array>
#include <cstring>

namespace facecls {

namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // reflected

constexpr std::array<uint32_t, 256> make_table() {
  std::array<uint32_t, 256> table{};
  for (uint32_t byte = 0; byte < 256; ++byte) {
    uint32_t remainder = byte;
    for (int bit = 0; bit < 8; ++bit) remainder = remainder >> 1 ^ (remainder & 1 ? kPolynomial : 0);
    table[byte] = remainder;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = make_table();

__attribute__((target("sse4.2"))) uint32_t crc32c_by_instruction(const uint8_t* bytes, size_t count) {
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

uint32_t crc32c_by_table(const uint8_t* bytes, size_t count) {
  uint32_t crc = ~uint32_t{0};
  for (; count > 0; ++bytes, --count) crc = crc >> 8 ^ kTable[(crc ^ *bytes) & 0xFF];
  return ~crc;
}

uint32_t crc32c(const uint8_t* bytes, size_t count) {
  static const bool has_instruction = __builtin_cpu_supports("sse4.2");
  return has_instruction ? crc32c_by_instruction(bytes, count) : crc32c_by_table(bytes, count);
}

}  // namespace facecls
