// The jobs that cross the border, as plain structs. They mirror lib/native/addon.ts key by key and hold no
// defaults: every value was decided in TypeScript and checked again where the border read it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "images/augmentation.h"
#include "images/warp.h"

namespace facecls {

enum class HeadKind { classifier, mlp };
enum class Activation { leaky_relu, relu };

struct HeadSpec {
  HeadKind kind;
  int64_t classes;
  std::vector<int64_t> hidden;  // mlp only
  Activation activation;        // mlp only
  double dropout;
};

struct NetworkSpec {
  std::string architecture;
  HeadSpec head;
};

enum class DType { float32, float64 };

struct ModelSpec {
  NetworkSpec network;
  Normalisation normalisation;
  DType dtype;
  std::string device;
  uint64_t seed;
};

enum class OptimizerKind { adam, adamw, sgd };

struct OptimizerSpec {
  OptimizerKind kind;
  double beta1, beta2, epsilon;  // adam and adamw
  double momentum;               // sgd
  bool nesterov;                 // sgd
  double weight_decay;
};

struct LossSpec {
  double label_smoothing;
};

struct StageSpec {
  std::vector<std::string> trainable;  // layer names
  bool frozen_batch_norm_uses_batch;
};

struct StepResult {
  double loss;
  int64_t correct;
  int64_t count;
};

struct EvaluateResult {
  double loss_sum;
  int64_t correct;
  int64_t correct_top5;
  int64_t count;
};

/// A tensor as it travels: row-major little-endian bytes.
struct StateTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype;
  std::vector<uint8_t> data;
};

}  // namespace facecls
