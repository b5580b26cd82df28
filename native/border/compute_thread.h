// The one long-lived thread of the process that runs LibTorch, shared by all environments. It is never
// destroyed: its OpenMP threads and oneDNN caches outlive every environment, and LibTorch's static
// destructors must not race it.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace facecls {

/// Shared by the jobs of one environment; set when that environment ends.
using CancelFlag = std::shared_ptr<std::atomic<bool>>;

/// Thrown by a job's checkpoint when its environment or the process ends.
struct Cancelled {};

/// Waiting inference goes first, between two training steps; a few times in a row at most, so that what else waits
/// gets its turn. What an opening waits for is inference too.
enum class Priority { inference, training };

class ComputeThread {
 public:
  struct Job {
    CancelFlag cancelled;       // none: the job belongs to no environment and is never dropped
    std::function<void()> run;  // never throws
  };

  /// Starts the thread at its first call.
  static ComputeThread& instance();

  /// Null before the first call of instance(): what ends must not start it.
  static ComputeThread* existing();

  void submit(Priority priority, Job job);

  /// Drops the queued jobs of one environment, whose flag must be set, and waits until none of its jobs runs.
  /// What the dropped jobs held is destroyed on the compute thread.
  void drain(const CancelFlag& flag);

  /// Takes no job from here on and waits for the running one, which its checkpoints cut short. For the
  /// process's end.
  void stop();

  /// Throws Cancelled when the job should end early. Called on the compute thread.
  void checkpoint(const CancelFlag& flag) const;

  /// Threads that LibTorch computes with; known once the thread has started.
  int threads();

 private:
  ComputeThread() = default;
  void loop();
  Job take();

  std::mutex mutex_;
  std::condition_variable wake_, idle_;
  std::deque<Job> inference_, training_;
  CancelFlag running_;  // of the running job
  bool busy_ = false;
  int in_a_row_ = 0;  // jobs of inference while others waited
  std::atomic<bool> stopping_{false};
  int threads_ = 0;
};

}  // namespace facecls
