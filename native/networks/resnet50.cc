#include "networks/resnet50.h"

#include "networks/head.h"

namespace facecls {

namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;
constexpr int64_t kExpansion = 4;  // of a bottleneck's output over its width

class Builder {
 public:
  Graph graph;

  /// Convolution without bias, padded to keep the size before its stride, and batch norm.
  NodeId unit(const std::string& conv, const std::string& norm, NodeId x, int64_t out, int64_t kernel,
              int64_t stride) {
    const int64_t in = channels(graph, x);
    const int64_t padding = kernel / 2;
    x = graph.add(
        conv, Conv2d{in, out, {kernel, kernel}, {stride, stride}, {padding, padding}, /*bias=*/false}, {x});
    return graph.add(norm, BatchNorm{out, kEpsilon, kMomentum}, {x});
  }

  NodeId bottleneck(const std::string& name, NodeId x, int64_t width, int64_t stride) {
    const int64_t out = width * kExpansion;
    NodeId y = unit(name + ".conv1", name + ".bn1", x, width, 1, 1);
    y = graph.add(name + ".relu1", Relu{}, {y});
    y = unit(name + ".conv2", name + ".bn2", y, width, 3, stride);
    y = graph.add(name + ".relu2", Relu{}, {y});
    y = unit(name + ".conv3", name + ".bn3", y, out, 1, 1);
    if (stride != 1 || channels(graph, x) != out) {
      x = unit(name + ".downsample.0", name + ".downsample.1", x, out, 1, stride);
    }
    y = graph.add(name + ".add", ScaledAdd{1.0}, {y, x});
    return graph.add(name + ".relu", Relu{}, {y});
  }

  NodeId layer(const std::string& name, NodeId x, int blocks, int64_t width, int64_t stride) {
    for (int i = 0; i < blocks; ++i) {
      x = bottleneck(name + "." + std::to_string(i), x, width, i == 0 ? stride : 1);
    }
    return x;
  }
};

}  // namespace

Graph resnet50(const HeadSpec& head) {
  Builder build;
  NodeId x = build.graph.add("input", Input{}, {});
  x = build.unit("conv1", "bn1", x, 64, 7, 2);
  x = build.graph.add("relu", Relu{}, {x});
  x = build.graph.add("maxpool", MaxPool2d{3, 2, 1}, {x});
  x = build.layer("layer1", x, 3, 64, 1);
  x = build.layer("layer2", x, 4, 128, 2);
  x = build.layer("layer3", x, 6, 256, 2);
  x = build.layer("layer4", x, 3, 512, 2);
  x = build.graph.add("avgpool", GlobalAveragePool{}, {x});
  add_head(build.graph, x, head, "dropout", "fc");
  build.graph.initialisation = Initialisation::fan_out_normal;
  return std::move(build.graph);
}

}  // namespace facecls
