// MobileNetV2 (Sandler et al., 2018, arXiv:1801.04381) with torchvision's module names, so that its weights
// load unchanged.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// Input (N, 3, S, S), S >= 32; trunk features (N, 1280); logits (N, classes).
Graph mobilenet_v2(const HeadSpec& head);

}  // namespace facecls
