#include "border/read_augmentation.h"

#include <algorithm>

namespace facecls {

namespace {

// In the order of their enumerations.
constexpr std::array<const char*, 3> kFills{"mean", "black", "noise"};
constexpr std::array<const char*, 3> kOperations{"brightness", "contrast", "saturation"};

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

Fill read_fill(ObjectReader& reader) {
  return static_cast<Fill>(reader.choice("fill", {kFills.begin(), kFills.end()}));
}

ErasingRange read_erasing(ObjectReader reader) {
  ErasingRange erasing{reader.number("probability", 0, 1), read_interval(reader, "scale", 1e-6, 1),
                       read_interval(reader, "ratio", 1e-3, 1e3), read_fill(reader)};
  reader.finish();
  return erasing;
}

MixingRange read_mixing(ObjectReader reader) {
  MixingRange mixing{reader.number("alpha", 1e-3, 1e3), reader.number("probability", 0, 1)};
  reader.finish();
  return mixing;
}

/// Each operation once.
std::array<ColourOperation, 3> read_order(ObjectReader& reader) {
  std::array<ColourOperation, 3> order{};
  const std::vector<std::string> given = reader.strings("order");
  if (!std::is_permutation(given.begin(), given.end(), kOperations.begin(), kOperations.end())) {
    throw Napi::TypeError::New(
        reader.env(), "Expected brightness, contrast and saturation, each once, for " + reader.path("order"));
  }
  for (size_t i = 0; i < order.size(); ++i) {
    const auto found = std::find(kOperations.begin(), kOperations.end(), given[i]);
    order[i] = static_cast<ColourOperation>(found - kOperations.begin());
  }
  return order;
}

ColourFactors read_colour(ObjectReader& reader) {
  return {reader.number("brightness", 0, 101), reader.number("contrast", 0, 101),
          reader.number("saturation", 0, 101), read_order(reader)};
}

Box read_box(ObjectReader& reader) {
  return {reader.integer("top", 0, kLargestSide), reader.integer("left", 0, kLargestSide),
          reader.integer("height", 1, kLargestSide), reader.integer("width", 1, kLargestSide)};
}

Erasure read_erasure(ObjectReader reader) {
  Erasure erasure{read_box(reader), read_fill(reader),
                  static_cast<uint64_t>(reader.integer("noiseKey", 0, kLargestInteger))};
  reader.finish();
  return erasure;
}

std::array<double, 3> read_channels(ObjectReader& reader, const char* key, double minimum, double maximum) {
  const std::vector<double> values = reader.numbers(key, minimum, maximum);
  if (values.size() != 3)
    throw Napi::TypeError::New(reader.env(), "Expected three numbers for " + reader.path(key));
  return {values[0], values[1], values[2]};
}

void set_box(Napi::Object& object, const Box& box) {
  object.Set("top", static_cast<double>(box.top));
  object.Set("left", static_cast<double>(box.left));
  object.Set("height", static_cast<double>(box.height));
  object.Set("width", static_cast<double>(box.width));
}

Napi::Value to_js(Napi::Env env, const std::optional<Erasure>& erasure) {
  if (!erasure) return env.Null();
  Napi::Object result = Napi::Object::New(env);
  set_box(result, erasure->box);
  result.Set("fill", kFills[static_cast<size_t>(erasure->fill)]);
  result.Set("noiseKey", static_cast<double>(erasure->noise_key));
  return result;
}

Napi::Array to_js(Napi::Env env, const std::array<ColourOperation, 3>& order) {
  Napi::Array result = Napi::Array::New(env, order.size());
  for (uint32_t i = 0; i < order.size(); ++i) result.Set(i, kOperations[static_cast<size_t>(order[i])]);
  return result;
}

}  // namespace

AugmentationSpec read_augmentation(ObjectReader reader) {
  AugmentationSpec spec{};
  AugmentationRanges& ranges = spec.photographs;
  ranges.flip = reader.number("flip", 0, 1);
  ranges.brightness = reader.number("brightness", 0, 100);
  ranges.contrast = reader.number("contrast", 0, 100);
  ranges.saturation = reader.number("saturation", 0, 100);
  if (!reader.is_null("rotation")) ranges.rotation = read_rotation(reader.object("rotation"));
  if (!reader.is_null("crop")) ranges.crop = read_crop(reader.object("crop"));
  if (!reader.is_null("erasing")) ranges.erasing = read_erasing(reader.object("erasing"));
  if (!reader.is_null("mixup")) spec.batches.mixup = read_mixing(reader.object("mixup"));
  if (!reader.is_null("cutmix")) spec.batches.cutmix = read_mixing(reader.object("cutmix"));
  reader.finish();
  return spec;
}

AugmentationDraw read_draw(ObjectReader reader) {
  AugmentationDraw draw{};
  draw.flip = reader.boolean("flip");
  draw.angle = reader.number("angle", -180, 180);
  draw.interpolation = read_interpolation(reader);
  draw.colour = read_colour(reader);
  draw.box = read_box(reader);
  if (!reader.is_null("erased")) draw.erased = read_erasure(reader.object("erased"));
  reader.finish();
  return draw;
}

Normalisation read_normalisation(ObjectReader reader) {
  Normalisation result{read_channels(reader, "mean", -10, 10), read_channels(reader, "std", 1e-6, 10)};
  reader.finish();
  return result;
}

Napi::Object to_js(Napi::Env env, const AugmentationDraw& draw) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("flip", draw.flip);
  result.Set("angle", draw.angle);
  result.Set("interpolation", draw.interpolation == Interpolation::bilinear ? "bilinear" : "nearest");
  result.Set("brightness", draw.colour.brightness);
  result.Set("contrast", draw.colour.contrast);
  result.Set("saturation", draw.colour.saturation);
  result.Set("order", to_js(env, draw.colour.order));
  set_box(result, draw.box);
  result.Set("erased", to_js(env, draw.erased));
  return result;
}

Napi::Value to_js(Napi::Env env, const std::optional<MixingDraw>& draw) {
  if (!draw) return env.Null();
  Napi::Object result = Napi::Object::New(env);
  result.Set("kind", draw->box ? "cutmix" : "mixup");
  result.Set("lambda", draw->lambda);
  if (draw->box) set_box(result, *draw->box);
  return result;
}

}  // namespace facecls
