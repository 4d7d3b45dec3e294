@unsafe @preconcurrency import Glibc
import JSON

/// The value with every `{"$file": "path"}` in it replaced by that file's text.
func resolvingFileReferences(
  in value: JSONValue,
  at key: String,
  contents: (String) throws(ScenarioError) -> [UInt8]
) throws(ScenarioError) -> JSONValue {
  switch value {
  case .null, .bool, .integer, .number, .string:
    return value
  case .array(let elements):
    var resolved: [JSONValue] = []
    for (index, element) in elements.enumerated() {
      resolved.append(try resolvingFileReferences(in: element, at: "\(key)[\(index)]", contents: contents))
    }
    return .array(resolved)
  case .object(let object):
    if let reference = object["$file"] {
      return .string(try text(of: reference, among: object, at: key, contents: contents))
    }
    var resolved = JSONObject()
    for (name, member) in object {
      let path = key.isEmpty ? name : "\(key).\(name)"
      resolved[name] = try resolvingFileReferences(in: member, at: path, contents: contents)
    }
    return .object(resolved)
  }
}

private func text(
  of reference: JSONValue,
  among object: JSONObject,
  at key: String,
  contents: (String) throws(ScenarioError) -> [UInt8]
) throws(ScenarioError) -> String {
  guard object.count == 1 else { throw ScenarioError(key: key, message: "has keys beside '$file'.") }
  guard let path = reference.string else {
    throw ScenarioError(key: "\(key).$file", message: "must be a string, not \(reference.typeName).")
  }
  let bytes: [UInt8]
  do throws(ScenarioError) {
    bytes = try contents(path)
  } catch {
    throw ScenarioError(key: "\(key).$file", message: "names '\(path)', which \(error.message)")
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw ScenarioError(key: "\(key).$file", message: "names '\(path)', which is not UTF-8 text.")
  }
  return text
}

/// The bytes of a file of a scenario; the error's message goes on from the file's name.
func readScenarioFile(_ path: String) throws(ScenarioError) -> [UInt8] {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
  guard descriptor >= 0 else { throw unreadable(errno) }
  defer { close(descriptor) }
  var bytes: [UInt8] = []
  var buffer = [UInt8](repeating: 0, count: 65_536)
  while true {
    let count = unsafe read(descriptor, &buffer, buffer.count)
    if count == 0 { return bytes }
    if count > 0 { bytes += buffer[..<count] } else if errno != EINTR { throw unreadable(errno) }
  }
}

private func unreadable(_ number: Int32) -> ScenarioError {
  ScenarioError(key: "", message: "cannot be read: \(systemMessage(number)).")
}
