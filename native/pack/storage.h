// Where the bytes of a pack lie: pages of this process, or a region of a file that is mapped into it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

namespace facecls {

constexpr int64_t kPageBytes = 4096;  // of x86-64

struct FileRegion {
  std::string path;
  int64_t offset;  // a multiple of a page
  bool writable;
};

/// A fixed number of bytes, zero until written. Different bytes may be written and read by different threads
/// at once.
class Storage {
 public:
  /// Pages are taken from the system one by one as they are written, or the region of the file is taken as a
  /// whole where it is writable: a full disk shows here and not in the middle of the work. Throws CodedError
  /// FILE where the file cannot be opened, holds less than the region, or the disk is full;
  /// std::runtime_error where the system has not that much memory.
  Storage(size_t bytes, const std::optional<FileRegion>& region);
  ~Storage();
  Storage(const Storage&) = delete;
  Storage& operator=(const Storage&) = delete;

  const uint8_t* data() const { return data_; }

  /// The bytes' own place in memory for a writer; null where they lie in a file.
  uint8_t* memory() { return file_ < 0 ? data_ : nullptr; }

  /// Has the system read bytes of a file ahead, all at once: where a file is larger than memory, waiting for
  /// one record after another would take ten times as long.
  void will_need(size_t position, size_t count) const;

  /// Writes through the file and not through its mapping: a full disk is an error that can be told, and no
  /// signal. Throws CodedError FILE.
  void write_file(size_t position, const uint8_t* bytes, size_t count);

 private:
  void map_memory();
  void map_file(const FileRegion& region);

  size_t bytes_;
  uint8_t* data_ = nullptr;
  int file_ = -1;
  std::string path_;
  int64_t offset_ = 0;
};

}  // namespace facecls
