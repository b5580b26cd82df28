// Threads that take the pieces of a convolution one by one, so that one which the system stops for a while
// keeps the others from nothing but its piece. OpenMP's would wait for each other always in one way: by
// spinning, which costs a third of the time beside a busy process, or by sleeping, which costs a tenth on a
// quiet machine.
#pragma once

#include <c10/util/FunctionRef.h>

#include <atomic>
#include <cstdint>

namespace facecls::direct {

/// How long to look for something before sleeping: as long as that has found it lately.
class Patience {
 public:
  template <typename Found>
  bool finds(const Found& found) {
    for (int turn = 0; turn < turns_; ++turn) {
      if (found()) {
        turns_ += turns_ / 4 < kMost - turns_ ? turns_ / 4 : kMost - turns_;
        return true;
      }
      __builtin_ia32_pause();
    }
    turns_ = kLeast;
    return false;
  }

 private:
  static constexpr int kLeast = 64;   // some 2 µs
  static constexpr int kMost = 4096;  // some 0.1 ms, a little more than what lies between two convolutions
  int turns_ = kMost;
};

/// A number whose changes a sleeping thread can be woken for. That of the standard library gives its turn
/// away before it sleeps, which beside a busy process costs more than the sleep.
class Count {
 public:
  std::atomic<int> value{0};

  /// Sleeps while the value is this one; may return early.
  void wait_while(int seen);
  /// Call it after a change of the value.
  void wake_all();

 private:
  std::atomic<int> sleepers_{0};
};

class Team {
 public:
  /// As many threads as LibTorch has, the caller's included; fewer where the system gives no more. Made at
  /// first use and never ended. Only the compute thread calls it.
  static Team& instance();

  int threads() const { return threads_; }

  /// Runs piece(0) to piece(count - 1), each once, and returns when all are done. A piece must not throw.
  void run(int count, c10::function_ref<void(int)> piece);

 private:
  explicit Team(int threads);
  bool take_one() noexcept;
  void help();

  int threads_ = 1;
  const c10::function_ref<void(int)>* piece_ = nullptr;
  // Who has taken a piece off may read piece_, which stays until all pieces are done.
  Count left_;    // not taken yet
  Count undone_;  // not done yet
};

}  // namespace facecls::direct
