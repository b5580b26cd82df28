#include "training/margin.h"

#include <ATen/ops/gather.h>
#include <ATen/ops/scatter.h>
#include <ATen/ops/where.h>

#include <cmath>

namespace facecls {

namespace {

// The square of a sine below which its slope by the cosine, -cos / sin, is taken as 0: that of a cosine's
// rounding in float32. The gradient stays finite at angles of 0 and pi.
constexpr double kSmallestSquaredSine = 1e-7;

/// cos(t + m). Where t + m exceeds pi it would grow again with the angle; cos(t) - m * sin(m), as in the
/// authors' code, goes on falling.
at::Tensor add_angle(const at::Tensor& cosine, double margin) {
  const at::Tensor sine = cosine.square().neg().add(1).clamp_min(kSmallestSquaredSine).sqrt();
  const at::Tensor added = cosine * std::cos(margin) - sine * std::sin(margin);
  const at::Tensor beyond = cosine - margin * std::sin(margin);
  return at::where(cosine > -std::cos(margin), added, beyond);
}

}  // namespace

at::Tensor with_margin(const at::Tensor& logits, const at::Tensor& labels, const MarginSpec& margin,
                       double scale) {
  const at::Tensor column = labels.unsqueeze(1);                            // (N, 1)
  const at::Tensor cosine = at::gather(logits, /*dim=*/1, column) / scale;  // (N, 1)
  const at::Tensor target =
      margin.kind == MarginKind::angle ? add_angle(cosine, margin.margin) : cosine - margin.margin;
  return at::scatter(logits, /*dim=*/1, column, target * scale);
}

}  // namespace facecls
