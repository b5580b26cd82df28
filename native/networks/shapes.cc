// What a photograph becomes on its way through a graph, in sizes alone.
#include "coded_error.h"
#include "networks/graph.h"

namespace facecls {

namespace {

using Shape = std::vector<int64_t>;

/// Pixels that a window of `kernel` leaves of `size`; 0 or less where it fits nowhere.
int64_t windows(int64_t size, int64_t kernel, int64_t stride, int64_t padding) {
  const int64_t room = size + 2 * padding - kernel;
  return room < 0 ? 0 : room / stride + 1;
}

struct ShapeOf {
  const std::vector<Shape>& inputs;
  const Shape& image;

  Shape operator()(const Input&) const { return image; }
  Shape operator()(const Conv2d& conv) const {
    const Shape& x = inputs[0];
    return {conv.out_channels, windows(x[1], conv.kernel[0], conv.stride[0], conv.padding[0]),
            windows(x[2], conv.kernel[1], conv.stride[1], conv.padding[1])};
  }
  Shape operator()(const MaxPool2d& pool) const {
    const Shape& x = inputs[0];
    return {x[0], windows(x[1], pool.kernel, pool.stride, pool.padding),
            windows(x[2], pool.kernel, pool.stride, pool.padding)};
  }
  Shape operator()(const GlobalAveragePool&) const { return {inputs[0][0]}; }
  Shape operator()(const Linear& linear) const { return {linear.out_features}; }
  Shape operator()(const CosineLinear& linear) const { return {linear.out_features}; }
  Shape operator()(const Concatenate&) const {
    Shape result = inputs[0];
    for (size_t i = 1; i < inputs.size(); ++i) result[0] += inputs[i][0];
    return result;
  }
  template <typename Other>
  Shape operator()(const Other&) const {
    return inputs[0];
  }
};

/// Empty where nothing is left of some output.
std::vector<Shape> shapes_or_none(const Graph& graph, int64_t height, int64_t width) {
  const Shape image{3, height, width};
  std::vector<Shape> shapes;
  for (const Node& node : graph.nodes()) {
    std::vector<Shape> inputs;
    for (const NodeId input : node.inputs) inputs.push_back(shapes[input]);
    Shape shape = std::visit(ShapeOf{inputs, image}, node.operation);
    for (const int64_t side : shape) {
      if (side < 1) return {};
    }
    shapes.push_back(std::move(shape));
  }
  return shapes;
}

}  // namespace

std::vector<Shape> output_shapes(const Graph& graph, int64_t height, int64_t width) {
  std::vector<Shape> shapes = shapes_or_none(graph, height, width);
  if (shapes.empty()) {
    throw CodedError("NETWORK", "Expected photographs with sides of at least " +
                                    std::to_string(minimum_input_size(graph)) + " pixels but received " +
                                    std::to_string(height) + " x " + std::to_string(width));
  }
  return shapes;
}

int64_t minimum_input_size(const Graph& graph) {
  int64_t size = 1;
  while (shapes_or_none(graph, size, size).empty()) ++size;
  return size;
}

int64_t multiply_adds(const Operation& operation, const Shape& output_shape) {
  if (const auto* conv = std::get_if<Conv2d>(&operation)) {
    const int64_t each = conv->in_channels / conv->groups * conv->kernel[0] * conv->kernel[1];
    return output_shape[0] * output_shape[1] * output_shape[2] * each;
  }
  if (const auto* linear = std::get_if<Linear>(&operation)) return linear->in_features * linear->out_features;
  if (const auto* linear = std::get_if<CosineLinear>(&operation))
    return linear->in_features * linear->out_features;
  return 0;
}

}  // namespace facecls
