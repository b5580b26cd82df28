#include "border/compute_thread.h"

#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <ATen/ops/conv2d.h>
#include <ATen/ops/zeros.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <thread>

#include "memory/block_cache.h"

namespace facecls {

namespace {

std::atomic<ComputeThread*> the_thread{nullptr};

/// After which memory goes back to the system: to fetch it again takes a batch some milliseconds.
constexpr std::chrono::seconds kIdle{2};

/// Answers that go before other work that waits, in a row: where predictors are busy without a pause, models must
/// still be measured and freed, and a training must still come to its end.
constexpr int kAnswersInARow = 8;

/// Stops the queue at the process's end, before LibTorch's static destructors run: exit() takes both in the
/// reverse order of their registration. oneDNN makes its primitive cache at its first convolution, so one is
/// run before.
void stop_at_exit() {
  at::NoGradGuard no_gradient;
  at::conv2d(at::zeros({2, 8, 8, 8}), at::zeros({8, 8, 3, 3}));
  std::atexit([] { ComputeThread::instance().stop(); });
}

/// Holds a GPU to what float32 and a seed mean on the processor.
void bind_cudnn() {
  at::Context& context = at::globalContext();
  // TF32, the default, rounds what float32 convolutions multiply to 11 bits. bfloat16 is there for speed.
  context.setFloat32Precision(at::Float32Backend::CUDA, at::Float32Op::CONV, at::Float32Precision::IEEE);
  // Some of its gradients are sums in an order that changes from run to run.
  context.setDeterministicCuDNN(true);
}

}  // namespace

ComputeThread& ComputeThread::instance() {
  static ComputeThread* const thread = [] {
    auto* const created = new ComputeThread();  // leaked on purpose
    the_thread = created;
    std::atexit([] { ComputeThread::instance().stop(); });  // for an end while the thread starts
    std::thread([created] { created->loop(); }).detach();
    return created;
  }();
  return *thread;
}

ComputeThread* ComputeThread::existing() { return the_thread; }

void ComputeThread::submit(Priority priority, Job job) {
  {
    const std::lock_guard lock(mutex_);
    (priority == Priority::inference ? inference_ : training_).push_back(std::move(job));
  }
  wake_.notify_one();
}

void ComputeThread::drain(const CancelFlag& flag) {
  const auto dropped = std::make_shared<std::deque<Job>>();
  std::unique_lock lock(mutex_);
  for (std::deque<Job>* queue : {&inference_, &training_}) {
    const auto kept = std::stable_partition(queue->begin(), queue->end(),
                                            [&flag](const Job& job) { return job.cancelled != flag; });
    std::move(kept, queue->end(), std::back_inserter(*dropped));
    queue->erase(kept, queue->end());
  }
  idle_.wait(lock, [&] { return running_ != flag; });
  if (dropped->empty()) return;
  training_.push_back({nullptr, [dropped] { dropped->clear(); }});
  wake_.notify_one();
}

void ComputeThread::stop() {
  stopping_ = true;
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return threads_ > 0 && !busy_; });
}

void ComputeThread::checkpoint(const CancelFlag& flag) const {
  if (stopping_ || *flag) throw Cancelled{};
}

int ComputeThread::threads() {
  std::unique_lock lock(mutex_);
  idle_.wait(lock, [this] { return threads_ > 0; });
  return threads_;
}

ComputeThread::Job ComputeThread::take() {
  std::unique_lock lock(mutex_);
  running_ = nullptr;
  busy_ = false;
  idle_.notify_all();
  const auto has_work = [this] { return !stopping_ && !(inference_.empty() && training_.empty()); };
  if (!wake_.wait_for(lock, kIdle, has_work)) {
    lock.unlock();
    release_kept_blocks();
    lock.lock();
    wake_.wait(lock, has_work);
  }
  const bool answers = !inference_.empty() && (training_.empty() || in_a_row_ < kAnswersInARow);
  in_a_row_ = answers && !training_.empty() ? in_a_row_ + 1 : 0;
  std::deque<Job>& queue = answers ? inference_ : training_;
  Job job = std::move(queue.front());
  queue.pop_front();
  running_ = job.cancelled;
  busy_ = true;
  return job;
}

void ComputeThread::loop() {
  install_block_cache();
  // Both settings are per thread and inherited by the OpenMP threads that this one starts.
  at::globalContext().setFlushDenormal(true);
  at::init_num_threads();
  bind_cudnn();
  stop_at_exit();
  {
    const std::lock_guard lock(mutex_);
    threads_ = at::get_num_threads();
  }
  idle_.notify_all();
  for (;;) take().run();
}

}  // namespace facecls
