// ResNet-50 (He et al., 2016, arXiv:1512.03385) in torchvision's form, with the stride in the 3 x 3
// convolution and torchvision's module names, so that its weights load unchanged.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// Input (N, 3, S, S), S >= 32; trunk features (N, 2048); logits (N, classes).
Graph resnet50(const HeadSpec& head);

}  // namespace facecls
