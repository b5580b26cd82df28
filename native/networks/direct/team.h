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
        turns_ = turns_ * 2 < kMost ? turns_ * 2 : kMost;
        return true;
      }
      __builtin_ia32_pause();
    }
    turns_ = turns_ / 2 > kLeast ? turns_ / 2 : kLeast;
    return false;
  }

 private:
  static constexpr int kLeast = 64;   // some 2 µs
  static constexpr int kMost = 4096;  // some 0.1 ms, a little more than what lies between two convolutions
  int turns_ = kMost;
};

class Team {
 public:
  /// As many threads as LibTorch has, the caller's included; made at first use and never ended. Only the
  /// compute thread calls it.
  static Team& instance();

  int threads() const { return threads_; }

  /// Runs piece(0) to piece(count - 1), each once, and returns when all are done. A piece must not throw.
  void run(int count, c10::function_ref<void(int)> piece);

 private:
  explicit Team(int threads);
  bool take_one();
  void help();

  const int threads_;
  const c10::function_ref<void(int)>* piece_ = nullptr;
  // Who has taken a piece off may read piece_, which stays until all pieces are done.
  std::atomic<int> left_{0};    // not taken yet
  std::atomic<int> undone_{0};  // not done yet
};

}  // namespace facecls::direct
