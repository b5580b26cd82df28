#include "border/lock_object.h"

#include "border/handle.h"

namespace facecls {

Napi::Function LockObject::define(Napi::Env env) {
  return DefineClass(env, "NativeLock", {InstanceMethod<&LockObject::release>("release")});
}

LockObject::LockObject(const Napi::CallbackInfo& info)
    : Napi::ObjectWrap<LockObject>(info), lock_(std::move(*unwrap_argument<FileLock>(info))) {}

void LockObject::release(const Napi::CallbackInfo&) { lock_.reset(); }

Napi::Value lock_file(const Napi::CallbackInfo& info) {
  return guarded(info.Env(), [&]() -> Napi::Value {
    if (!info[0].IsString()) throw Napi::TypeError::New(info.Env(), "Expected a string for path");
    auto lock = FileLock::try_lock(info[0].As<Napi::String>().Utf8Value());
    if (!lock) return info.Env().Null();
    return wrap(info.Env(), Environment::of(info.Env()).lock_class,
                std::make_shared<FileLock>(std::move(*lock)));
  });
}

}  // namespace facecls
