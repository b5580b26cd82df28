#include "images/colour.h"

#include <torch/headeronly/util/BFloat16.h>

#include <algorithm>

namespace facecls {

namespace {

constexpr int kChannels = 3;

/// factor * byte + (1 - factor) * other.
ByteTable blend_table(double factor, float other) {
  const float scale = static_cast<float>(factor);
  const float offset = static_cast<float>(1 - factor) * other;
  ByteTable table;
  for (int byte = 0; byte < 256; ++byte) {
    table[byte] = static_cast<uint8_t>(std::clamp(scale * static_cast<float>(byte) + offset, 0.0f, 255.0f));
  }
  return table;
}

/// The grey image is cut to whole numbers before its mean is taken; the weights are in 1/2^16, which puts one
/// colour in a thousand off by 1.
float grey_mean(const ByteTable& table, const uint8_t* pixels, int64_t count) {
  std::array<std::array<uint32_t, 256>, kChannels> weighted;
  for (int byte = 0; byte < 256; ++byte) {
    weighted[0][byte] = 19589u * table[byte];
    weighted[1][byte] = 38470u * table[byte];
    weighted[2][byte] = 7471u * table[byte];
  }
  int64_t sum = 0;
  for (int64_t i = 0; i < count; ++i, pixels += kChannels) {
    sum += (weighted[0][pixels[0]] + weighted[1][pixels[1]] + weighted[2][pixels[2]]) >> 16;
  }
  return static_cast<float>(static_cast<double>(sum) / static_cast<double>(count));
}

/// Of the pixels as the table makes them.
void saturate(double factor, const ByteTable& table, uint8_t* pixels, int64_t count) {
  const float own = static_cast<float>(factor), rest = static_cast<float>(1 - factor);
  std::array<float, 256> values;
  for (int byte = 0; byte < 256; ++byte) values[byte] = static_cast<float>(table[byte]);
  for (int64_t i = 0; i < count; ++i, pixels += kChannels) {
    const std::array<float, kChannels> colour{values[pixels[0]], values[pixels[1]], values[pixels[2]]};
    const float grey = 0.2989f * colour[0] + 0.587f * colour[1] + 0.114f * colour[2];
    const float offset = rest * static_cast<float>(static_cast<int32_t>(grey));
    for (int c = 0; c < kChannels; ++c) {
      pixels[c] = static_cast<uint8_t>(
          static_cast<int32_t>(std::min(std::max(own * colour[c] + offset, 0.0f), 255.0f)));
    }
  }
}

ByteTable compose(const ByteTable& first, const ByteTable& second) {
  ByteTable table;
  for (int byte = 0; byte < 256; ++byte) table[byte] = second[first[byte]];
  return table;
}

}  // namespace

ByteTable identity_table() {
  ByteTable table;
  for (int byte = 0; byte < 256; ++byte) table[byte] = static_cast<uint8_t>(byte);
  return table;
}

ByteTable change_colours(const ColourFactors& factors, uint8_t* pixels, int64_t count) {
  ByteTable table = identity_table();
  for (const ColourOperation operation : factors.order) {
    if (operation == ColourOperation::brightness) {
      table = compose(table, blend_table(factors.brightness, 0));
    } else if (operation == ColourOperation::contrast && factors.contrast != 1) {
      table = compose(table, blend_table(factors.contrast, grey_mean(table, pixels, count)));
    } else if (operation == ColourOperation::saturation && factors.saturation != 1) {
      saturate(factors.saturation, table, pixels, count);
      table = identity_table();
    }
  }
  return table;
}

template <typename Value>
ValueTables<Value> normalisation_tables(const Normalisation& normalisation, const ByteTable& table) {
  ValueTables<Value> tables;
  for (int c = 0; c < kChannels; ++c) {
    for (int byte = 0; byte < 256; ++byte) {
      const double value = (table[byte] / 255.0 - normalisation.mean[c]) / normalisation.std[c];
      tables[c][byte] = static_cast<Value>(static_cast<float>(value));
    }
  }
  return tables;
}

void apply(const ByteTable& table, const uint8_t* pixels, int64_t count, uint8_t* out) {
  for (int64_t i = 0; i < count * kChannels; ++i) out[i] = table[pixels[i]];
}

template <typename Value>
void apply(const ValueTables<Value>& tables, const uint8_t* pixels, int64_t count, Value* out) {
  for (int64_t i = 0; i < count; ++i, pixels += kChannels, out += kChannels) {
    for (int c = 0; c < kChannels; ++c) out[c] = tables[c][pixels[c]];
  }
}

template ValueTables<float> normalisation_tables(const Normalisation&, const ByteTable&);
template ValueTables<c10::BFloat16> normalisation_tables(const Normalisation&, const ByteTable&);
template void apply(const ValueTables<float>&, const uint8_t*, int64_t, float*);
template void apply(const ValueTables<c10::BFloat16>&, const uint8_t*, int64_t, c10::BFloat16*);

}  // namespace facecls
