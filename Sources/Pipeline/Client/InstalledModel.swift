package import JSON

/// A model that a server has.
package struct InstalledModel: Hashable, Sendable {
  package var name: ModelName
  /// The size of its files.
  package var bytes: Int
  /// The number of its parameters as the server writes it, such as `32.8B`.
  package var parameterSize: String
  package var quantization: String
  package var family: String
  /// What it can do, such as `tools` or `thinking`, where the server's list says so; `ModelDetails` knows better.
  package var capabilities: Set<String>?

  package init(
    name: ModelName,
    bytes: Int = 0,
    parameterSize: String = "",
    quantization: String = "",
    family: String = "",
    capabilities: Set<String>? = nil
  ) {
    self.name = name
    self.bytes = bytes
    self.parameterSize = parameterSize
    self.quantization = quantization
    self.family = family
    self.capabilities = capabilities
  }

  /// Reads an entry of `/api/tags`.
  package init?(json: JSONValue) {
    guard let name = (json["name"] ?? json["model"])?.string.flatMap({ ModelName($0) }) else { return nil }
    self.init(
      name: name,
      bytes: json["size"]?.integer ?? 0,
      parameterSize: json["details"]?["parameter_size"]?.string ?? "",
      quantization: json["details"]?["quantization_level"]?.string ?? "",
      family: json["details"]?["family"]?.string ?? "",
      capabilities: json["capabilities"]?.array.map { Set($0.compactMap { $0.string }) }
    )
  }

  /// The number of parameters in billions, or an estimate of it from the size of the files.
  package var billions: Double {
    let digits = parameterSize.utf8.prefix { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
    if let number = Double(String(Substring(digits))) {
      switch parameterSize.utf8.last {
      case UInt8(ascii: "B"), UInt8(ascii: "b"): return number
      case UInt8(ascii: "M"), UInt8(ascii: "m"): return number / 1000
      case UInt8(ascii: "K"), UInt8(ascii: "k"): return number / 1_000_000
      case UInt8(ascii: "T"), UInt8(ascii: "t"): return number * 1000
      default: return number / 1_000_000_000
      }
    }
    // Most models are served with some five bits a parameter.
    return Double(bytes) / 0.6e9
  }
}

/// A model that a server holds in memory.
package struct LoadedModel: Hashable, Sendable {
  package var name: ModelName
  package var bytes: Int
  package var bytesOnGPU: Int
  /// The context window with which it was loaded.
  package var contextLength: Int?

  /// Reads an entry of `/api/ps`.
  package init?(json: JSONValue) {
    guard let name = (json["name"] ?? json["model"])?.string.flatMap({ ModelName($0) }) else { return nil }
    self.name = name
    bytes = json["size"]?.integer ?? 0
    bytesOnGPU = json["size_vram"]?.integer ?? 0
    contextLength = json["context_length"]?.integer
  }
}

/// What a model can do.
package struct ModelDetails: Hashable, Sendable {
  /// The longest context that the model was made for.
  package var contextLength: Int?
  /// Such as `completion`, `tools`, `thinking`, `embedding`; nothing if the server does not say.
  package var capabilities: Set<String>?

  package init(contextLength: Int?, capabilities: Set<String>?) {
    self.contextLength = contextLength
    self.capabilities = capabilities
  }

  /// Reads an answer of `/api/show`.
  package init(json: JSONValue) {
    let info = json["model_info"]?.object ?? [:]
    let architecture = info["general.architecture"]?.string ?? ""
    contextLength =
      info["\(architecture).context_length"]?.integer
      ?? info.first { $0.key.hasSuffix(".context_length") }?.value.integer
    capabilities = json["capabilities"]?.array.map { Set($0.compactMap { $0.string }) }
  }
}
