// Brightness, contrast and normalisation: each changes a byte by its value alone, so each is a table.
#pragma once

#include <array>
#include <cstdint>

namespace facecls {

/// Of pixels scaled to [0, 1], red first.
struct Normalisation {
  std::array<double, 3> mean, std;
};

using ByteTable = std::array<uint8_t, 256>;
using FloatTables = std::array<std::array<float, 256>, 3>;  // one a channel

struct ColourFactors {
  double brightness, contrast;
  bool contrast_first;
};

/// What both operations make of a byte, by the arithmetic of torchvision's transforms of bytes: float32,
/// clamped to 0..255 and cut to whole numbers after each. Contrast blends with the mean of the grey image of
/// these `count` pixels (0.2989 red + 0.587 green + 0.114 blue) as it is when contrast's turn comes.
ByteTable colour_table(const ColourFactors& factors, const uint8_t* pixels, int64_t count);

ByteTable identity_table();

/// (table[byte] / 255 - mean) / std for each channel.
FloatTables normalisation_tables(const Normalisation& normalisation, const ByteTable& table);

void apply(const ByteTable& table, const uint8_t* pixels, int64_t count, uint8_t* out);
void apply(const FloatTables& tables, const uint8_t* pixels, int64_t count, float* out);

}  // namespace facecls
