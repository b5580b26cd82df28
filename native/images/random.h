// A counter-based random generator: every number is a function of its place, so that it is the same in any
// batch, on any thread and after any resume.
#pragma once

#include <array>
#include <cstdint>

namespace facecls {

/// One block of Philox4x32-10. Source: Salmon et al., "Parallel Random Numbers: As Easy as 1, 2, 3" (SC'11).
std::array<uint32_t, 4> philox(uint64_t key, std::array<uint32_t, 4> counter);

/// A seed of its own for the place (stream, step) of a run; streams are below 2^31.
uint64_t mix_seed(uint64_t seed, uint32_t stream, uint64_t step);

/// One stream an operation; a number never changes its meaning, or old runs could not be repeated.
enum class Stream : uint8_t {
  flip = 0,
  rotation = 1,
  brightness = 2,
  contrast = 3,
  colour_order = 4,  // of brightness and contrast
  crop = 5,
  saturation = 6,  // the factor, then its place among the three
  erasing = 7,
  erasing_noise = 8,
  mixing = 9  // of a batch: its place is (step, number of the batch), not (epoch, sample)
};

/// What one operation draws for one sample in one epoch. Operations have streams of their own, so that one
/// switched off changes no other's draws. Samples are below 2^47; a sequence repeats after 512 numbers.
class RandomSequence {
 public:
  RandomSequence(uint64_t seed, uint64_t epoch, uint64_t sample, Stream stream);

  /// In [0, 1), a multiple of 2^-53.
  double uniform();
  /// In [low, high].
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// From the standard normal distribution.
  double normal();
  /// In [0, count), for a count of at most 2^53.
  int64_t integer(int64_t count) { return static_cast<int64_t>(uniform() * static_cast<double>(count)); }

 private:
  uint64_t key_;
  // The sample's upper 16 bits, the stream and the block's number; the sample's lower bits; the epoch, low
  // and high.
  std::array<uint32_t, 4> counter_;
  std::array<uint32_t, 4> block_{};
  bool half_used_ = false;  // a block makes two doubles
};

}  // namespace facecls
