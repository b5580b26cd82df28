#include "networks/inception_resnet_v1.h"

#include "coded_error.h"
#include "networks/head.h"

namespace facecls {

namespace {

constexpr double kEpsilon = 0.001;
constexpr double kMomentum = 0.1;

class Builder {
 public:
  Graph graph;

  /// Convolution without bias, batch norm and ReLU: the reference's BasicConv2d.
  NodeId unit(const std::string& name, NodeId x, int64_t out, Pair kernel, Pair stride = {1, 1},
              Pair padding = {0, 0}) {
    const int64_t in = channels(graph, x);
    x = graph.add(name + ".conv", Conv2d{in, out, kernel, stride, padding, /*bias=*/false}, {x});
    x = graph.add(name + ".bn", BatchNorm{out, kEpsilon, kMomentum}, {x});
    return graph.add(name + ".relu", Relu{}, {x});
  }

  /// Joins the branches, projects them back to the width of x and adds them, scaled, to x.
  NodeId residual(const std::string& name, NodeId x, std::vector<NodeId> branches, double scale,
                  bool relu = true) {
    const int64_t width = channels(graph, x);
    NodeId y = graph.add(name + ".concatenate", Concatenate{}, std::move(branches));
    const int64_t in = channels(graph, y);
    y = graph.add(name + ".conv2d", Conv2d{in, width, {1, 1}, {1, 1}, {0, 0}, /*bias=*/true}, {y});
    y = graph.add(name + ".add", ScaledAdd{scale}, {y, x});
    return relu ? graph.add(name + ".relu", Relu{}, {y}) : y;
  }

  NodeId block35(const std::string& name, NodeId x) {
    const NodeId b0 = unit(name + ".branch0", x, 32, {1, 1});
    NodeId b1 = unit(name + ".branch1.0", x, 32, {1, 1});
    b1 = unit(name + ".branch1.1", b1, 32, {3, 3}, {1, 1}, {1, 1});
    NodeId b2 = unit(name + ".branch2.0", x, 32, {1, 1});
    b2 = unit(name + ".branch2.1", b2, 32, {3, 3}, {1, 1}, {1, 1});
    b2 = unit(name + ".branch2.2", b2, 32, {3, 3}, {1, 1}, {1, 1});
    return residual(name, x, {b0, b1, b2}, 0.17);
  }

  NodeId block17(const std::string& name, NodeId x) {
    const NodeId b0 = unit(name + ".branch0", x, 128, {1, 1});
    NodeId b1 = unit(name + ".branch1.0", x, 128, {1, 1});
    b1 = unit(name + ".branch1.1", b1, 128, {1, 7}, {1, 1}, {0, 3});
    b1 = unit(name + ".branch1.2", b1, 128, {7, 1}, {1, 1}, {3, 0});
    return residual(name, x, {b0, b1}, 0.10);
  }

  NodeId block8(const std::string& name, NodeId x, double scale, bool relu) {
    const NodeId b0 = unit(name + ".branch0", x, 192, {1, 1});
    NodeId b1 = unit(name + ".branch1.0", x, 192, {1, 1});
    b1 = unit(name + ".branch1.1", b1, 192, {1, 3}, {1, 1}, {0, 1});
    b1 = unit(name + ".branch1.2", b1, 192, {3, 1}, {1, 1}, {1, 0});
    return residual(name, x, {b0, b1}, scale, relu);
  }

  NodeId mixed_6a(NodeId x) {
    const std::string name = "mixed_6a";
    const NodeId b0 = unit(name + ".branch0", x, 384, {3, 3}, {2, 2});
    NodeId b1 = unit(name + ".branch1.0", x, 192, {1, 1});
    b1 = unit(name + ".branch1.1", b1, 192, {3, 3}, {1, 1}, {1, 1});
    b1 = unit(name + ".branch1.2", b1, 256, {3, 3}, {2, 2});
    const NodeId b2 = graph.add(name + ".branch2", MaxPool2d{3, 2, 0}, {x});
    return graph.add(name + ".concatenate", Concatenate{}, {b0, b1, b2});
  }

  NodeId mixed_7a(NodeId x) {
    const std::string name = "mixed_7a";
    NodeId b0 = unit(name + ".branch0.0", x, 256, {1, 1});
    b0 = unit(name + ".branch0.1", b0, 384, {3, 3}, {2, 2});
    NodeId b1 = unit(name + ".branch1.0", x, 256, {1, 1});
    b1 = unit(name + ".branch1.1", b1, 256, {3, 3}, {2, 2});
    NodeId b2 = unit(name + ".branch2.0", x, 256, {1, 1});
    b2 = unit(name + ".branch2.1", b2, 256, {3, 3}, {1, 1}, {1, 1});
    b2 = unit(name + ".branch2.2", b2, 256, {3, 3}, {2, 2});
    const NodeId b3 = graph.add(name + ".branch3", MaxPool2d{3, 2, 0}, {x});
    return graph.add(name + ".concatenate", Concatenate{}, {b0, b1, b2, b3});
  }

  NodeId stem(NodeId x) {
    x = unit("conv2d_1a", x, 32, {3, 3}, {2, 2});
    x = unit("conv2d_2a", x, 32, {3, 3});
    x = unit("conv2d_2b", x, 64, {3, 3}, {1, 1}, {1, 1});
    x = graph.add("maxpool_3a", MaxPool2d{3, 2, 0}, {x});
    x = unit("conv2d_3b", x, 80, {1, 1});
    x = unit("conv2d_4a", x, 192, {3, 3});
    return unit("conv2d_4b", x, 256, {3, 3}, {2, 2});
  }
};

/// The reference's own head: dropout and a 512-d embedding with batch norm; then, to classify, the logits.
void own_head(Graph& graph, NodeId features, const HeadSpec& head) {
  if (head.embedding)
    throw CodedError("NETWORK", "InceptionResnetV1 has an embedding of its own and takes no other");
  NodeId x = graph.add("dropout", Dropout{head.dropout}, {features});
  x = graph.add("last_linear", Linear{1792, 512, /*bias=*/false}, {x});
  graph.embedding = graph.add("last_bn", BatchNorm{512, kEpsilon, kMomentum}, {x});
  if (head.kind == HeadKind::embedding) return;
  if (head.kind == HeadKind::cosine) return add_cosines(graph, graph.embedding, head);
  graph.add("logits", Linear{512, head.classes, /*bias=*/true}, {graph.embedding});
}

}  // namespace

Graph inception_resnet_v1(const HeadSpec& head) {
  Builder build;
  NodeId x = build.stem(build.graph.add("input", Input{}, {}));
  for (int i = 0; i < 5; ++i) x = build.block35("repeat_1." + std::to_string(i), x);
  x = build.mixed_6a(x);
  for (int i = 0; i < 10; ++i) x = build.block17("repeat_2." + std::to_string(i), x);
  x = build.mixed_7a(x);
  for (int i = 0; i < 5; ++i) x = build.block8("repeat_3." + std::to_string(i), x, 0.20, /*relu=*/true);
  x = build.block8("block8", x, 1.0, /*relu=*/false);
  x = build.graph.add("avgpool_1a", GlobalAveragePool{}, {x});

  build.graph.begin_head();
  if (head.kind == HeadKind::mlp) {
    add_mlp_head(build.graph, x, head);
  } else {
    own_head(build.graph, x, head);
  }
  return std::move(build.graph);
}

}  // namespace facecls
