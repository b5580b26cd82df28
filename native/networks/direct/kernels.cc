#include "networks/direct/kernels.h"

#include <immintrin.h>

namespace facecls::direct {

namespace {

/// What is no number stays so, as in LibTorch: both operations return the second operand then.
inline __m256 activated(__m256 x, FusedActivation activation) {
  if (activation == FusedActivation::none) return x;
  x = _mm256_max_ps(_mm256_setzero_ps(), x);
  return activation == FusedActivation::relu6 ? _mm256_min_ps(_mm256_set1_ps(6), x) : x;
}

/// kPixels x 2 sums, a row of weights and a number of the input fill the 16 registers.
template <int Pixels, int Registers>
void dense_tile(const Tile& tile, const float* weights, const float* bias, const Target& target) {
  __m256 sums[Pixels][Registers];
#pragma GCC unroll 6
  for (int r = 0; r < Registers; ++r) {
#pragma GCC unroll 6
    for (int p = 0; p < Pixels; ++p) sums[p][r] = _mm256_loadu_ps(bias + r * kLanes);
  }
  // They arrive while the sums are computed. Stores that wait for their lines would stop the next tile.
#pragma GCC unroll 6
  for (int p = 0; p < Pixels; ++p) {
    _m_prefetchw(target.output + p * target.pitch);
    if (target.other != nullptr)
      _mm_prefetch(reinterpret_cast<const char*>(target.other + p * target.other_pitch), _MM_HINT_T0);
  }
  for (const Run* run = tile.runs; run != tile.runs + tile.run_count; ++run) {
    const float* pixels[Pixels];
#pragma GCC unroll 6
    for (int p = 0; p < Pixels; ++p) pixels[p] = run->pixels[p];
    const int64_t length = run->length;
    for (int64_t i = 0; i < length; ++i, weights += Registers * kLanes) {
      __m256 row[Registers];
#pragma GCC unroll 6
      for (int r = 0; r < Registers; ++r) row[r] = _mm256_loadu_ps(weights + r * kLanes);
#pragma GCC unroll 6
      for (int p = 0; p < Pixels; ++p) {
        const __m256 x = _mm256_broadcast_ss(pixels[p] + i);
#pragma GCC unroll 6
        for (int r = 0; r < Registers; ++r) sums[p][r] = _mm256_fmadd_ps(x, row[r], sums[p][r]);
      }
    }
  }
#pragma GCC unroll 6
  for (int p = 0; p < Pixels; ++p) {
#pragma GCC unroll 6
    for (int r = 0; r < Registers; ++r) {
      __m256 sum = sums[p][r];
      if (target.other != nullptr)
        sum = _mm256_add_ps(sum, _mm256_loadu_ps(target.other + p * target.other_pitch + r * kLanes));
      _mm256_storeu_ps(target.output + p * target.pitch + r * kLanes, activated(sum, target.activation));
    }
  }
}

using DenseTile = void (*)(const Tile&, const float*, const float*, const Target&);
constexpr DenseTile kDenseTiles[2][kPixels] = {{dense_tile<1, 1>, dense_tile<2, 1>, dense_tile<3, 1>,
                                                dense_tile<4, 1>, dense_tile<5, 1>, dense_tile<6, 1>},
                                               {dense_tile<1, 2>, dense_tile<2, 2>, dense_tile<3, 2>,
                                                dense_tile<4, 2>, dense_tile<5, 2>, dense_tile<6, 2>}};

/// Neighbouring output pixels whose columns all lie inside the photograph, from the column `left` of the
/// input. Each column is read once for all of them.
template <int Pixels, int Stride>
void depthwise_tile(const DepthwiseRow& row, int64_t left, const Target& target) {
  const float* weights = row.weights;
  for (int64_t channel = 0; channel < row.channels; channel += kLanes, weights += 9 * kLanes) {
    __m256 sums[Pixels];
#pragma GCC unroll 4
    for (int p = 0; p < Pixels; ++p) sums[p] = _mm256_loadu_ps(row.bias + channel);
#pragma GCC unroll 3
    for (int y = 0; y < 3; ++y) {
      __m256 filter[3];
#pragma GCC unroll 3
      for (int x = 0; x < 3; ++x) filter[x] = _mm256_loadu_ps(weights + (3 * y + x) * kLanes);
      const int64_t pitch = row.inputs[y].pitch;
      const float* pixel = row.inputs[y].pixels + left * pitch + channel;
#pragma GCC unroll 9
      for (int column = 0; column < (Pixels - 1) * Stride + 3; ++column, pixel += pitch) {
        const __m256 value = _mm256_loadu_ps(pixel);
        // The next tile's, which the processor does not foresee where rows are long.
        if (Stride == 2 && y > 0)
          _mm_prefetch(reinterpret_cast<const char*>(pixel + Pixels * Stride * pitch), _MM_HINT_T0);
#pragma GCC unroll 4
        for (int p = 0; p < Pixels; ++p) {
          const int x = column - p * Stride;
          if (x >= 0 && x < 3) sums[p] = _mm256_fmadd_ps(value, filter[x], sums[p]);
        }
      }
    }
#pragma GCC unroll 4
    for (int p = 0; p < Pixels; ++p)
      _mm256_storeu_ps(target.output + p * target.pitch + channel, activated(sums[p], target.activation));
  }
}

constexpr int kDepthwisePixels = 4;
using DepthwiseTile = void (*)(const DepthwiseRow&, int64_t, const Target&);
constexpr DepthwiseTile kDepthwiseTiles[2][kDepthwisePixels] = {
    {depthwise_tile<1, 1>, depthwise_tile<2, 1>, depthwise_tile<3, 1>, depthwise_tile<4, 1>},
    {depthwise_tile<1, 2>, depthwise_tile<2, 2>, depthwise_tile<3, 2>, depthwise_tile<4, 2>}};

/// An output pixel at an edge: the columns outside the photograph are zeros.
void depthwise_edge(const DepthwiseRow& row, int64_t left, const Target& target) {
  for (int64_t channel = 0; channel < row.channels; channel += kLanes) {
    __m256 sum = _mm256_loadu_ps(row.bias + channel);
    for (int y = 0; y < 3; ++y) {
      const auto& [pixels, pitch] = row.inputs[y];
      for (int64_t x = 0; x < 3; ++x) {
        if (left + x < 0 || left + x >= row.input_width) continue;
        const __m256 weight = _mm256_loadu_ps(row.weights + channel * 9 + (3 * y + x) * kLanes);
        sum = _mm256_fmadd_ps(_mm256_loadu_ps(pixels + (left + x) * pitch + channel), weight, sum);
      }
    }
    _mm256_storeu_ps(target.output + channel, activated(sum, target.activation));
  }
}

}  // namespace

void dense(const Tile& tile, int registers, const float* weights, const float* bias, const Target& target) {
  kDenseTiles[registers - 1][tile.pixels - 1](tile, weights, bias, target);
}

void depthwise(const DepthwiseRow& row, const Target& target) {
  const auto left_of = [&](int64_t x) { return x * row.stride - row.padding; };
  for (int64_t x = 0; x < row.width;) {
    Target at = target;
    at.output += x * target.pitch;
    int pixels = 0;
    if (left_of(x) >= 0) {
      while (pixels < kDepthwisePixels && x + pixels < row.width &&
             left_of(x + pixels) + 3 <= row.input_width)
        ++pixels;
    }
    if (pixels == 0) {
      depthwise_edge(row, left_of(x++), at);
    } else {
      kDepthwiseTiles[row.stride - 1][pixels - 1](row, left_of(x), at);
      x += pixels;
    }
  }
}

}  // namespace facecls::direct
