// Pixels as they lie in memory: height x width x 3 bytes, red first.
#pragma once

#include <cstdint>

namespace facecls {

struct ImageView {
  const uint8_t* pixels;
  int64_t height, width;
};

/// A rectangle of pixels.
struct Box {
  int64_t top, left, height, width;
};

}  // namespace facecls
