// A lock between processes that ends with the process that holds it, however that ends.
#pragma once

#include <optional>
#include <string>
#include <utility>

namespace facecls {

/// An exclusive lock on a file (flock). Two locks on one file exclude each other within a process too.
class FileLock {
 public:
  /// None where another holds it. The file is made where it is missing; only who holds the lock may remove
  /// it. Throws CodedError FILE where it cannot be opened.
  static std::optional<FileLock> try_lock(const std::string& path);

  FileLock(FileLock&& other) noexcept : file_(std::exchange(other.file_, -1)) {}
  FileLock& operator=(FileLock&&) = delete;
  ~FileLock();

 private:
  explicit FileLock(int file) : file_(file) {}

  int file_;
};

}  // namespace facecls
