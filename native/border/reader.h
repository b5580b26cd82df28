// Reads plain objects that crossed the border, and trusts nothing: a missing key, an unknown key, a wrong
// type or a value out of range is a TypeError or RangeError that names the key.
#pragma once

#include <napi.h>

#include <set>
#include <string>
#include <vector>

namespace facecls {

constexpr int64_t kLargestSide = 16384;                // pixels
constexpr int64_t kLargestCount = int64_t{1} << 31;    // of samples, classes, features
constexpr int64_t kLargestInteger = int64_t{1} << 53;  // that JavaScript holds exactly

class ObjectReader {
 public:
  /// `path` names the object in messages. Throws TypeError unless the value is an object.
  ObjectReader(Napi::Value value, std::string path);

  Napi::Value value(const char* key);  // any present value
  bool is_null(const char* key);
  double number(const char* key, double minimum, double maximum);
  int64_t integer(const char* key, int64_t minimum, int64_t maximum);
  std::string string(const char* key);
  bool boolean(const char* key);
  /// The string's place among the choices.
  size_t choice(const char* key, const std::vector<std::string>& choices);
  std::vector<double> numbers(const char* key, double minimum, double maximum);
  std::vector<int64_t> integers(const char* key, int64_t minimum, int64_t maximum);
  std::vector<std::string> strings(const char* key);
  ObjectReader object(const char* key);
  std::vector<int64_t> int32_array(const char* key);
  std::vector<uint8_t> bytes(const char* key);
  std::vector<double> floats(const char* key);  // of a Float32Array or a Float64Array

  /// Throws TypeError for a key that nobody read.
  void finish() const;

  std::string path(const char* key) const { return path_ + "." + key; }
  Napi::Env env() const { return object_.Env(); }

 private:
  [[noreturn]] void refuse(const char* key, const std::string& expected) const;
  Napi::Array array(const char* key, const std::string& expected);
  Napi::TypedArray typed_array(const char* key, const char* expected);
  template <typename Array, typename Element>
  static std::vector<Element> copy_of(const Napi::TypedArray& given);

  Napi::Object object_;
  std::string path_;
  std::set<std::string> seen_;
};

}  // namespace facecls
