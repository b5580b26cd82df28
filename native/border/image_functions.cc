#include "border/image_functions.h"

#include <ATen/ops/mean.h>

#include "border/environment.h"
#include "border/js_error.h"
#include "border/read_augmentation.h"
#include "border/read_specs.h"
#include "border/values.h"
#include "images/warp.h"

namespace facecls {

Napi::Value draw_augmentations(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    ObjectReader reader(info[0], "draws");
    const AugmentationRanges ranges = read_augmentation(reader.object("augmentation"));
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

Napi::Value augment_pixels(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    ObjectReader reader(info[0], "augment");
    const std::vector<uint8_t> pixels = reader.bytes("pixels");
    const int64_t height = reader.integer("height", 1, kLargestSide);
    const int64_t width = reader.integer("width", 1, kLargestSide);
    const int64_t output_height = reader.integer("outputHeight", 1, kLargestSide);
    const int64_t output_width = reader.integer("outputWidth", 1, kLargestSide);
    const AugmentationDraw draw = read_draw(reader.object("draw"));
    reader.finish();
    if (static_cast<int64_t>(pixels.size()) != height * width * 3) {
      throw Napi::RangeError::New(info.Env(), "Expected height x width x 3 bytes for augment.pixels");
    }
    std::vector<uint8_t> out(output_height * output_width * 3);
    augment_to_bytes({pixels.data(), height, width}, draw, output_height, output_width, out.data());
    return to_js(info.Env(), out);
  });
}

namespace {

struct BatchMeasure {
  int64_t count;
  std::vector<double> mean;  // by channel
};

BatchMeasure measure(const MeasureSpec& spec) {
  std::optional<AugmentationDraws> draws;
  if (spec.augmentation) draws.emplace(*spec.augmentation, spec.seed, spec.epoch);
  const at::Tensor x = batch_tensor(spec.batch, spec.normalisation, draws);
  const at::Tensor mean = x.mean(at::IntArrayRef{0, 2, 3}).to(at::kDouble);
  const double* values = mean.const_data_ptr<double>();
  return {x.size(0), {values, values + mean.numel()}};
}

}  // namespace

Napi::Value measure_batch(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    const auto convert = [](Napi::Env env, const BatchMeasure& measured) {
      Napi::Object result = Napi::Object::New(env);
      result.Set("count", static_cast<double>(measured.count));
      Napi::Array mean = Napi::Array::New(env, measured.mean.size());
      for (uint32_t channel = 0; channel < measured.mean.size(); ++channel)
        mean.Set(channel, measured.mean[channel]);
      result.Set("mean", mean);
      return result;
    };
    return Environment::of(info.Env())
        .submit(Priority::inference, [spec = read_measure(info[0])] { return measure(spec); }, convert);
  });
}

}  // namespace facecls
