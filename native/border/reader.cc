#include "border/reader.h"

#include <cmath>

namespace facecls {

namespace {

std::string shown(double number) {
  // Integers without a fraction, as JavaScript writes them.
  return std::abs(number) < 1e15 && number == std::floor(number)
             ? std::to_string(static_cast<int64_t>(number))
             : std::to_string(number);
}

std::string range(double minimum, double maximum) {
  return " between " + shown(minimum) + " and " + shown(maximum);
}

}  // namespace

ObjectReader::ObjectReader(Napi::Value value, std::string path) : path_(std::move(path)) {
  if (!value.IsObject() || value.IsArray() || value.IsFunction()) {
    throw Napi::TypeError::New(value.Env(), "Expected an object for " + path_);
  }
  object_ = value.As<Napi::Object>();
}

void ObjectReader::refuse(const char* key, const std::string& expected) const {
  throw Napi::TypeError::New(env(), "Expected " + expected + " for " + path(key));
}

Napi::Value ObjectReader::value(const char* key) {
  seen_.insert(key);
  const Napi::Value value = object_.Get(key);
  if (value.IsUndefined()) refuse(key, "a value");
  return value;
}

bool ObjectReader::is_null(const char* key) { return value(key).IsNull(); }

double ObjectReader::number(const char* key, double minimum, double maximum) {
  const Napi::Value given = value(key);
  if (!given.IsNumber()) refuse(key, "a number" + range(minimum, maximum));
  const double number = given.As<Napi::Number>().DoubleValue();
  if (!(number >= minimum && number <= maximum)) {
    throw Napi::RangeError::New(env(), "Expected a number" + range(minimum, maximum) + " for " + path(key) +
                                           " but received " + shown(number));
  }
  return number;
}

int64_t ObjectReader::integer(const char* key, int64_t minimum, int64_t maximum) {
  const double given = number(key, static_cast<double>(minimum), static_cast<double>(maximum));
  if (given != std::floor(given)) refuse(key, "an integer");
  return static_cast<int64_t>(given);
}

std::string ObjectReader::string(const char* key) {
  const Napi::Value given = value(key);
  if (!given.IsString()) refuse(key, "a string");
  return given.As<Napi::String>().Utf8Value();
}

bool ObjectReader::boolean(const char* key) {
  const Napi::Value given = value(key);
  if (!given.IsBoolean()) refuse(key, "true or false");
  return given.As<Napi::Boolean>().Value();
}

size_t ObjectReader::choice(const char* key, const std::vector<std::string>& choices) {
  const std::string given = string(key);
  std::string list;
  for (size_t i = 0; i < choices.size(); ++i) {
    if (choices[i] == given) return i;
    list += (i == 0 ? "'" : ", '") + choices[i] + "'";
  }
  refuse(key, "one of " + list);
}

Napi::Array ObjectReader::array(const char* key, const std::string& expected) {
  const Napi::Value given = value(key);
  if (!given.IsArray()) refuse(key, expected);
  return given.As<Napi::Array>();
}

std::vector<double> ObjectReader::numbers(const char* key, double minimum, double maximum) {
  const Napi::Array given = array(key, "an array of numbers");
  std::vector<double> result;
  for (uint32_t i = 0; i < given.Length(); ++i) {
    const Napi::Value item = given.Get(i);
    const double number = item.IsNumber() ? item.As<Napi::Number>().DoubleValue() : std::nan("");
    if (!(number >= minimum && number <= maximum))
      refuse(key, "an array of numbers" + range(minimum, maximum));
    result.push_back(number);
  }
  return result;
}

std::vector<int64_t> ObjectReader::integers(const char* key, int64_t minimum, int64_t maximum) {
  std::vector<int64_t> result;
  for (const double number : numbers(key, static_cast<double>(minimum), static_cast<double>(maximum))) {
    if (number != std::floor(number)) refuse(key, "an array of integers");
    result.push_back(static_cast<int64_t>(number));
  }
  return result;
}

std::vector<std::string> ObjectReader::strings(const char* key) {
  const Napi::Array given = array(key, "an array of strings");
  std::vector<std::string> result;
  for (uint32_t i = 0; i < given.Length(); ++i) {
    const Napi::Value item = given.Get(i);
    if (!item.IsString()) refuse(key, "an array of strings");
    result.push_back(item.As<Napi::String>().Utf8Value());
  }
  return result;
}

ObjectReader ObjectReader::object(const char* key) { return {value(key), path(key)}; }

Napi::TypedArray ObjectReader::typed_array(const char* key, const char* expected) {
  const Napi::Value given = value(key);
  if (!given.IsTypedArray()) refuse(key, expected);
  return given.As<Napi::TypedArray>();
}

template <typename Array, typename Element>
std::vector<Element> ObjectReader::copy_of(const Napi::TypedArray& given) {
  const auto array = given.As<Array>();
  return {array.Data(), array.Data() + array.ElementLength()};
}

std::vector<int64_t> ObjectReader::int32_array(const char* key) {
  const Napi::TypedArray given = typed_array(key, "an Int32Array");
  if (given.TypedArrayType() != napi_int32_array) refuse(key, "an Int32Array");
  return copy_of<Napi::Int32Array, int64_t>(given);
}

std::vector<uint8_t> ObjectReader::bytes(const char* key) {
  const Napi::TypedArray given = typed_array(key, "a Uint8Array");
  if (given.TypedArrayType() != napi_uint8_array) refuse(key, "a Uint8Array");
  return copy_of<Napi::Uint8Array, uint8_t>(given);
}

std::vector<double> ObjectReader::floats(const char* key) {
  const char* const expected = "a Float32Array or a Float64Array";
  const Napi::TypedArray given = typed_array(key, expected);
  if (given.TypedArrayType() == napi_float32_array) return copy_of<Napi::Float32Array, double>(given);
  if (given.TypedArrayType() == napi_float64_array) return copy_of<Napi::Float64Array, double>(given);
  refuse(key, expected);
}

void ObjectReader::finish() const {
  const Napi::Array keys = object_.GetPropertyNames();
  for (uint32_t i = 0; i < keys.Length(); ++i) {
    const std::string key = keys.Get(i).ToString().Utf8Value();
    if (!seen_.contains(key)) throw Napi::TypeError::New(env(), "Unknown key " + key + " in " + path_);
  }
}

}  // namespace facecls
