// Activations that are computed with the convolution before them.
#pragma once

namespace facecls {

enum class FusedActivation { none, relu, relu6 };

}  // namespace facecls
