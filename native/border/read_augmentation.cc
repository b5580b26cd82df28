#include "border/read_augmentation.h"

namespace facecls {

namespace {

Interpolation read_interpolation(ObjectReader& reader) {
  const size_t choice = reader.choice("interpolation", {"bilinear", "nearest"});
  return choice == 0 ? Interpolation::bilinear : Interpolation::nearest;
}

std::array<double, 2> read_interval(ObjectReader& reader, const char* key, double minimum, double maximum) {
  const std::vector<double> pair = reader.numbers(key, minimum, maximum);
  if (pair.size() != 2 || pair[0] > pair[1]) {
    throw Napi::RangeError::New(reader.env(), "Expected a pair [low, high] for " + reader.path(key));
  }
  return {pair[0], pair[1]};
}

RotationRange read_rotation(ObjectReader reader) {
  RotationRange rotation{reader.number("degrees", 0, 180), read_interpolation(reader)};
  reader.finish();
  return rotation;
}

CropRange read_crop(ObjectReader reader) {
  CropRange crop{read_interval(reader, "scale", 1e-6, 1), read_interval(reader, "ratio", 1e-3, 1e3)};
  reader.finish();
  return crop;
}

}  // namespace

AugmentationRanges read_augmentation(ObjectReader reader) {
  AugmentationRanges ranges{};
  ranges.flip = reader.number("flip", 0, 1);
  ranges.brightness = reader.number("brightness", 0, 100);
  ranges.contrast = reader.number("contrast", 0, 100);
  if (!reader.is_null("rotation")) ranges.rotation = read_rotation(reader.object("rotation"));
  if (!reader.is_null("crop")) ranges.crop = read_crop(reader.object("crop"));
  reader.finish();
  return ranges;
}

AugmentationDraw read_draw(ObjectReader reader) {
  AugmentationDraw draw{};
  draw.flip = reader.boolean("flip");
  draw.angle = reader.number("angle", -180, 180);
  draw.interpolation = read_interpolation(reader);
  draw.brightness = reader.number("brightness", 0, 101);
  draw.contrast = reader.number("contrast", 0, 101);
  draw.contrast_first = reader.boolean("contrastFirst");
  draw.box = {reader.integer("top", 0, kLargestSide), reader.integer("left", 0, kLargestSide),
              reader.integer("height", 1, kLargestSide), reader.integer("width", 1, kLargestSide)};
  reader.finish();
  return draw;
}

Napi::Object to_js(Napi::Env env, const AugmentationDraw& draw) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("flip", draw.flip);
  result.Set("angle", draw.angle);
  result.Set("interpolation", draw.interpolation == Interpolation::bilinear ? "bilinear" : "nearest");
  result.Set("brightness", draw.brightness);
  result.Set("contrast", draw.contrast);
  result.Set("contrastFirst", draw.contrast_first);
  result.Set("top", static_cast<double>(draw.box.top));
  result.Set("left", static_cast<double>(draw.box.left));
  result.Set("height", static_cast<double>(draw.box.height));
  result.Set("width", static_cast<double>(draw.box.width));
  return result;
}

}  // namespace facecls
