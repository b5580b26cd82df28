// Margin softmax: a training makes the target's cosine smaller than it is, so that classes come to lie apart.
#pragma once

#include <ATen/core/Tensor.h>

#include "specs.h"

namespace facecls {

/// Logits (N, C), each `scale` times a cosine, with the margin taken from that of each sample's label. Of an
/// angle t and a margin m it makes cos(t + m) (ArcFace, Deng et al., 2019) or cos(t) - m (CosFace, Wang et
/// al., 2018). labels (N) int64.
at::Tensor with_margin(const at::Tensor& logits, const at::Tensor& labels, const MarginSpec& margin,
                       double scale);

}  // namespace facecls
