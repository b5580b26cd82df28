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

  /// Keeps bytes alive until the work has ended. Freed then, where they are given away: what is detached no
  /// longer hurries the garbage collector.
  void keep(Napi::TypedArray bytes, bool given_away) {
    kept_ = Napi::Persistent(bytes);
    given_away_ = given_away;
  }

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
    // Last: in a worker thread that is being terminated the promise throws, while a detachment would end the
    // process.
    if (given_away_) napi_detach_arraybuffer(Env(), kept_.Value().ArrayBuffer());
  }

 private:
  Napi::Promise::Deferred deferred_;
  Work work_;
  Convert convert_;
  std::optional<decltype(std::declval<Work&>()())> result_;
  std::exception_ptr failure_;
  Napi::Reference<Napi::TypedArray> kept_;
  bool given_away_ = false;
};

}  // namespace facecls
