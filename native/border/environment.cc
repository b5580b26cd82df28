#include "border/environment.h"

namespace facecls {

Environment::Environment(Napi::Env env) : env_(env) {
  const auto settle =
      Napi::Function::New(env, [this](const Napi::CallbackInfo& info) { settle_arrived(info.Env()); });
  home_ = Napi::ThreadSafeFunction::New(env, settle, "facecls compute thread", /*maxQueueSize=*/0,
                                        /*initialThreadCount=*/1);
  home_.Unref(env);
  // Hooks run in reverse order: this one, added after the thread-safe function's own, still finds it open. It
  // blocks for the rest of one network block at most, since the running job looks at the flag between blocks.
  env.AddCleanupHook([this] { close(); });
}

std::function<void()> Environment::checkpoint() const {
  return [flag = cancelled_] { ComputeThread::instance().checkpoint(flag); };
}

void Environment::job_begins() {
  if (under_way_++ == 0) home_.Ref(env_);
}

void Environment::send_home(Settle settle) {
  if (*cancelled_) return;
  {
    const std::lock_guard lock(mutex_);
    arrived_.push_back(std::move(settle));
  }
  home_.NonBlockingCall();
}

void Environment::settle_arrived(Napi::Env env) {
  std::deque<Settle> arrived;
  {
    const std::lock_guard lock(mutex_);
    arrived.swap(arrived_);
  }
  under_way_ -= arrived.size();
  if (!arrived.empty() && under_way_ == 0) home_.Unref(env);
  for (const Settle& settle : arrived) settle(env);
}

void Environment::close() {
  *cancelled_ = true;
  if (ComputeThread* const thread = ComputeThread::existing()) thread->drain(cancelled_);
}

}  // namespace facecls
