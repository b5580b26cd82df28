#include "images/erase.h"

#include <torch/headeronly/util/BFloat16.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "images/random.h"

namespace facecls {

namespace {

constexpr int kChannels = 3;
constexpr int kBlock = 4;  // numbers that one block of the generator makes

/// Box and Muller's transform of a block's two halves. 24 bits of each are as many as a float holds, and put
/// the farthest number at 5.8.
std::array<float, kBlock> normals(const std::array<uint32_t, 4>& bits) {
  std::array<float, kBlock> result;
  for (int i = 0; i < kBlock; i += 2) {
    const float share = static_cast<float>((bits[i] >> 8) + 1) * 0x1p-24f;  // in (0, 1]
    const float turn = static_cast<float>(bits[i + 1] >> 8) * 0x1p-24f;
    const float radius = std::sqrt(-2 * std::log(share));
    const float angle = 2 * std::numbers::pi_v<float> * turn;
    result[i] = radius * std::cos(angle);
    result[i + 1] = radius * std::sin(angle);
  }
  return result;
}

void noise_row(uint64_t key, int64_t row, int64_t count, float* out) {
  for (int64_t i = 0; i < count; i += kBlock) {
    const auto block = normals(philox(key, {static_cast<uint32_t>(i), static_cast<uint32_t>(row), 0, 0}));
    std::copy_n(block.begin(), std::min<int64_t>(kBlock, count - i), out + i);
  }
}

/// One row of the box: normalised values.
void fill_row(const Erasure& erasure, const Normalisation& normalisation, int64_t row, float* out) {
  const int64_t count = erasure.box.width * kChannels;
  if (erasure.fill == Fill::noise) return noise_row(erasure.noise_key, row, count, out);
  for (int64_t i = 0; i < count; ++i) {
    const double black = -normalisation.mean[i % kChannels] / normalisation.std[i % kChannels];
    out[i] = erasure.fill == Fill::black ? static_cast<float>(black) : 0.0f;
  }
}

/// Where a row of the box begins, in rows of `width` pixels.
int64_t start_of(const Box& box, int64_t row, int64_t width) {
  return ((box.top + row) * width + box.left) * kChannels;
}

}  // namespace

template <typename Value>
void erase(const Erasure& erasure, const Normalisation& normalisation, int64_t width, Value* values) {
  const Box& box = erasure.box;
  std::vector<float> filled(box.width * kChannels);
  for (int64_t row = 0; row < box.height; ++row) {
    fill_row(erasure, normalisation, row, filled.data());
    std::copy(filled.begin(), filled.end(), values + start_of(box, row, width));
  }
}

template void erase(const Erasure&, const Normalisation&, int64_t, float*);
template void erase(const Erasure&, const Normalisation&, int64_t, c10::BFloat16*);

void erase(const Erasure& erasure, const Normalisation& normalisation, int64_t width, uint8_t* pixels) {
  const Box& box = erasure.box;
  std::vector<float> values(box.width * kChannels);
  for (int64_t row = 0; row < box.height; ++row) {
    fill_row(erasure, normalisation, row, values.data());
    uint8_t* const out = pixels + start_of(box, row, width);
    for (int64_t i = 0; i < box.width * kChannels; ++i) {
      const double share = values[i] * normalisation.std[i % kChannels] + normalisation.mean[i % kChannels];
      out[i] = static_cast<uint8_t>(std::lround(std::clamp(share * 255, 0.0, 255.0)));
    }
  }
}

}  // namespace facecls
