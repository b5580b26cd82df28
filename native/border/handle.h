// A native object that JavaScript holds and may close while jobs that use it still wait.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "border/environment.h"
#include "coded_error.h"

namespace facecls {

template <typename Object>
class Handle {
 public:
  /// What a job takes along: it keeps the object alive and knows whether it was closed meanwhile.
  struct Lease {
    std::shared_ptr<Object> object;
    std::shared_ptr<const std::atomic<bool>> closed;
    std::string what;

    /// Throws CLOSED when the object was closed after the job was queued.
    Object& open() const {
      if (*closed) throw CodedError("CLOSED", "The " + what + " was closed");
      return *object;
    }
  };

  Handle(std::string what, std::shared_ptr<Object> object)
      : lease_{std::move(object), closed_, std::move(what)} {}
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  ~Handle() { close(); }

  /// Throws CLOSED after close().
  Lease lease() const {
    lease_.open();
    return lease_;
  }

  /// The object is destroyed on the compute thread, so never while a job works on it or on what it shares.
  void close() {
    if (closed_->exchange(true)) return;
    std::shared_ptr<Object> last = std::move(lease_.object);
    ComputeThread* const thread = ComputeThread::existing();
    if (thread == nullptr) return;  // No job ever ran, so none can be using it.
    thread->submit(Priority::training, {nullptr, [last = std::move(last)]() mutable { last.reset(); }});
  }

 private:
  std::shared_ptr<std::atomic<bool>> closed_ = std::make_shared<std::atomic<bool>>(false);
  Lease lease_;
};

/// The only way to make a wrapped object: JavaScript cannot call the class with a native pointer.
template <typename Object>
Napi::Object wrap(Napi::Env env, const Napi::FunctionReference& constructor, std::shared_ptr<Object> object) {
  return constructor.New({Napi::External<std::shared_ptr<Object>>::New(env, &object)});
}

template <typename Object>
std::shared_ptr<Object> unwrap_argument(const Napi::CallbackInfo& info) {
  if (info.Length() != 1 || !info[0].IsExternal()) {
    throw Napi::TypeError::New(info.Env(), "Illegal constructor; use the addon's create functions");
  }
  return *info[0].As<Napi::External<std::shared_ptr<Object>>>().Data();
}

}  // namespace facecls
