#include "pack/file_lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "coded_error.h"

namespace facecls {

namespace {

/// Whether the path still leads to the open file: who held the lock before may have removed it.
bool is_current(const std::string& path, int file) {
  struct stat opened{}, named{};
  return fstat(file, &opened) == 0 && stat(path.c_str(), &named) == 0 && opened.st_ino == named.st_ino &&
         opened.st_dev == named.st_dev;
}

}  // namespace

std::optional<FileLock> FileLock::try_lock(const std::string& path) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
  if (file < 0)
    throw CodedError("FILE", "Cannot open " + path + ": " + std::strerror(errno) +
                                 ". Check the folder and its permissions.");
  const int error = flock(file, LOCK_EX | LOCK_NB) == 0 ? 0 : errno;
  if (error == 0 && is_current(path, file)) return FileLock(file);
  close(file);
  if (error == 0) return std::nullopt;  // The next try makes the file anew.
  if (error == EWOULDBLOCK || error == EINTR) return std::nullopt;
  throw CodedError("FILE", "Cannot lock " + path + ": " + std::strerror(error) +
                               ". Choose a folder on a file system that has locks.");
}

FileLock::~FileLock() {
  if (file_ >= 0) close(file_);
}

}  // namespace facecls
