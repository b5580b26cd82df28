#include "networks/direct/team.h"

#include <ATen/Parallel.h>

#include <linux/futex.h>
#include <pthread.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <climits>
#include <system_error>
#include <thread>

namespace facecls::direct {

namespace {

constexpr char kThreadName[] = "facecls";  // for top and profilers

}  // namespace

void Count::wait_while(int seen) {
  sleepers_.fetch_add(1);
  // The system compares the value once more, so that no change before the sleep is missed.
  syscall(SYS_futex, &value, FUTEX_WAIT_PRIVATE, seen, nullptr, nullptr, 0);
  sleepers_.fetch_sub(1);
}

void Count::wake_all() {
  if (sleepers_.load() > 0) syscall(SYS_futex, &value, FUTEX_WAKE_PRIVATE, INT_MAX, nullptr, nullptr, 0);
}

Team& Team::instance() {
  static Team* const team = new Team(at::get_num_threads());
  return *team;
}

Team::Team(int threads) {
  try {
    for (; threads_ < threads; ++threads_) {
      std::thread helper([this] { help(); });
      pthread_setname_np(helper.native_handle(), kThreadName);
      helper.detach();
    }
  } catch (const std::system_error&) {
    // Such as a container's limit of processes: those that are there do the work.
  }
}

void Team::run(int count, c10::function_ref<void(int)> piece) {
  static Patience patience;
  piece_ = &piece;
  undone_.value = count;
  left_.value = count;
  left_.wake_all();
  while (take_one()) {
  }
  if (patience.finds([this] { return undone_.value == 0; })) return;
  for (int undone = undone_.value; undone > 0; undone = undone_.value) undone_.wait_while(undone);
}

bool Team::take_one() noexcept {
  int left = left_.value;
  do {
    if (left == 0) return false;
  } while (!left_.value.compare_exchange_weak(left, left - 1));
  (*piece_)(left - 1);
  if (--undone_.value == 0) undone_.wake_all();
  return true;
}

void Team::help() {
  Patience patience;
  for (;;) {
    while (take_one()) {
    }
    if (!patience.finds([this] { return left_.value > 0; })) left_.wait_while(0);
  }
}

}  // namespace facecls::direct
