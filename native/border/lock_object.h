// NativeLock of lib/native/addon.ts.
#pragma once

#include <napi.h>

#include <optional>

#include "pack/file_lock.h"

namespace facecls {

class LockObject : public Napi::ObjectWrap<LockObject> {
 public:
  static Napi::Function define(Napi::Env env);
  explicit LockObject(const Napi::CallbackInfo& info);

 private:
  void release(const Napi::CallbackInfo& info);

  std::optional<FileLock> lock_;
};

/// lockFile(path): NativeLock | null
Napi::Value lock_file(const Napi::CallbackInfo& info);

}  // namespace facecls
