// Reads where photographs lie: packs, and the batches that are made of them or of bytes and values.
#pragma once

#include <napi.h>

#include <optional>

#include "border/reader.h"
#include "pack/batch.h"

namespace facecls {

struct PackSpec {
  int64_t count, height, width;
  std::optional<FileRegion> file;
};

PackSpec read_pack(Napi::Value value);
Batch read_batch(ObjectReader reader);

}  // namespace facecls
