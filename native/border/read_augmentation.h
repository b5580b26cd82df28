// Reads AugmentationSpec, AugmentationDraw and NormalisationSpec of lib/native/addon.ts, and writes draws
// back.
#pragma once

#include <napi.h>

#include <optional>

#include "border/reader.h"
#include "images/augmentation.h"
#include "training/mixing.h"

namespace facecls {

/// AugmentationSpec: what is drawn for each photograph, and what for each batch.
struct AugmentationSpec {
  AugmentationRanges photographs;
  MixingRanges batches;
};

AugmentationSpec read_augmentation(ObjectReader reader);
AugmentationDraw read_draw(ObjectReader reader);
Normalisation read_normalisation(ObjectReader reader);
Napi::Object to_js(Napi::Env env, const AugmentationDraw& draw);
Napi::Value to_js(Napi::Env env, const std::optional<MixingDraw>& draw);

}  // namespace facecls
