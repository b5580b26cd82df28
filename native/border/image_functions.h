// The augmentation's draws, for photographs and for batches, and its pass over photographs, as functions:
// for previews and for checks.
#pragma once

#include <napi.h>

namespace facecls {

Napi::Value draw_augmentations(const Napi::CallbackInfo& info);
Napi::Value draw_mixings(const Napi::CallbackInfo& info);
Napi::Value augment_pixels(const Napi::CallbackInfo& info);
Napi::Value make_batch(const Napi::CallbackInfo& info);

}  // namespace facecls
