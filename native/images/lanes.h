// Weighted sums of bytes by SSE2, which every x86-64 processor has: products of 16-bit numbers, added in
// pairs.
#pragma once

#include <emmintrin.h>

#include <array>
#include <cstdint>
#include <cstring>

namespace facecls {

using Sums = int32_t __attribute__((vector_size(16)));   // (4)
using Pairs = int16_t __attribute__((vector_size(16)));  // (4, 2): the two of a pair are summed together

/// Each pair is (first, second).
inline Pairs pairs_of(int32_t first, int32_t second) {
  return reinterpret_cast<Pairs>(
      _mm_set1_epi32((first & 0xFFFF) | static_cast<int32_t>(uint32_t(second) << 16)));
}

/// A pixel's red, green and blue, each paired with its right neighbour's; the fourth pair means nothing.
/// Reads the six bytes of the two pixels and none beside them.
inline Pairs pixel_pairs(const uint8_t* pixel) {
  uint32_t left, right;
  std::memcpy(&left, pixel, 4);
  std::memcpy(&right, pixel + 2, 4);
  const __m128i bytes = _mm_unpacklo_epi8(_mm_cvtsi32_si128(static_cast<int32_t>(left)),
                                          _mm_cvtsi32_si128(static_cast<int32_t>(right >> 8)));
  return reinterpret_cast<Pairs>(_mm_unpacklo_epi8(bytes, _mm_setzero_si128()));
}

/// 16 bytes of one row, each paired with the byte below it in another.
inline std::array<Pairs, 4> row_pairs(const uint8_t* upper, const uint8_t* lower) {
  const __m128i zero = _mm_setzero_si128();
  const __m128i up = _mm_loadu_si128(reinterpret_cast<const __m128i*>(upper));
  const __m128i down = _mm_loadu_si128(reinterpret_cast<const __m128i*>(lower));
  const __m128i first = _mm_unpacklo_epi8(up, down), second = _mm_unpackhi_epi8(up, down);
  return {reinterpret_cast<Pairs>(_mm_unpacklo_epi8(first, zero)),
          reinterpret_cast<Pairs>(_mm_unpackhi_epi8(first, zero)),
          reinterpret_cast<Pairs>(_mm_unpacklo_epi8(second, zero)),
          reinterpret_cast<Pairs>(_mm_unpackhi_epi8(second, zero))};
}

/// The sum of each pair's two products.
inline Sums weighted(Pairs values, Pairs weights) {
  return reinterpret_cast<Sums>(
      _mm_madd_epi16(reinterpret_cast<__m128i>(values), reinterpret_cast<__m128i>(weights)));
}

/// Three sums as a pixel, clamped to 0..255.
inline void store_pixel(Sums sums, uint8_t* out) {
  const __m128i words = _mm_packs_epi32(reinterpret_cast<__m128i>(sums), _mm_setzero_si128());
  const int32_t pixel = _mm_cvtsi128_si32(_mm_packus_epi16(words, words));
  std::memcpy(out, &pixel, 2);
  out[2] = static_cast<uint8_t>(pixel >> 16);
}

/// Sixteen sums as bytes, clamped to 0..255.
inline void store_bytes(const std::array<Sums, 4>& sums, uint8_t* out) {
  const __m128i first =
      _mm_packs_epi32(reinterpret_cast<__m128i>(sums[0]), reinterpret_cast<__m128i>(sums[1]));
  const __m128i second =
      _mm_packs_epi32(reinterpret_cast<__m128i>(sums[2]), reinterpret_cast<__m128i>(sums[3]));
  _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm_packus_epi16(first, second));
}

}  // namespace facecls
