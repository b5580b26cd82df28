#include "images/rotate.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <vector>

#include "images/lanes.h"

namespace facecls {

namespace {

constexpr int kChannels = 3;
// Coordinates and weights are integers in 1/2^14: the same on every processor, and four weighted bytes fit
// 31 bits.
constexpr int kBits = 14;
constexpr int32_t kOne = 1 << kBits, kHalf = kOne / 2, kFraction = kOne - 1;

/// SourceCoordinates in 1/2^14 pixel.
struct Grid {
  std::vector<int32_t> column_x, column_y;  // (width)
  std::vector<int32_t> row_x, row_y;        // (height)
};

/// The box's coordinate of the centre of output pixel i. It stays between the centres of the box's outer
/// pixels, as in a crop that is resized afterwards.
double box_coordinate(int64_t i, int64_t begin, int64_t inputs, int64_t outputs) {
  const double scale = static_cast<double>(inputs) / static_cast<double>(outputs);
  const double within = (static_cast<double>(i) + 0.5) * scale - 0.5;
  return static_cast<double>(begin) + std::clamp(within, 0.0, static_cast<double>(inputs - 1));
}

std::vector<int32_t> fixed(const std::vector<double>& values) {
  std::vector<int32_t> result;
  for (const double value : values) result.push_back(static_cast<int32_t>(std::lround(value * kOne)));
  return result;
}

Grid make_grid(const ImageView& source, bool flip, double angle, const Box& box, int64_t height,
               int64_t width) {
  const SourceCoordinates read = source_coordinates(source, flip, angle, box, height, width);
  return {fixed(read.column_x), fixed(read.column_y), fixed(read.row_x), fixed(read.row_y)};
}

/// The weights of the four pixels around a point; their sum is exactly 1.
struct Corners {
  int32_t upper_left, upper_right, lower_left, lower_right;

  Corners(int32_t x, int32_t y) {
    x &= kFraction;
    y &= kFraction;
    lower_right = (x * y + kHalf) >> kBits;
    upper_right = x - lower_right;
    lower_left = y - lower_right;
    upper_left = kOne - x - lower_left;
  }
};

/// One row of the output by bilinear reads.
class BilinearRow {
 public:
  BilinearRow(const ImageView& source, const Grid& grid, int64_t y)
      : source_(source),
        columns_x_(grid.column_x.data()),
        columns_y_(grid.column_y.data()),
        row_x_(grid.row_x[y]),
        row_y_(grid.row_y[y]) {}

  /// All four pixels lie in the source. Along a row that holds in one unbroken stretch.
  bool inside(int64_t x) const {
    const int64_t left = (columns_x_[x] + row_x_) >> kBits, top = (columns_y_[x] + row_y_) >> kBits;
    return left >= 0 && top >= 0 && left + 1 < source_.width && top + 1 < source_.height;
  }

  void read_inside(int64_t begin, int64_t end, uint8_t* out) const {
    const int64_t stride = source_.width * kChannels;
    for (int64_t i = begin; i < end; ++i) {
      const int32_t x = columns_x_[i] + row_x_, y = columns_y_[i] + row_y_;
      const Corners weight(x, y);
      const uint8_t* upper = source_.pixels + (y >> kBits) * stride + (x >> kBits) * kChannels;
      const Sums sums =
          weighted(pixel_pairs(upper), pairs_of(weight.upper_left, weight.upper_right)) +
          weighted(pixel_pairs(upper + stride), pairs_of(weight.lower_left, weight.lower_right));
      store_pixel((sums + kHalf) >> kBits, out + i * kChannels);
    }
  }

  /// Pixels outside the source count as black.
  void read_edge(int64_t begin, int64_t end, uint8_t* out) const {
    for (int64_t i = begin; i < end; ++i) {
      const int32_t x = columns_x_[i] + row_x_, y = columns_y_[i] + row_y_;
      const Corners weight(x, y);
      const int64_t left = x >> kBits, top = y >> kBits;
      for (int c = 0; c < kChannels; ++c) {
        const int32_t sum =
            value(left, top, c) * weight.upper_left + value(left + 1, top, c) * weight.upper_right +
            value(left, top + 1, c) * weight.lower_left + value(left + 1, top + 1, c) * weight.lower_right;
        out[i * kChannels + c] = static_cast<uint8_t>((sum + kHalf) >> kBits);
      }
    }
  }

 private:
  int32_t value(int64_t x, int64_t y, int c) const {
    if (x < 0 || y < 0 || x >= source_.width || y >= source_.height) return 0;
    return source_.pixels[(y * source_.width + x) * kChannels + c];
  }

  const ImageView& source_;
  const int32_t* columns_x_;
  const int32_t* columns_y_;
  int32_t row_x_, row_y_;
};

void read_bilinear(const ImageView& source, const Grid& grid, int64_t height, int64_t width, uint8_t* out) {
  for (int64_t y = 0; y < height; ++y, out += width * kChannels) {
    const BilinearRow row(source, grid, y);
    int64_t begin = 0, end = width;
    while (begin < end && !row.inside(begin)) ++begin;
    while (end > begin && !row.inside(end - 1)) --end;
    row.read_edge(0, begin, out);
    row.read_inside(begin, end, out);
    row.read_edge(end, width, out);
  }
}

void read_nearest(const ImageView& source, const Grid& grid, int64_t height, int64_t width, uint8_t* out) {
  for (int64_t y = 0; y < height; ++y) {
    for (int64_t i = 0; i < width; ++i, out += kChannels) {
      const int64_t left = (grid.column_x[i] + grid.row_x[y] + kHalf) >> kBits;
      const int64_t top = (grid.column_y[i] + grid.row_y[y] + kHalf) >> kBits;
      const bool inside = left >= 0 && top >= 0 && left < source.width && top < source.height;
      const uint8_t* pixel = source.pixels + (top * source.width + left) * kChannels;
      for (int c = 0; c < kChannels; ++c) out[c] = inside ? pixel[c] : 0;
    }
  }
}

}  // namespace

SourceCoordinates source_coordinates(const ImageView& source, bool flip, double angle, const Box& box,
                                     int64_t height, int64_t width) {
  const double radians = angle * std::numbers::pi / 180;
  const double cosine = std::cos(radians), sine = std::sin(radians), mirror = flip ? -1 : 1;
  const double centre_x = static_cast<double>(source.width - 1) / 2;
  const double centre_y = static_cast<double>(source.height - 1) / 2;
  SourceCoordinates read;
  for (int64_t x = 0; x < width; ++x) {
    const double dx = box_coordinate(x, box.left, box.width, width) - centre_x;
    read.column_x.push_back(mirror * cosine * dx);
    read.column_y.push_back(sine * dx);
  }
  for (int64_t y = 0; y < height; ++y) {
    const double dy = box_coordinate(y, box.top, box.height, height) - centre_y;
    read.row_x.push_back(centre_x - mirror * sine * dy);
    read.row_y.push_back(centre_y + cosine * dy);
  }
  return read;
}

void read_rotated(const ImageView& source, bool flip, double angle, Interpolation interpolation,
                  const Box& box, int64_t height, int64_t width, uint8_t* out) {
  const Grid grid = make_grid(source, flip, angle, box, height, width);
  const auto read = interpolation == Interpolation::nearest ? read_nearest : read_bilinear;
  read(source, grid, height, width, out);
}

}  // namespace facecls
