#include "networks/head.h"

#include "coded_error.h"

namespace facecls {

namespace {

constexpr double kNegativeSlope = 0.01;             // PyTorch's default for LeakyReLU
constexpr double kEpsilon = 1e-5, kMomentum = 0.1;  // PyTorch's defaults for batch norms

Operation activation_of(const HeadSpec& head) {
  if (head.activation == Activation::relu) return Relu{};
  return LeakyRelu{kNegativeSlope};
}

/// The embedding of the ArcFace paper, where one is asked for: a linear layer and a batch norm.
void add_cosine_head(Graph& graph, NodeId x, const HeadSpec& head) {
  if (head.embedding) {
    x = graph.add("embedding.0", Linear{channels(graph, x), *head.embedding, /*bias=*/false}, {x});
    x = graph.embedding = graph.add("embedding.1", BatchNorm{*head.embedding, kEpsilon, kMomentum}, {x});
  }
  add_cosines(graph, x, head);
}

}  // namespace

void add_mlp_head(Graph& graph, NodeId features, const HeadSpec& head) {
  int64_t index = 0;
  const auto name = [&index] { return "head." + std::to_string(index++); };
  NodeId x = features;
  for (const int64_t width : head.hidden) {
    const int64_t in = channels(graph, x);
    x = graph.add(name(), Linear{in, width, /*bias=*/true}, {x});
    x = graph.add(name(), activation_of(head), {x});
    x = graph.add(name(), Dropout{head.dropout}, {x});
  }
  graph.embedding = x;
  const int64_t in = channels(graph, x);
  graph.add(name(), Linear{in, head.classes, /*bias=*/true}, {x});
}

void add_cosines(Graph& graph, NodeId features, const HeadSpec& head) {
  graph.add("logits", CosineLinear{channels(graph, features), head.classes, head.scale}, {features});
}

void add_head(Graph& graph, NodeId features, const HeadSpec& head, const std::string& dropout,
              const std::string& linear) {
  if (head.kind == HeadKind::embedding)
    throw CodedError("NETWORK", "Only InceptionResnetV1 has an embedding head of its own");
  graph.begin_head();
  if (head.kind == HeadKind::mlp) return add_mlp_head(graph, features, head);
  graph.embedding = features;
  const NodeId x = graph.add(dropout, Dropout{head.dropout}, {features});
  if (head.kind == HeadKind::cosine) return add_cosine_head(graph, x, head);
  graph.add(linear, Linear{channels(graph, features), head.classes, /*bias=*/true}, {x});
}

}  // namespace facecls
