#include "images/warp.h"

#include <torch/headeronly/util/BFloat16.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "images/resample.h"
#include "images/rotate.h"

namespace facecls {

namespace {

constexpr int kChannels = 3;
constexpr int64_t kLargestSide = 65536;

std::string size_of(int64_t height, int64_t width) {
  return std::to_string(height) + " x " + std::to_string(width);
}

void check_inside(const Box& box, const char* name, const char* whole, int64_t height, int64_t width) {
  // Written so that no sum can overflow.
  const bool fits = box.top >= 0 && box.left >= 0 && box.height >= 1 && box.width >= 1 &&
                    box.height <= height && box.width <= width && box.top <= height - box.height &&
                    box.left <= width - box.width;
  if (fits) return;
  throw std::out_of_range("Expected " + std::string(name) + " inside the " + whole + " of " +
                          size_of(height, width) + " pixels but received top " + std::to_string(box.top) +
                          ", left " + std::to_string(box.left) + ", size " + size_of(box.height, box.width));
}

void check(const ImageView& source, const AugmentationDraw& draw, int64_t height, int64_t width) {
  if (source.height > kLargestSide || source.width > kLargestSide) {
    throw std::out_of_range("Expected a photograph of at most " + size_of(kLargestSide, kLargestSide) +
                            " pixels but received one of " + size_of(source.height, source.width));
  }
  check_inside(draw.box, "a crop", "photograph", source.height, source.width);
  if (draw.erased) check_inside(draw.erased->box, "an erased box", "output", height, width);
}

/// The box lies in the flipped photograph; this is where its pixels are in the photograph itself.
Box unflipped(const ImageView& source, const Box& box) {
  return {box.top, source.width - box.left - box.width, box.height, box.width};
}

void warp(const ImageView& source, const AugmentationDraw& draw, int64_t height, int64_t width,
          uint8_t* out) {
  const Box& box = draw.box;
  if (draw.angle == 0) {
    return resample(source, draw.flip ? unflipped(source, box) : box, draw.flip, height, width, out);
  }
  const bool shrinks = box.height > height || box.width > width;
  if (!shrinks && draw.interpolation == Interpolation::bilinear) {
    return read_rotated(source, draw.flip, draw.angle, draw.interpolation, box, height, width, out);
  }
  std::vector<uint8_t> rotated(box.height * box.width * kChannels);
  read_rotated(source, draw.flip, draw.angle, draw.interpolation, box, box.height, box.width, rotated.data());
  resample({rotated.data(), box.height, box.width}, {0, 0, box.height, box.width}, false, height, width, out);
}

}  // namespace

template <typename Value>
void augment(const ImageView& source, const AugmentationDraw& draw, const Normalisation& normalisation,
             int64_t height, int64_t width, Value* out) {
  check(source, draw, height, width);
  std::vector<uint8_t> warped(height * width * kChannels);
  warp(source, draw, height, width, warped.data());
  const ByteTable table = change_colours(draw.colour, warped.data(), height * width);
  apply(normalisation_tables<Value>(normalisation, table), warped.data(), height * width, out);
  if (draw.erased) erase(*draw.erased, normalisation, width, out);
}

void augment_to_bytes(const ImageView& source, const AugmentationDraw& draw,
                      const Normalisation& normalisation, int64_t height, int64_t width, uint8_t* out) {
  check(source, draw, height, width);
  warp(source, draw, height, width, out);
  apply(change_colours(draw.colour, out, height * width), out, height * width, out);
  if (draw.erased) erase(*draw.erased, normalisation, width, out);
}

template <typename Value>
void normalise(const ImageView& source, const Normalisation& normalisation, Value* out) {
  apply(normalisation_tables<Value>(normalisation, identity_table()), source.pixels,
        source.height * source.width, out);
}

template void augment(const ImageView&, const AugmentationDraw&, const Normalisation&, int64_t, int64_t,
                      float*);
template void augment(const ImageView&, const AugmentationDraw&, const Normalisation&, int64_t, int64_t,
                      c10::BFloat16*);
template void normalise(const ImageView&, const Normalisation&, float*);
template void normalise(const ImageView&, const Normalisation&, c10::BFloat16*);

}  // namespace facecls
