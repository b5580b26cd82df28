// InceptionResnetV1 of FaceNet (Szegedy et al., 2016, arXiv:1602.07261; Schroff et al., 2015,
// arXiv:1503.03832), with the module names, epsilons and residual scales of facenet-pytorch, so that its
// weights load unchanged.
#pragma once

#include "networks/graph.h"

namespace facecls {

/// Input (N, 3, S, S), S >= 75; trunk features (N, 1792); logits (N, classes).
Graph inception_resnet_v1(const HeadSpec& head);

}  // namespace facecls
