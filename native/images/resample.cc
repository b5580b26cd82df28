#include "images/resample.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <vector>

#include "images/lanes.h"

namespace facecls {

namespace {

constexpr int kChannels = 3;
// Weights are integers in 1/2^22, as upper and lower halves of 11 bits: a byte times either fits a 16-bit
// product, and a byte times the sum of all fits 31 bits. Bytes are rounded after each direction.
constexpr int kWeightBits = 22, kHalfBits = 11;

struct PairWeights {
  Pairs upper, lower;
};

/// The weighted sum of any number of pairs, as bytes' halves have to be summed.
struct SplitSums {
  Sums upper{}, lower{};

  void add(Pairs values, const PairWeights& weights) {
    upper += weighted(values, weights.upper);
    lower += weighted(values, weights.lower);
  }
  Sums rounded() const { return ((upper << kHalfBits) + lower + (1 << (kWeightBits - 1))) >> kWeightBits; }
};

/// Which inputs make each output along one side, and with what weights, two inputs at a time. All outputs
/// have the same number of pairs; what fills them up has weights of 0 and may lie one past the last input.
struct Taps {
  int64_t pairs;
  std::vector<int64_t> first;        // (outputs)
  std::vector<PairWeights> weights;  // (outputs, pairs)

  const PairWeights* of(int64_t output) const { return &weights[output * pairs]; }
};

/// The weights of inputs begin to end around one output's centre; they sum to 1.
void fill_triangle(double centre, double support, int64_t begin, int64_t end, double* weights) {
  double sum = 0;
  for (int64_t k = begin; k < end; ++k) {
    const double distance = std::abs(static_cast<double>(k) - centre + 0.5) * (1 / support);
    weights[k - begin] = std::max(0.0, 1 - distance);
    sum += weights[k - begin];
  }
  for (int64_t k = begin; k < end; ++k) weights[k - begin] /= sum;
}

PairWeights split(double first, double second) {
  const auto first_fixed = static_cast<int32_t>(0.5 + first * (1 << kWeightBits));
  const auto second_fixed = static_cast<int32_t>(0.5 + second * (1 << kWeightBits));
  constexpr int32_t kLower = (1 << kHalfBits) - 1;
  return {pairs_of(first_fixed >> kHalfBits, second_fixed >> kHalfBits),
          pairs_of(first_fixed & kLower, second_fixed & kLower)};
}

/// Where an output pixel is larger than an input pixel, the triangle is as wide as that: the antialiasing.
Taps make_taps(int64_t inputs, int64_t outputs) {
  const double scale = static_cast<double>(inputs) / static_cast<double>(outputs);
  const double support = std::max(scale, 1.0);
  const auto centre_of = [&](int64_t output) { return (static_cast<double>(output) + 0.5) * scale; };
  const auto begin_of = [&](double centre) {
    return std::max<int64_t>(0, static_cast<int64_t>(centre - support + 0.5));
  };
  const auto end_of = [&](double centre) {
    return std::min(inputs, static_cast<int64_t>(centre + support + 0.5));
  };
  int64_t most = 1;
  for (int64_t i = 0; i < outputs; ++i) most = std::max(most, end_of(centre_of(i)) - begin_of(centre_of(i)));
  most = std::min(most + most % 2, inputs + inputs % 2);

  Taps taps{most / 2, {}, {}};
  std::vector<double> weights(most);
  for (int64_t i = 0; i < outputs; ++i) {
    const int64_t begin = begin_of(centre_of(i)), end = end_of(centre_of(i));
    // Near the far side the window moves back, to end at the last input or, for an odd number, one past it.
    const int64_t first = std::min(begin, inputs + inputs % 2 - most);
    std::fill(weights.begin(), weights.end(), 0.0);
    fill_triangle(centre_of(i), support, begin, end, &weights[begin - first]);
    taps.first.push_back(first);
    for (int64_t k = 0; k < most; k += 2) taps.weights.push_back(split(weights[k], weights[k + 1]));
  }
  return taps;
}

/// Rows of pixels, `stride` bytes apart.
struct Pixels {
  const uint8_t* first;
  int64_t stride, height, width;
};

/// The number of pairs as a constant makes the enlargement's loop straight; 0 stands for any number.
template <int kPairs>
void resample_row(const uint8_t* row, const Taps& taps, int64_t width, bool mirrored, uint8_t* out) {
  const int64_t count = kPairs ? kPairs : taps.pairs;
  const int64_t step = mirrored ? -kChannels : kChannels;
  if (mirrored) out += (width - 1) * kChannels;
  for (int64_t x = 0; x < width; ++x, out += step) {
    const uint8_t* pixel = row + taps.first[x] * kChannels;
    SplitSums sums;
    for (int64_t k = 0; k < count; ++k) {
      sums.add(pixel_pairs(pixel + k * 2 * kChannels), taps.weights[x * count + k]);
    }
    store_pixel(sums.rounded(), out);
  }
}

Pixels resample_horizontally(const Pixels& pixels, bool mirrored, int64_t width, uint8_t* out) {
  const Taps taps = make_taps(pixels.width, width);
  const auto row_pass = taps.pairs == 1 ? resample_row<1> : resample_row<0>;
  // One pixel more than the row has: the last tap of an odd width, which weighs nothing, reads it.
  std::vector<uint8_t> row((pixels.width + 1) * kChannels);
  for (int64_t y = 0; y < pixels.height; ++y) {
    std::memcpy(row.data(), pixels.first + y * pixels.stride, pixels.width * kChannels);
    row_pass(row.data(), taps, width, mirrored, out + y * width * kChannels);
  }
  return {out, width * kChannels, pixels.height, width};
}

/// What makes one output row: pairs of rows from `first` on. The row below the last one is that row itself,
/// since its weight is 0.
class RowPairs {
 public:
  RowPairs(const Pixels& pixels, const Taps& taps, int64_t output)
      : pixels_(pixels), first_(taps.first[output]), weights_(taps.of(output)), pairs_(taps.pairs) {}

  /// 16 bytes from `column` on.
  void resample_block(int64_t column, uint8_t* out) const {
    std::array<SplitSums, 4> sums;
    for (int64_t k = 0; k < pairs_; ++k) {
      const std::array<Pairs, 4> values = row_pairs(upper(k) + column, lower(k) + column);
#pragma GCC unroll 4  // keeps the sums in registers
      for (int i = 0; i < 4; ++i) sums[i].add(values[i], weights_[k]);
    }
    store_bytes({sums[0].rounded(), sums[1].rounded(), sums[2].rounded(), sums[3].rounded()}, out + column);
  }

  void resample_byte(int64_t column, uint8_t* out) const {
    SplitSums sums;
    for (int64_t k = 0; k < pairs_; ++k) sums.add(pairs_of(upper(k)[column], lower(k)[column]), weights_[k]);
    out[column] = static_cast<uint8_t>(std::min(sums.rounded()[0], 255));
  }

 private:
  const uint8_t* upper(int64_t k) const { return pixels_.first + (first_ + 2 * k) * pixels_.stride; }
  const uint8_t* lower(int64_t k) const {
    return first_ + 2 * k + 1 < pixels_.height ? upper(k) + pixels_.stride : upper(k);
  }

  const Pixels& pixels_;
  int64_t first_;
  const PairWeights* weights_;
  int64_t pairs_;
};

Pixels resample_vertically(const Pixels& pixels, int64_t height, uint8_t* out) {
  const Taps taps = make_taps(pixels.height, height);
  const int64_t bytes = pixels.width * kChannels;
  for (int64_t y = 0; y < height; ++y) {
    const RowPairs rows(pixels, taps, y);
    int64_t column = 0;
    for (; column + 16 <= bytes; column += 16) rows.resample_block(column, out + y * bytes);
    for (; column < bytes; ++column) rows.resample_byte(column, out + y * bytes);
  }
  return {out, bytes, height, pixels.width};
}

void copy(const Pixels& pixels, uint8_t* out) {
  const int64_t bytes = pixels.width * kChannels;
  for (int64_t y = 0; y < pixels.height; ++y) {
    std::memcpy(out + y * bytes, pixels.first + y * pixels.stride, bytes);
  }
}

}  // namespace

void resample(const ImageView& source, const Box& box, bool mirrored, int64_t height, int64_t width,
              uint8_t* out) {
  const Pixels pixels{source.pixels + (box.top * source.width + box.left) * kChannels,
                      source.width * kChannels, box.height, box.width};
  const bool horizontal = mirrored || box.width != width;
  const bool vertical = box.height != height;
  if (!horizontal && !vertical) return copy(pixels, out);
  if (!vertical) return void(resample_horizontally(pixels, mirrored, width, out));
  if (!horizontal) return void(resample_vertically(pixels, height, out));

  // Columns go first where they lose many more pixels than rows do: less is left for the other direction. The
  // order shows in the last bit; this is the rule that Pillow 13 was seen to follow.
  const bool columns_first = height < box.height && box.height - height > 2 * (box.width - width);
  if (columns_first) {
    std::vector<uint8_t> between(height * box.width * kChannels);
    resample_horizontally(resample_vertically(pixels, height, between.data()), mirrored, width, out);
  } else {
    std::vector<uint8_t> between(box.height * width * kChannels);
    resample_vertically(resample_horizontally(pixels, mirrored, width, between.data()), height, out);
  }
}

}  // namespace facecls
