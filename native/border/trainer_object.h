// NativeTrainer of lib/native/addon.ts.
#pragma once

#include <napi.h>

#include "border/handle.h"
#include "training/trainer.h"

namespace facecls {

class TrainerObject : public Napi::ObjectWrap<TrainerObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit TrainerObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value set_stage(const Napi::CallbackInfo& info);
  Napi::Value step(const Napi::CallbackInfo& info);
  Napi::Value swap_average(const Napi::CallbackInfo& info);
  Napi::Value state(const Napi::CallbackInfo& info);
  Napi::Value load(const Napi::CallbackInfo& info);
  void close(const Napi::CallbackInfo& info);

  Handle<Trainer> handle_;
};

/// createTrainer(spec): Promise<NativeTrainer>
Napi::Value create_trainer(const Napi::CallbackInfo& info);

}  // namespace facecls
