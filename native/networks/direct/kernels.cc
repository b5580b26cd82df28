#include "networks/direct/kernels.h"

#include <immintrin.h>

namespace facecls::direct {

namespace {

inline __m256 activated(__m256 x, FusedActivation activation) {
  if (activation == FusedActivation::none) return x;
  x = _mm256_max_ps(x, _mm256_setzero_ps());
  return activation == FusedActivation::relu6 ? _mm256_min_ps(x, _mm256_set1_ps(6)) : x;
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
constexpr DenseTile kDenseTiles[2][kPixels] = {
    {dense_tile<1, 1>, dense_tile<2, 1>, dense_tile<3, 1>, dense_tile<4, 1>, dense_tile<5, 1>, dense_tile<6, 1>},
    {dense_tile<1, 2>, dense_tile<2, 2>, dense_tile<3, 2>, dense_tile<4, 2>, dense_tile<5, 2>, dense_tile<6, 2>}};

using Filter = __m256[3][3];

/// What an output pixel of kLanes channels gets where no column lies outside the photograph.
inline __m256 filtered(const DepthwiseRow& row, int64_t left, int64_t channel, const Filter& filter, __m256 sum) {
#pragma GCC unroll 3
  for (int y = 0; y < 3; ++y) {
    const float* pixel = row.inputs[y].pixels + left * row.inputs[y].pitch + channel;
#pragma GCC unroll 3
    for (int x = 0; x < 3; ++x)
      sum = _mm256_fmadd_ps(_mm256_loadu_ps(pixel + x * row.inputs[y].pitch), filter[y][x], sum);
  }
  return sum;
}

__m256 filtered_at_an_edge(const DepthwiseRow& row, int64_t left, int64_t channel, const Filter& filter,
                           __m256 sum) {
  for (int64_t x = 0; x < 3; ++x) {
    if (left + x < 0 || left + x >= row.input_width) continue;
    for (int y = 0; y < 3; ++y) {
      const DepthwiseRow::Input& input = row.inputs[y];
      const __m256 pixels = _mm256_loadu_ps(input.pixels + (left + x) * input.pitch + channel);
      sum = _mm256_fmadd_ps(pixels, filter[y][x], sum);
    }
  }
  return sum;
}

}  // namespace

void dense(const Tile& tile, int registers, const float* weights, const float* bias, const Target& target) {
  kDenseTiles[registers - 1][tile.pixels - 1](tile, weights, bias, target);
}

void depthwise(const DepthwiseRow& row, const Target& target) {
  for (int64_t channel = 0; channel < row.channels; channel += kLanes) {
    __m256 filter[3][3];
#pragma GCC unroll 9
    for (int i = 0; i < 9; ++i)
      filter[i / 3][i % 3] = _mm256_loadu_ps(row.weights + channel * 9 + i * kLanes);
    const __m256 bias = _mm256_loadu_ps(row.bias + channel);
    for (int64_t x = 0; x < row.width; ++x) {
      const int64_t left = x * row.stride - row.padding;
      const bool inside = left >= 0 && left + 3 <= row.input_width;
      const __m256 sum = inside ? filtered(row, left, channel, filter, bias)
                                : filtered_at_an_edge(row, left, channel, filter, bias);
      _mm256_storeu_ps(target.output + x * target.pitch + channel, activated(sum, target.activation));
    }
  }
}

bool runs_here() {
  __builtin_cpu_init();
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma") && !__builtin_cpu_supports("avx512f");
}

}  // namespace facecls::direct
