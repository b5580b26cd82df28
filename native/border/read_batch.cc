#include "border/read_batch.h"

#include <algorithm>
#include <cmath>

#include "border/pack_object.h"

namespace facecls {

namespace {

void read_samples(ObjectReader& reader, PackBatch& batch) {
  if (reader.is_null("samples")) {
    batch.samples = batch.indices;
    return;
  }
  constexpr double kSamples = 0x1p47;  // what a random sequence can tell apart
  const std::vector<double> samples = reader.floats("samples");
  const bool fits = samples.size() == batch.indices.size() && std::ranges::all_of(samples, [](double sample) {
                      return sample >= 0 && sample < kSamples && sample == std::floor(sample);
                    });
  if (!fits) {
    throw Napi::RangeError::New(
        reader.env(), "Expected an integer of at least 0 for each index in " + reader.path("samples"));
  }
  batch.samples.assign(samples.begin(), samples.end());
}

PackBatch read_pack_batch(ObjectReader& reader) {
  const Napi::Value value = reader.value("pack");
  const Environment& environment = Environment::of(reader.env());
  if (!value.IsObject() || !value.As<Napi::Object>().InstanceOf(environment.pack_class.Value())) {
    throw Napi::TypeError::New(reader.env(), "Expected a NativePixelPack for " + reader.path("pack"));
  }
  const auto lease = Napi::ObjectWrap<PackObject>::Unwrap(value.As<Napi::Object>())->handle().lease();
  PackBatch batch{lease.object, reader.int32_array("indices"), {}};
  for (const int64_t index : batch.indices) {
    if (index < 0 || index >= batch.pack->count()) {
      throw Napi::RangeError::New(
          reader.env(), "Expected indices from 0 to " + std::to_string(batch.pack->count() - 1) + " in " +
                            reader.path("indices") + " but received " + std::to_string(index));
    }
  }
  read_samples(reader, batch);
  return batch;
}

PixelBatch read_pixel_batch(ObjectReader& reader) {
  PixelBatch batch{reader.bytes("data"), reader.integer("count", 1, kLargestCount),
                   reader.integer("height", 1, kLargestSide), reader.integer("width", 1, kLargestSide)};
  const int64_t size = batch.count * batch.height * batch.width * 3;
  if (static_cast<int64_t>(batch.data.size()) != size) {
    throw Napi::RangeError::New(reader.env(), "Expected " + std::to_string(size) + " bytes for " +
                                                  reader.path("data") + " but received " +
                                                  std::to_string(batch.data.size()));
  }
  return batch;
}

TensorBatch read_tensor_batch(ObjectReader& reader) {
  TensorBatch batch{reader.floats("data"), reader.integers("shape", 1, kLargestCount)};
  int64_t size = 1;
  for (const int64_t side : batch.shape) size *= side;
  if (batch.shape.size() != 4 || static_cast<int64_t>(batch.data.size()) != size) {
    throw Napi::RangeError::New(
        reader.env(),
        "Expected a shape N x 3 x height x width that fits the values for " + reader.path("shape"));
  }
  // An activation that oneDNN fuses into a convolution makes 0 of NaN, so that no loss would show it.
  for (const double value : batch.data) {
    if (!std::isfinite(value))
      throw Napi::RangeError::New(reader.env(), "Expected finite numbers for " + reader.path("data"));
  }
  return batch;
}

FileRegion read_region(ObjectReader reader) {
  FileRegion region{reader.string("path"), reader.integer("offset", 0, kLargestInteger),
                    reader.boolean("writable")};
  if (region.offset % kPageBytes != 0) {
    throw Napi::RangeError::New(reader.env(), "Expected a multiple of " + std::to_string(kPageBytes) +
                                                  " for " + reader.path("offset"));
  }
  reader.finish();
  return region;
}

}  // namespace

Batch read_batch(ObjectReader reader) {
  const size_t kind = reader.choice("kind", {"pack", "pixels", "tensor"});
  Batch batch;
  if (kind == 0) batch = read_pack_batch(reader);
  if (kind == 1) batch = read_pixel_batch(reader);
  if (kind == 2) batch = read_tensor_batch(reader);
  reader.finish();
  if (batch_count(batch) == 0)
    throw Napi::RangeError::New(reader.env(), "Expected at least one sample for batch");
  return batch;
}

PackSpec read_pack(Napi::Value value) {
  ObjectReader reader(value, "pack");
  PackSpec spec{reader.integer("count", 1, kLargestCount), reader.integer("height", 1, kLargestSide),
                reader.integer("width", 1, kLargestSide), std::nullopt};
  if (!reader.is_null("file")) spec.file = read_region(reader.object("file"));
  reader.finish();
  return spec;
}

}  // namespace facecls
