// Reads AugmentationSpec and AugmentationDraw of lib/native/addon.ts, and writes draws back.
#pragma once

#include <napi.h>

#include "border/reader.h"
#include "images/augmentation.h"

namespace facecls {

AugmentationRanges read_augmentation(ObjectReader reader);
AugmentationDraw read_draw(ObjectReader reader);
Napi::Object to_js(Napi::Env env, const AugmentationDraw& draw);

}  // namespace facecls
