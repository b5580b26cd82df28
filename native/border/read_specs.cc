#include "border/read_specs.h"

#include <algorithm>
#include <cmath>

#include "border/read_augmentation.h"
#include "border/read_batch.h"

namespace facecls {

namespace {

constexpr double kSmallestScale = 1, kLargestScale = 1000;

HeadSpec read_head(ObjectReader reader) {
  HeadSpec head{};
  const HeadKind kinds[] = {HeadKind::classifier, HeadKind::mlp, HeadKind::cosine, HeadKind::embedding};
  head.kind = kinds[reader.choice("kind", {"classifier", "mlp", "cosine", "embedding"})];
  if (head.kind != HeadKind::embedding) head.classes = reader.integer("classes", 1, kLargestCount);
  head.dropout = reader.number("dropout", 0, 0.999);
  if (head.kind == HeadKind::mlp) {
    head.hidden = reader.integers("hidden", 1, kLargestCount);
    head.activation =
        reader.choice("activation", {"leaky_relu", "relu"}) == 0 ? Activation::leaky_relu : Activation::relu;
  }
  if (head.kind == HeadKind::cosine) {
    head.scale = reader.number("scale", kSmallestScale, kLargestScale);
    if (!reader.is_null("embedding")) head.embedding = reader.integer("embedding", 1, kLargestCount);
  }
  reader.finish();
  return head;
}

OptimizerSpec read_optimizer(ObjectReader reader) {
  OptimizerSpec spec{};
  const OptimizerKind kinds[] = {OptimizerKind::adam, OptimizerKind::adamw, OptimizerKind::sgd};
  spec.kind = kinds[reader.choice("kind", {"adam", "adamw", "sgd"})];
  spec.weight_decay = reader.number("weightDecay", 0, 1e6);
  if (spec.kind == OptimizerKind::sgd) {
    spec.momentum = reader.number("momentum", 0, 1);
    spec.nesterov = reader.boolean("nesterov");
  } else {
    spec.beta1 = reader.number("beta1", 0, 1);
    spec.beta2 = reader.number("beta2", 0, 1);
    spec.epsilon = reader.number("epsilon", 0, 1);
  }
  reader.finish();
  return spec;
}

// A class weight of 0 could leave a batch without any weight, and its mean without a meaning.
constexpr double kSmallestWeight = 1e-12;
constexpr double kLargestWeight = 1e12;
constexpr double kLargestAngle = 1.5, kLargestCosine = 1;  // radians; difference of cosines

LossSpec read_loss(ObjectReader reader) {
  const size_t kind = reader.choice("kind", {"cross_entropy", "arc_face", "cos_face"});
  LossSpec loss{reader.number("labelSmoothing", 0, 1), {}, std::nullopt};
  if (kind == 1) loss.margin = {MarginKind::angle, reader.number("margin", 0, kLargestAngle)};
  if (kind == 2) loss.margin = {MarginKind::cosine, reader.number("margin", 0, kLargestCosine)};
  if (!reader.is_null("classWeights"))
    loss.class_weights = reader.numbers("classWeights", kSmallestWeight, kLargestWeight);
  reader.finish();
  return loss;
}

Handle<ServedModel>::Lease read_model_handle(ObjectReader& reader) {
  const Napi::Value value = reader.value("model");
  if (!value.IsObject() ||
      !value.As<Napi::Object>().InstanceOf(Environment::of(reader.env()).model_class.Value())) {
    throw Napi::TypeError::New(reader.env(), "Expected a NativeModel for " + reader.path("model"));
  }
  return Napi::ObjectWrap<ModelObject>::Unwrap(value.As<Napi::Object>())->handle().lease();
}

Precision read_precision(ObjectReader& reader) {
  const Precision precisions[] = {Precision::float32, Precision::bfloat16, Precision::float64};
  return precisions[reader.choice("precision", {"float32", "bfloat16", "float64"})];
}

StageGroup read_stage_group(Napi::Value value, const std::string& path) {
  ObjectReader reader(value, path);
  StageGroup group{reader.strings("layers"), reader.number("rateFactor", 0, 1e6)};
  reader.finish();
  return group;
}

Trainer::LabelledBatch read_labelled_batch(Napi::Value value, const std::string& path) {
  ObjectReader reader(value, path);
  Trainer::LabelledBatch batch{read_batch(reader.object("batch")), reader.int32_array("labels")};
  reader.finish();
  return batch;
}

/// The elements of an array, each by `read(value, path)`.
template <typename Read>
auto read_each(ObjectReader& reader, const char* key, Read read) {
  const Napi::Value value = reader.value(key);
  if (!value.IsArray()) throw Napi::TypeError::New(reader.env(), "Expected an array for " + reader.path(key));
  const auto array = value.As<Napi::Array>();
  std::vector<decltype(read(value, std::string()))> result;
  for (uint32_t i = 0; i < array.Length(); ++i)
    result.push_back(read(array.Get(i), reader.path(key) + "[" + std::to_string(i) + "]"));
  return result;
}

}  // namespace

NetworkSpec read_network(Napi::Value value) {
  ObjectReader reader(value, "network");
  NetworkSpec network{reader.string("architecture"), read_head(reader.object("head"))};
  reader.finish();
  return network;
}

SummarySpec read_summary(Napi::Value value) {
  ObjectReader reader(value, "summary");
  SummarySpec spec{read_network(reader.value("network")), reader.integer("height", 1, kLargestSide),
                   reader.integer("width", 1, kLargestSide)};
  reader.finish();
  return spec;
}

ModelSpec read_model(Napi::Value value) {
  ObjectReader reader(value, "model");
  ModelSpec model{read_network(reader.value("network")), read_normalisation(reader.object("normalisation")),
                  read_precision(reader), reader.string("device"),
                  static_cast<uint64_t>(reader.integer("seed", 0, kLargestInteger))};
  reader.finish();
  return model;
}

TrainerSpec read_trainer(Napi::Value value) {
  ObjectReader reader(value, "trainer");
  TrainerSpec spec{read_model_handle(reader),
                   read_optimizer(reader.object("optimizer")),
                   read_loss(reader.object("loss")),
                   std::nullopt,
                   {},
                   std::nullopt,
                   std::nullopt,
                   static_cast<uint64_t>(reader.integer("seed", 0, kLargestInteger))};
  if (!reader.is_null("augmentation")) {
    const AugmentationSpec augmentation = read_augmentation(reader.object("augmentation"));
    spec.augmentation = augmentation.photographs;
    spec.mixing = augmentation.batches;
  }
  if (!reader.is_null("clipNorm"))
    spec.clip_norm = reader.number("clipNorm", kSmallestWeight, kLargestWeight);
  if (!reader.is_null("averageDecay")) spec.average_decay = reader.number("averageDecay", 0, 1);
  reader.finish();
  return spec;
}

StageSpec read_stage(Napi::Value value) {
  ObjectReader reader(value, "stage");
  StageSpec stage{read_each(reader, "groups", read_stage_group),
                  reader.choice("frozenBatchNorm", {"stored", "batch"}) == 1,
                  reader.integer("imageSize", 1, kLargestSide),
                  reader.integer("batchSize", 1, kLargestCount)};
  reader.finish();
  return stage;
}

Trainer::Step read_step(Napi::Value value) {
  ObjectReader reader(value, "step");
  Trainer::Step step{read_each(reader, "batches", read_labelled_batch),
                     static_cast<uint64_t>(reader.integer("epoch", 0, kLargestInteger)),
                     static_cast<uint64_t>(reader.integer("step", 0, kLargestInteger)),
                     reader.number("learningRate", 0, 1e6)};
  reader.finish();
  if (step.batches.empty())
    throw Napi::RangeError::New(value.Env(), "Expected at least one batch for step.batches");
  return step;
}

EngineSpec read_engine(Napi::Value value) {
  ObjectReader reader(value, "engine");
  const Precision precisions[] = {Precision::float32, Precision::bfloat16};
  EngineSpec spec{precisions[reader.choice("precision", {"float32", "bfloat16"})],
                  reader.integer("imageSize", 1, kLargestSide), reader.integer("maxBatch", 1, kLargestCount)};
  reader.finish();
  return spec;
}

ForwardSpec read_forward(Napi::Value value) {
  ObjectReader reader(value, "forward");
  ForwardSpec spec{read_batch(reader.object("batch")), reader.strings("outputs"), reader.boolean("flip")};
  reader.finish();
  if (spec.outputs.empty())
    throw Napi::TypeError::New(value.Env(), "Expected at least one name for forward.outputs");
  return spec;
}

EvaluateSpec read_evaluate(Napi::Value value) {
  ObjectReader reader(value, "evaluate");
  EvaluateSpec spec{read_batch(reader.object("batch")), reader.int32_array("labels"),
                    read_loss(reader.object("loss")), reader.boolean("flip")};
  reader.finish();
  return spec;
}

std::vector<StateTensor> read_state(Napi::Value value) {
  if (!value.IsArray()) throw Napi::TypeError::New(value.Env(), "Expected an array of tensors for state");
  const auto array = value.As<Napi::Array>();
  std::vector<StateTensor> state;
  for (uint32_t i = 0; i < array.Length(); ++i) {
    ObjectReader reader(array.Get(i), "state[" + std::to_string(i) + "]");
    StateTensor tensor{reader.string("name"), reader.integers("shape", 0, kLargestCount), "",
                       reader.bytes("data")};
    const std::vector<std::string> dtypes{"float32", "float64", "int64"};
    tensor.dtype = dtypes[reader.choice("dtype", dtypes)];
    reader.finish();
    state.push_back(std::move(tensor));
  }
  return state;
}

MakeBatchSpec read_make_batch(Napi::Value value) {
  ObjectReader reader(value, "batch");
  MakeBatchSpec spec{read_batch(reader.object("batch")),
                     std::nullopt,
                     read_normalisation(reader.object("normalisation")),
                     static_cast<uint64_t>(reader.integer("seed", 0, kLargestInteger)),
                     static_cast<uint64_t>(reader.integer("epoch", 0, kLargestInteger)),
                     std::nullopt,
                     reader.boolean("values")};
  if (!reader.is_null("device")) spec.device = reader.string("device");
  if (!reader.is_null("augmentation"))
    spec.augmentation = read_augmentation(reader.object("augmentation")).photographs;
  reader.finish();
  return spec;
}

}  // namespace facecls
