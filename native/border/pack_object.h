// NativePixelPack of lib/native/addon.ts.
#pragma once

#include <napi.h>

#include "border/handle.h"
#include "pack/pixel_pack.h"

namespace facecls {

class PackObject : public Napi::ObjectWrap<PackObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit PackObject(const Napi::CallbackInfo& info);

  const Handle<PixelPack>& handle() const { return handle_; }

 private:
  Napi::Value count(const Napi::CallbackInfo& info);
  Napi::Value height(const Napi::CallbackInfo& info);
  Napi::Value width(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info);
  Napi::Value take(const Napi::CallbackInfo& info);
  Napi::Value write(const Napi::CallbackInfo& info, bool given_away);
  Napi::Value checksums(const Napi::CallbackInfo& info);
  Napi::Value read(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  Handle<PixelPack> handle_;
};

/// createPack(spec): NativePixelPack
Napi::Value create_pack(const Napi::CallbackInfo& info);

}  // namespace facecls
