#include "networks/direct/team.h"

#include <ATen/Parallel.h>

#include <thread>

namespace facecls::direct {

Team& Team::instance() {
  static Team* const team = new Team(at::get_num_threads());
  return *team;
}

Team::Team(int threads) : threads_(threads) {
  for (int i = 1; i < threads; ++i) std::thread([this] { help(); }).detach();
}

void Team::run(int count, c10::function_ref<void(int)> piece) {
  static Patience patience;
  piece_ = &piece;
  undone_.store(count, std::memory_order_relaxed);
  left_.store(count, std::memory_order_release);
  left_.notify_all();
  while (take_one()) {
  }
  const auto all_done = [this] { return undone_.load(std::memory_order_acquire) == 0; };
  if (patience.finds(all_done)) return;
  for (int undone = undone_.load(); undone > 0; undone = undone_.load()) undone_.wait(undone);
}

bool Team::take_one() {
  int left = left_.load(std::memory_order_relaxed);
  do {
    if (left == 0) return false;
  } while (!left_.compare_exchange_weak(left, left - 1, std::memory_order_acq_rel));
  (*piece_)(left - 1);
  if (undone_.fetch_sub(1, std::memory_order_acq_rel) == 1) undone_.notify_one();
  return true;
}

void Team::help() {
  Patience patience;
  const auto any_left = [this] { return left_.load(std::memory_order_relaxed) > 0; };
  for (;;) {
    while (take_one()) {
    }
    if (!patience.finds(any_left)) left_.wait(0);
  }
}

}  // namespace facecls::direct
