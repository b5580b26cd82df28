// LibTorch's memory on the processor: freed blocks are kept for the next step or batch, which wants the same
// sizes again. From the system each would come page by page, and cost a tenth to a third of an inference.
#pragma once

namespace facecls {

/// For all tensors of this process that are made from here on.
void install_block_cache();

/// Gives all blocks back that are in no tensor.
void release_kept_blocks();

}  // namespace facecls
