#include "memory/block_cache.h"

#include <c10/core/Allocator.h>
#include <c10/core/CPUAllocator.h>
#include <c10/core/impl/alloc_cpu.h>
#include <sys/mman.h>

#include <algorithm>
#include <bit>
#include <cstdint>
#include <cstring>
#include <map>
#include <mutex>
#include <new>
#include <vector>

namespace facecls {

namespace {

constexpr size_t kHeader = 64;            // holds the block's size; what follows stays aligned for AVX-512
constexpr size_t kLeastKept = 64 * 1024;  // bytes: malloc is quick with less
constexpr size_t kHugePage = 2 << 20;
constexpr size_t kLeastHuge = 2 * kHugePage;
constexpr size_t kSpare = 64 << 20;  // bytes that may be kept beyond the share below
constexpr size_t kPeakEighths = 12;  // used and kept together: of the most that ever was in use

/// Blocks are as large as one of eight sizes in each power of two: at most an eighth of one is unused.
size_t rounded(size_t bytes) {
  const size_t step = std::bit_floor(bytes) / 8;
  return (bytes + step - 1) / step * step;
}

/// Large blocks are walked from end to end: with small pages MobileNetV2 spends a tenth on looking them up.
void ask_for_huge_pages(void* block, size_t size) {
  const auto begin = reinterpret_cast<uintptr_t>(block);
  const uintptr_t first = (begin + kHugePage - 1) / kHugePage * kHugePage;
  const uintptr_t end = (begin + size) / kHugePage * kHugePage;
  madvise(reinterpret_cast<void*>(first), end - first, MADV_HUGEPAGE);  // a wish: a refusal costs nothing
}

class BlockCache final : public c10::Allocator {
 public:
  c10::DataPtr allocate(size_t bytes) override {
    void* const data = bytes == 0 ? nullptr : take(bytes);
    return {data, data, &give_back, c10::Device(c10::DeviceType::CPU)};
  }

  c10::DeleterFnPtr raw_deleter() const override { return &give_back; }

  void copy_data(void* to, const void* from, size_t bytes) const override {
    default_copy_data(to, from, bytes);
  }

  void release() {
    std::map<size_t, std::vector<void*>> released;
    {
      const std::lock_guard lock(mutex_);
      released.swap(kept_);
      kept_bytes_ = 0;
      peak_bytes_ = used_bytes_;
    }
    for (const auto& [size, blocks] : released) {
      for (void* const block : blocks) c10::free_cpu(block);
    }
  }

  /// Never destroyed: tensors of static variables outlive it otherwise.
  static BlockCache& instance() {
    static auto* const cache = new BlockCache();
    return *cache;
  }

 private:
  void* take(size_t bytes) {
    size_t size = bytes < kLeastKept ? bytes + kHeader : rounded(bytes + kHeader);
    void* block = size < kLeastKept ? nullptr : reused(size);
    if (block == nullptr) block = fresh(size);
    std::memcpy(block, &size, sizeof(size));
    return static_cast<char*>(block) + kHeader;
  }

  /// The least kept block of this size or up to twice it, whose size it then is.
  void* reused(size_t& size) {
    const std::lock_guard lock(mutex_);
    const auto found = kept_.lower_bound(size);
    if (found == kept_.end() || found->first > 2 * size) return nullptr;
    size = found->first;
    void* const block = found->second.back();
    found->second.pop_back();
    if (found->second.empty()) kept_.erase(found);
    kept_bytes_ -= size;
    count(size);
    return block;
  }

  void* fresh(size_t size) {
    void* block = nullptr;
    try {
      block = c10::alloc_cpu(size);
    } catch (const c10::Error&) {
      release();  // Blocks of other sizes may be what is missing.
      block = c10::alloc_cpu(size);
    }
    if (size >= kLeastHuge) ask_for_huge_pages(block, size);
    if (size >= kLeastKept) {
      const std::lock_guard lock(mutex_);
      count(size);
    }
    return block;
  }

  void count(size_t size) {
    used_bytes_ += size;
    peak_bytes_ = std::max(peak_bytes_, used_bytes_);
  }

  bool keep(void* block, size_t size) {
    if (size < kLeastKept) return false;
    const std::lock_guard lock(mutex_);
    used_bytes_ -= size;
    if (used_bytes_ + kept_bytes_ + size > peak_bytes_ / 8 * kPeakEighths + kSpare) return false;
    kept_[size].push_back(block);
    kept_bytes_ += size;
    return true;
  }

  static void give_back(void* data) {
    if (data == nullptr) return;
    void* const block = static_cast<char*>(data) - kHeader;
    size_t size = 0;
    std::memcpy(&size, block, sizeof(size));
    if (!instance().keep(block, size)) c10::free_cpu(block);
  }

  std::mutex mutex_;
  std::map<size_t, std::vector<void*>> kept_;  // by size
  size_t used_bytes_ = 0, kept_bytes_ = 0, peak_bytes_ = 0;
};

}  // namespace

void install_block_cache() { c10::SetCPUAllocator(&BlockCache::instance(), /*priority=*/1); }

void release_kept_blocks() { BlockCache::instance().release(); }

}  // namespace facecls
