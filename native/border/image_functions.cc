#include "border/image_functions.h"

#include <ATen/ops/mean.h>

#include "border/environment.h"
#include "border/js_error.h"
#include "border/read_augmentation.h"
#include "border/read_specs.h"
#include "border/values.h"
#include "images/warp.h"
#include "pack/device_batch.h"

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

namespace {

struct MadeBatch {
  int64_t count;
  std::vector<double> mean;   // by channel
  std::vector<float> values;  // N x 3 x height x width, or none
};

at::Tensor batch_of(const MakeBatchSpec& spec) {
  std::optional<AugmentationDraws> draws;
  if (spec.augmentation) draws.emplace(*spec.augmentation, spec.seed, spec.epoch);
  if (!spec.device) return batch_tensor(spec.batch, spec.normalisation, draws, at::kFloat);
  const auto* const packed = std::get_if<PackBatch>(&spec.batch);
  if (!packed || !device_augments(draws))
    throw std::runtime_error("A device makes batches of packs alone, and rotates bilinearly");
  const at::Tensor records = batch_records(*packed).to(at::Device(*spec.device));
  return device_batch(records, packed->samples, spec.normalisation, draws);
}

MadeBatch make(const MakeBatchSpec& spec) {
  const at::Tensor x = batch_of(spec).cpu();
  const at::Tensor mean = x.mean(at::IntArrayRef{0, 2, 3}).to(at::kDouble);
  const double* means = mean.const_data_ptr<double>();
  MadeBatch made{x.size(0), {means, means + mean.numel()}, {}};
  if (!spec.values) return made;
  const at::Tensor rows = x.to(at::kFloat).contiguous();
  const float* values = rows.const_data_ptr<float>();
  made.values.assign(values, values + rows.numel());
  return made;
}

Napi::Value to_js(Napi::Env env, const MadeBatch& made) {
  Napi::Object result = Napi::Object::New(env);
  result.Set("count", static_cast<double>(made.count));
  Napi::Array mean = Napi::Array::New(env, made.mean.size());
  for (uint32_t channel = 0; channel < made.mean.size(); ++channel) mean.Set(channel, made.mean[channel]);
  result.Set("mean", mean);
  Napi::Float32Array values = Napi::Float32Array::New(env, made.values.size());
  std::copy(made.values.begin(), made.values.end(), values.Data());
  result.Set("values", values);
  return result;
}

}  // namespace

Napi::Value make_batch(const Napi::CallbackInfo& info) {
  return promised(info.Env(), [&] {
    return Environment::of(info.Env())
        .submit(
            Priority::inference, [spec = read_make_batch(info[0])] { return make(spec); },
            [](Napi::Env env, const MadeBatch& made) { return to_js(env, made); });
  });
}

}  // namespace facecls
