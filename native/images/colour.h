// Brightness, contrast, saturation and normalisation. All but saturation change a byte by its value alone, so
// each of them is a table, and what follows one another is one table.
#pragma once

#include <array>
#include <cstdint>

namespace facecls {

/// Of pixels scaled to [0, 1], red first.
struct Normalisation {
  std::array<double, 3> mean, std;
};

using ByteTable = std::array<uint8_t, 256>;

/// One table a channel. Value: float, or c10::BFloat16 for a network that computes in it.
template <typename Value>
using ValueTables = std::array<std::array<Value, 256>, 3>;

enum class ColourOperation : uint8_t { brightness, contrast, saturation };

/// A factor of 1 changes nothing.
struct ColourFactors {
  double brightness, contrast, saturation;
  std::array<ColourOperation, 3> order;  // each once
};

/// Does the operations in their order, by the arithmetic of torchvision's transforms of bytes: float32,
/// clamped to 0..255 and cut to whole numbers after each. Contrast blends with the mean of the grey image of
/// these `count` pixels, saturation each pixel with its own grey value (0.2989 red + 0.587 green + 0.114
/// blue, cut to whole numbers), as they are when their turn comes. The pixels are changed as far as
/// saturation; what is left to do, everything where there is no saturation, is the table that is returned.
ByteTable change_colours(const ColourFactors& factors, uint8_t* pixels, int64_t count);

ByteTable identity_table();

/// (table[byte] / 255 - mean) / std for each channel.
template <typename Value>
ValueTables<Value> normalisation_tables(const Normalisation& normalisation, const ByteTable& table);

void apply(const ByteTable& table, const uint8_t* pixels, int64_t count, uint8_t* out);

template <typename Value>
void apply(const ValueTables<Value>& tables, const uint8_t* pixels, int64_t count, Value* out);

}  // namespace facecls
