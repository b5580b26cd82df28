// Work for libuv's pool: what computes without LibTorch and takes a millisecond. Decoding, which is ten times
// as much, runs there too.
#pragma once

#include <napi.h>

#include <exception>
#include <optional>
#include <utility>

#include "border/js_error.h"

namespace facecls {

/// Runs `work()` on the pool and settles a promise with `convert(env, result)`. Deletes itself.
template <typename Work, typename Convert>
class PoolWorker : public Napi::AsyncWorker {
 public:
  PoolWorker(Napi::Env env, Work work, Convert convert)
      : Napi::AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        work_(std::move(work)),
        convert_(std::move(convert)) {}

  /// Keeps a JavaScript value alive until the work has ended.
  void keep(Napi::Object value) { keep_ = Napi::Persistent(value); }

  Napi::Promise start() {
    const Napi::Promise promise = deferred_.Promise();
    Queue();
    return promise;
  }

 protected:
  void Execute() override {
    try {
      result_.emplace(work_());
    } catch (...) {
      failure_ = std::current_exception();
    }
  }

  void OnOK() override {
    if (failure_) {
      deferred_.Reject(to_js_error(Env(), failure_));
    } else {
      deferred_.Resolve(convert_(Env(), *result_));
    }
  }

 private:
  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  std::optional<decltype(std::declval<Work&>()())> result_;
  std::exception_ptr failure_;
  Napi::ObjectReference keep_;
};

}  // namespace facecls
