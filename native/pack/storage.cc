#include "pack/storage.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>

#include "coded_error.h"

namespace facecls {

namespace {

CodedError refusal(const std::string& what, const std::string& path, int error) {
  std::string remedy = " Check the path, its permissions and the disk.";
  if (error == ENOSPC || error == EDQUOT) remedy = " Free some space, or choose another folder.";
  return CodedError("FILE", "Cannot " + what + " " + path + ": " + std::strerror(error) + "." + remedy);
}

/// 0 or the error. File systems that cannot reserve space only lengthen the file.
int reserve(int file, int64_t offset, int64_t bytes) {
  const int error = fallocate(file, 0, offset, bytes) == 0 ? 0 : errno;
  if (error != EOPNOTSUPP && error != ENOSYS) return error;
  struct stat status{};
  if (fstat(file, &status) != 0) return errno;
  if (status.st_size >= offset + bytes) return 0;
  return ftruncate(file, offset + bytes) == 0 ? 0 : errno;
}

}  // namespace

Storage::Storage(size_t bytes, const std::optional<FileRegion>& region) : bytes_(bytes) {
  if (!region) {
    map_memory();
    return;
  }
  path_ = region->path;
  offset_ = region->offset;
  const int access = region->writable ? O_RDWR : O_RDONLY;
  file_ = open(path_.c_str(), access | O_CLOEXEC);
  if (file_ < 0) throw refusal("open", path_, errno);
  try {
    map_file(*region);
  } catch (...) {
    close(file_);
    throw;
  }
}

Storage::~Storage() {
  munmap(data_, bytes_);
  if (file_ >= 0) close(file_);
}

void Storage::map_memory() {
  void* address = mmap(nullptr, bytes_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (address == MAP_FAILED) {
    throw std::runtime_error("The system refused " + std::to_string(bytes_ >> 20) +
                             " MB of memory for a pack; a smaller size or fewer photographs need less");
  }
  data_ = static_cast<uint8_t*>(address);
}

void Storage::map_file(const FileRegion& region) {
  if (region.writable) {
    const int error = reserve(file_, offset_, static_cast<int64_t>(bytes_));
    if (error != 0) throw refusal("reserve " + std::to_string(bytes_ >> 20) + " MB for", path_, error);
  }
  struct stat status{};
  if (fstat(file_, &status) != 0) throw refusal("read", path_, errno);
  // A page behind the file's end would end the process when it is read.
  if (status.st_size < offset_ + static_cast<int64_t>(bytes_))
    throw CodedError("FILE", "Cannot read " + path_ + ": it ends before its pixels do. Remove it.");
  void* address = mmap(nullptr, bytes_, PROT_READ, MAP_SHARED, file_, offset_);
  if (address == MAP_FAILED) throw refusal("map", path_, errno);
  data_ = static_cast<uint8_t*>(address);
}

void Storage::will_need(size_t position, size_t count) const {
  if (file_ < 0) return;
  const size_t begin = position / kPageBytes * kPageBytes;
  madvise(data_ + begin, position + count - begin, MADV_WILLNEED);
}

void Storage::write_file(size_t position, const uint8_t* bytes, size_t count) {
  while (count > 0) {
    const ssize_t written = pwrite(file_, bytes, count, offset_ + static_cast<int64_t>(position));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) throw refusal("write", path_, errno);
    position += written;
    bytes += written;
    count -= written;
  }
}

}  // namespace facecls
