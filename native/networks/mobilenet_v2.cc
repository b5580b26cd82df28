#include "networks/mobilenet_v2.h"

#include "networks/head.h"

namespace facecls {

namespace {

constexpr double kEpsilon = 1e-5;
constexpr double kMomentum = 0.1;

struct Setting {
  int64_t expansion, channels;
  int blocks;
  int64_t stride;
};

// Table 2 of the paper.
constexpr Setting kSettings[] = {{1, 16, 1, 1}, {6, 24, 2, 2},  {6, 32, 3, 2}, {6, 64, 4, 2},
                                 {6, 96, 3, 1}, {6, 160, 3, 2}, {6, 320, 1, 1}};

class Builder {
 public:
  Graph graph;

  NodeId convolution(const std::string& conv, const std::string& norm, NodeId x, int64_t out,
                     int64_t kernel = 1, int64_t stride = 1, int64_t groups = 1) {
    const int64_t in = channels(graph, x);
    const int64_t padding = kernel / 2;
    x = graph.add(
        conv, Conv2d{in, out, {kernel, kernel}, {stride, stride}, {padding, padding}, /*bias=*/false, groups},
        {x});
    return graph.add(norm, BatchNorm{out, kEpsilon, kMomentum}, {x});
  }

  /// Convolution, batch norm and ReLU6: <name>.0, .1 and .2.
  NodeId unit(const std::string& name, NodeId x, int64_t out, int64_t kernel = 1, int64_t stride = 1,
              int64_t groups = 1) {
    x = convolution(name + ".0", name + ".1", x, out, kernel, stride, groups);
    return graph.add(name + ".2", Relu6{}, {x});
  }

  /// Expands, filters each channel, projects back; adds its input where both have one shape.
  NodeId inverted_residual(const std::string& name, NodeId x, const Setting& setting, int64_t stride) {
    const int64_t in = channels(graph, x);
    const int64_t hidden = in * setting.expansion;
    int part = 0;
    const auto next = [&] { return name + ".conv." + std::to_string(part++); };
    NodeId y = x;
    if (setting.expansion != 1) y = unit(next(), y, hidden);
    y = unit(next(), y, hidden, 3, stride, /*groups=*/hidden);
    const std::string projection = next();
    y = convolution(projection, next(), y, setting.channels);
    const bool residual = stride == 1 && in == setting.channels;
    return residual ? graph.add(name + ".add", ScaledAdd{1.0}, {y, x}) : y;
  }
};

}  // namespace

Graph mobilenet_v2(const HeadSpec& head) {
  Builder build;
  NodeId x = build.unit("features.0", build.graph.add("input", Input{}, {}), 32, 3, 2);
  int index = 1;
  for (const Setting& setting : kSettings) {
    for (int block = 0; block < setting.blocks; ++block) {
      const std::string name = "features." + std::to_string(index++);
      x = build.inverted_residual(name, x, setting, block == 0 ? setting.stride : 1);
    }
  }
  x = build.unit("features.18", x, 1280);
  x = build.graph.add("avgpool", GlobalAveragePool{}, {x});
  add_head(build.graph, x, head, "classifier.0", "classifier.1");
  build.graph.initialisation = Initialisation::mobilenet;
  return std::move(build.graph);
}

}  // namespace facecls
