// Random erasing: a box of the finished photograph is filled with what tells nothing.
#pragma once

#include <cstdint>

#include "images/colour.h"
#include "images/image.h"

namespace facecls {

/// The mean normalises to 0; noise is standard normal after normalisation, each value for itself.
enum class Fill { mean, black, noise };

struct Erasure {
  Box box;
  Fill fill;
  uint64_t noise_key;  // a value of the noise is a function of this key and its place in the box
};

/// `values`: rows of `width` x 3 normalised values, float or c10::BFloat16.
template <typename Value>
void erase(const Erasure& erasure, const Normalisation& normalisation, int64_t width, Value* values);

/// The same before normalisation, rounded and clamped to bytes.
void erase(const Erasure& erasure, const Normalisation& normalisation, int64_t width, uint8_t* pixels);

}  // namespace facecls
