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

enum class HeadKind { classifier, mlp, cosine, embedding };
enum class Activation { leaky_relu, relu };

struct HeadSpec {
  HeadKind kind;
  int64_t classes;              // logits; 0 for an embedding
  std::vector<int64_t> hidden;  // mlp only
  Activation activation;        // mlp only
  double dropout;
  double scale;                      // cosine only
  std::optional<int64_t> embedding;  // cosine only: features of a layer below; none: there is none
};

struct NetworkSpec {
  std::string architecture;
  HeadSpec head;
};

/// What a network computes in. Its parameters are float32, in bfloat16 too, or float64.
enum class Precision { float32, bfloat16, float64 };

struct ModelSpec {
  NetworkSpec network;
  Normalisation normalisation;
  Precision precision;
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

enum class MarginKind { angle, cosine };

/// What a training takes from the target: it needs a cosine head.
struct MarginSpec {
  MarginKind kind;
  double margin;  // angle: radians
};

struct LossSpec {
  double label_smoothing;
  std::vector<double> class_weights;  // by class; empty: all 1
  std::optional<MarginSpec> margin;   // in training alone
};

struct StageGroup {
  std::vector<std::string> layers;
  double rate_factor;  // of the step's learning rate
};

struct StageSpec {
  std::vector<StageGroup> groups;  // what learns
  bool frozen_batch_norm_uses_batch;
  int64_t image_size, batch_size;  // that the frozen prefix is packed for and checked at
};

/// How the part of the network below everything that learns is run.
enum class Prefix { none, folded, plain };

struct StageResult {
  int64_t trainable_parameters;
  Prefix prefix;
  std::string reason;  // why the prefix runs plain; else empty
};

struct StepResult {
  double loss;    // mean over the samples, by their class weights
  double weight;  // sum of the samples' class weights
  int64_t correct;
  int64_t count;
  std::optional<double> gradient_norm;  // before clipping, where gradients are clipped
};

/// One value for each sample.
struct EvaluateResult {
  std::vector<double> loss;             // by its class weight
  double weight;                        // sum of the samples' class weights
  std::vector<int64_t> rank;            // of its label by falling logits, from 0
  std::vector<int64_t> predicted;       // the label of the highest logit
  std::vector<double> probability;      // of its label
  std::vector<double> top_probability;  // of the predicted label
};

/// A tensor as it travels: row-major little-endian bytes.
struct StateTensor {
  std::string name;
  std::vector<int64_t> shape;
  std::string dtype;
  std::vector<uint8_t> data;
};

}  // namespace facecls
