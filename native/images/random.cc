#include "images/random.h"

#include <cmath>
#include <numbers>

namespace facecls {

namespace {

constexpr uint32_t low(uint64_t value) { return static_cast<uint32_t>(value); }
constexpr uint32_t high(uint64_t value) { return static_cast<uint32_t>(value >> 32); }

}  // namespace

std::array<uint32_t, 4> philox(uint64_t key, std::array<uint32_t, 4> counter) {
  constexpr uint64_t kMultiplier0 = 0xD2511F53, kMultiplier1 = 0xCD9E8D57;
  constexpr uint32_t kWeyl0 = 0x9E3779B9, kWeyl1 = 0xBB67AE85;
  uint32_t key0 = low(key), key1 = high(key);
  for (int round = 0; round < 10; ++round) {
    const uint64_t product0 = kMultiplier0 * counter[0], product1 = kMultiplier1 * counter[2];
    counter = {high(product1) ^ counter[1] ^ key0, low(product1), high(product0) ^ counter[3] ^ key1,
               low(product0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return counter;
}

uint64_t mix_seed(uint64_t seed, uint32_t stream, uint64_t step) {
  constexpr uint32_t kNoSample = 0x80000000u;  // A bit that no sample's counter has.
  const auto block = philox(seed, {kNoSample | stream, 0, low(step), high(step)});
  return uint64_t{block[1]} << 32 | block[0];
}

RandomSequence::RandomSequence(uint64_t seed, uint64_t epoch, uint64_t sample, Stream stream)
    : key_(seed),
      counter_{high(sample) << 16 | static_cast<uint32_t>(stream) << 8, low(sample), low(epoch),
               high(epoch)} {}

double RandomSequence::uniform() {
  if (!half_used_) {
    block_ = philox(key_, counter_);
    counter_[0] = (counter_[0] & ~0xFFu) | ((counter_[0] + 1) & 0xFFu);
  }
  const uint64_t bits =
      half_used_ ? uint64_t{block_[3]} << 32 | block_[2] : uint64_t{block_[1]} << 32 | block_[0];
  half_used_ = !half_used_;
  return static_cast<double>(bits >> 11) * 0x1p-53;
}

double RandomSequence::normal() {
  // Box and Muller's transform, of whose two numbers one is enough here; 1 - u is never 0.
  const double radius = std::sqrt(-2 * std::log(1 - uniform()));
  return radius * std::cos(2 * std::numbers::pi * uniform());
}

}  // namespace facecls
