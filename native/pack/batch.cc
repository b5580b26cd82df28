#include "pack/batch.h"

#include <ATen/Parallel.h>
#include <ATen/ops/empty.h>
#include <ATen/ops/from_blob.h>

#include <cstring>

namespace facecls {

namespace {

// Without OpenMP in this file LibTorch's parallel_for is serial, silently.
static_assert(_OPENMP, "Compile with -fopenmp");

ImageView view_of(const PackBatch& batch, int64_t i) { return batch.pack->view(batch.indices[i]); }

ImageView view_of(const PixelBatch& batch, int64_t i) {
  return {batch.data.data() + i * batch.height * batch.width * 3, batch.height, batch.width};
}

void read_ahead(const PackBatch& batch) {
  for (const int64_t index : batch.indices) batch.pack->will_need(index);
}
void read_ahead(const PixelBatch&) {}

uint64_t sample_of(const PackBatch& batch, int64_t i) { return static_cast<uint64_t>(batch.samples[i]); }
uint64_t sample_of(const PixelBatch&, int64_t i) { return static_cast<uint64_t>(i); }

struct ToTensor {
  const Normalisation& normalisation;
  const std::optional<AugmentationDraws>& draws;
  at::ScalarType type;

  template <typename Pixels>
  at::Tensor operator()(const Pixels& batch) const {
    return type == at::kBFloat16 ? made<at::BFloat16>(batch) : made<float>(batch);
  }

  template <typename Value, typename Pixels>
  at::Tensor made(const Pixels& batch) const {
    const int64_t count = batch_count(batch);
    const ImageView first = view_of(batch, 0);
    const at::TensorOptions options(c10::CppTypeToScalarType<Value>::value);
    const at::Tensor result =
        at::empty({count, 3, first.height, first.width}, options, at::MemoryFormat::ChannelsLast);
    Value* const values = result.mutable_data_ptr<Value>();
    read_ahead(batch);
    at::parallel_for(0, count, /*grain_size=*/1, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) write(batch, i, values + i * first.height * first.width * 3);
    });
    return result;
  }

  template <typename Pixels, typename Value>
  void write(const Pixels& batch, int64_t i, Value* out) const {
    const ImageView view = view_of(batch, i);
    if (!draws) return normalise(view, normalisation, out);
    const AugmentationDraw draw = draw_augmentation(draws->ranges, draws->seed, draws->epoch,
                                                    sample_of(batch, i), view.height, view.width);
    augment(view, draw, normalisation, view.height, view.width, out);
  }

  at::Tensor operator()(const TensorBatch& batch) const {
    // from_blob reads only; the clone owns its memory.
    return at::from_blob(const_cast<double*>(batch.data.data()), batch.shape, at::TensorOptions(at::kDouble))
        .clone();
  }
};

struct Count {
  int64_t operator()(const PackBatch& batch) const { return static_cast<int64_t>(batch.indices.size()); }
  int64_t operator()(const PixelBatch& batch) const { return batch.count; }
  int64_t operator()(const TensorBatch& batch) const { return batch.shape[0]; }
};

}  // namespace

int64_t batch_count(const Batch& batch) { return std::visit(Count{}, batch); }

at::Tensor batch_records(const PackBatch& batch) {
  const PixelPack& pack = *batch.pack;
  const auto count = static_cast<int64_t>(batch.indices.size());
  const at::Tensor records = at::empty({count, pack.height(), pack.width(), 3}, at::kByte);
  uint8_t* const out = records.mutable_data_ptr<uint8_t>();
  read_ahead(batch);
  at::parallel_for(0, count, /*grain_size=*/1, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i)
      std::memcpy(out + i * pack.record_bytes(), pack.record(batch.indices[i]), pack.record_bytes());
  });
  return records;
}

at::Tensor batch_tensor(const Batch& batch, const Normalisation& normalisation,
                        const std::optional<AugmentationDraws>& draws, at::ScalarType type) {
  return std::visit(ToTensor{normalisation, draws, type}, batch);
}

}  // namespace facecls
