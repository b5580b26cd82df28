// The errors that native code throws on any thread; the border turns them into a TorchError with the same
// code.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace facecls {

class CodedError : public std::runtime_error {
 public:
  CodedError(std::string code, const std::string& message)
      : std::runtime_error(message), code_(std::move(code)) {}

  /// One of TorchErrorCode in lib/errors.ts.
  const std::string& code() const { return code_; }

 private:
  std::string code_;
};

}  // namespace facecls
