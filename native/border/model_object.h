// NativeModel of lib/native/addon.ts.
#pragma once

#include <napi.h>

#include "border/handle.h"
#include "inference/served_model.h"

namespace facecls {

class ModelObject : public Napi::ObjectWrap<ModelObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit ModelObject(const Napi::CallbackInfo& info);

  Handle<ServedModel>& handle() { return handle_; }

 private:
  Napi::Value description(const Napi::CallbackInfo& info);
  Napi::Value state(const Napi::CallbackInfo& info);
  Napi::Value load(const Napi::CallbackInfo& info);
  Napi::Value optimize_for_inference(const Napi::CallbackInfo& info);
  Napi::Value forward(const Napi::CallbackInfo& info);
  Napi::Value evaluate(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  Handle<ServedModel> handle_;
};

/// createModel(spec): Promise<NativeModel>
Napi::Value create_model(const Napi::CallbackInfo& info);

}  // namespace facecls
