#include "border/image_functions.h"

#include "border/js_error.h"
#include "border/read_augmentation.h"
#include "border/values.h"
#include "images/warp.h"

namespace facecls {

Napi::Value draw_augmentations(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    ObjectReader reader(info[0], "draws");
    const AugmentationRanges ranges = read_augmentation(reader.object("augmentation")).photographs;
    const auto seed = static_cast<uint64_t>(reader.integer("seed", 0, kLargestInteger));
    const auto epoch = static_cast<uint64_t>(reader.integer("epoch", 0, kLargestInteger));
    const std::vector<int64_t> samples = reader.int32_array("samples");
    const int64_t height = reader.integer("height", 1, kLargestSide);
    const int64_t width = reader.integer("width", 1, kLargestSide);
    reader.finish();
    Napi::Array draws = Napi::Array::New(info.Env(), samples.size());
    for (uint32_t i = 0; i < samples.size(); ++i) {
      const auto sample = static_cast<uint64_t>(samples[i]);
      draws.Set(i, to_js(info.Env(), draw_augmentation(ranges, seed, epoch, sample, height, width)));
    }
    return draws;
  });
}

Napi::Value draw_mixings(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    ObjectReader reader(info[0], "draws");
    const MixingRanges ranges = read_augmentation(reader.object("augmentation")).batches;
    const auto seed = static_cast<uint64_t>(reader.integer("seed", 0, kLargestInteger));
    const std::vector<int64_t> steps = reader.int32_array("steps");
    const auto batch = static_cast<uint64_t>(reader.integer("batch", 0, kLargestCount));
    const int64_t height = reader.integer("height", 1, kLargestSide);
    const int64_t width = reader.integer("width", 1, kLargestSide);
    reader.finish();
    Napi::Array draws = Napi::Array::New(info.Env(), steps.size());
    for (uint32_t i = 0; i < steps.size(); ++i) {
      const auto step = static_cast<uint64_t>(steps[i]);
      draws.Set(i, to_js(info.Env(), draw_mixing(ranges, seed, step, batch, height, width)));
    }
    return draws;
  });
}

Napi::Value augment_pixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    ObjectReader reader(info[0], "augment");
    const std::vector<uint8_t> pixels = reader.bytes("pixels");
    const int64_t height = reader.integer("height", 1, kLargestSide);
    const int64_t width = reader.integer("width", 1, kLargestSide);
    const int64_t output_height = reader.integer("outputHeight", 1, kLargestSide);
    const int64_t output_width = reader.integer("outputWidth", 1, kLargestSide);
    const AugmentationDraw draw = read_draw(reader.object("draw"));
    const Normalisation normalisation = read_normalisation(reader.object("normalisation"));
    reader.finish();
    if (static_cast<int64_t>(pixels.size()) != height * width * 3) {
      throw Napi::RangeError::New(info.Env(), "Expected height x width x 3 bytes for augment.pixels");
    }
    std::vector<uint8_t> out(output_height * output_width * 3);
    augment_to_bytes({pixels.data(), height, width}, draw, normalisation, output_height, output_width,
                     out.data());
    return to_js(info.Env(), out);
  });
}

}  // namespace facecls
