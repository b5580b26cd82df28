// What the addon keeps for one environment (the main thread or a worker thread), and how its jobs come home.
#pragma once

#include <napi.h>

#include <deque>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "border/compute_thread.h"
#include "border/js_error.h"

namespace facecls {

class Environment {
 public:
  explicit Environment(Napi::Env env);

  /// The instance of the environment that is running.
  static Environment& of(Napi::Env env) { return *env.GetInstanceData<Environment>(); }

  Napi::FunctionReference pack_class, model_class, trainer_class, lock_class;

  /// Throws Cancelled when this environment or the process ends.
  std::function<void()> checkpoint() const;

  /// Runs `work` on the compute thread, turns its result into a value on the environment's own thread by
  /// `convert(env, result)`, and settles the promise. Neither may hold a JavaScript reference in between.
  template <typename Work, typename Convert>
  Napi::Value submit(Priority priority, Work work, Convert convert);

 private:
  using Settle = std::function<void(Napi::Env)>;

  void job_begins();
  void send_home(Settle settle);
  void settle_arrived(Napi::Env env);
  void close();

  Napi::Env env_;
  Napi::ThreadSafeFunction home_;  // keeps the event loop alive only while jobs are under way
  std::mutex mutex_;
  std::deque<Settle> arrived_;  // results on their way home, freed with the environment if it ends first
  size_t under_way_ = 0;        // touched on the environment's thread alone
  CancelFlag cancelled_ = std::make_shared<std::atomic<bool>>(false);
};

/// Runs the body of an asynchronous method; whatever it throws becomes a rejection.
template <typename Body>
Napi::Value promised(Napi::Env env, Body&& body) {
  try {
    return body();
  } catch (...) {
    const auto deferred = Napi::Promise::Deferred::New(env);
    deferred.Reject(to_js_error(env, std::current_exception()));
    return deferred.Promise();
  }
}

template <typename Work, typename Convert>
Napi::Value Environment::submit(Priority priority, Work work, Convert convert) {
  const auto deferred = Napi::Promise::Deferred::New(env_);
  job_begins();
  auto run = [this, deferred, work = std::move(work), convert = std::move(convert)]() mutable {
    using Result = decltype(work());
    auto result = std::make_shared<std::optional<Result>>();
    std::exception_ptr failure;
    try {
      result->emplace(work());
    } catch (...) {
      failure = std::current_exception();
    }
    send_home([deferred, result, failure, convert](Napi::Env env) {
      if (failure) return deferred.Reject(to_js_error(env, failure));
      try {
        deferred.Resolve(convert(env, **result));
      } catch (...) {
        deferred.Reject(to_js_error(env, std::current_exception()));
      }
    });
  };
  // std::function wants a copyable target; the job itself is run once.
  auto shared = std::make_shared<decltype(run)>(std::move(run));
  ComputeThread::instance().submit(priority, {cancelled_, [shared] { (*shared)(); }});
  return deferred.Promise();
}

}  // namespace facecls
