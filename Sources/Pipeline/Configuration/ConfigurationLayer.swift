import JSON

/// The values that one source sets, by key; a later layer wins over an earlier one.
struct ConfigurationLayer {
  struct Assignment {
    var key: ConfigurationKey<Configuration>
    var value: JSONValue
    /// Where the value stands in its source.
    var place: [String]
    var locate: ([String]) -> ConfigurationOrigin

    var origin: ConfigurationOrigin { locate(place) }
  }

  private(set) var assignments: [Assignment] = []
  private(set) var problems: [String] = []

  /// Where a value of this source stands, and how a problem with it begins.
  private let origin: ([String]) -> ConfigurationOrigin

  /// Whether keys are written whole, as in an option.
  private let hasWholeKeys: Bool

  init(hasWholeKeys: Bool = false, origin: @escaping ([String]) -> ConfigurationOrigin) {
    self.hasWholeKeys = hasWholeKeys
    self.origin = origin
  }

  /// Takes apart a value at `path` until only values of known keys are left.
  mutating func add(_ value: JSONValue, at path: [String]) {
    if let key = Configuration.key(at: path) {
      assignments.append(Assignment(key: key, value: value, place: path, locate: origin))
    } else if let names = Configuration.names(under: path) {
      if let object = value.object {
        for (name, member) in object { add(member, at: path + [name]) }
      } else if value.string != nil, let shorthand = Configuration.shorthand(of: path) {
        add(value, at: shorthand, placedAt: path)
      } else {
        let string = Configuration.shorthand(of: path) == nil ? "" : "a string or "
        report("must be \(string)an object with \(names.joined(separator: ", ")), not \(value.typeName)", at: path)
      }
    } else {
      reportUnknown(path)
    }
  }

  /// Applies the values to `configuration`; a model that is named anew forgets what was said of the former one.
  mutating func apply(to configuration: inout Configuration) {
    for use in ModelUse.allCases where assignments.contains(where: { $0.key.path == ["models", use.rawValue, "name"] })
    {
      configuration.models[use] = nil
      configuration.origins = configuration.origins.filter { !$0.key.hasPrefix("models.\(use.rawValue).") }
    }
    for assignment in assignments {
      do {
        try assignment.key.write(assignment.value, &configuration)
        configuration.origins[assignment.key.path.joined(separator: ".")] = assignment.origin
      } catch {
        report(
          error.message,
          at: assignment.key.path + error.path,
          from: assignment.locate(assignment.place + error.path)
        )
      }
    }
  }

  /// What the layer sets a key to, if it does.
  func value(at path: [String]) -> JSONValue? { assignments.last { $0.key.path == path }?.value }

  /// Reports the first part of `path` that leads nowhere.
  private mutating func reportUnknown(_ path: [String]) {
    let ways = (1...max(path.count, 1)).lazy.map { Array(path.prefix($0)) }
    let way = ways.first { Configuration.key(at: $0) == nil && Configuration.names(under: $0) == nil } ?? path
    let names = Configuration.names(under: way.dropLast()) ?? []
    let prefix = hasWholeKeys ? way.dropLast().map { "\($0)." }.joined() : ""
    report(unknownKey(way.last ?? "", among: names, under: prefix), at: way)
  }

  private mutating func report(_ message: String, at path: [String], from source: ConfigurationOrigin? = nil) {
    let name = path.joined(separator: ".")
    let end = message.hasSuffix("?") ? "" : "."
    problems.append("\(source ?? origin(path)): \(name.isEmpty ? "The whole" : "'\(name)'") \(message)\(end)")
  }

  private mutating func add(_ value: JSONValue, at path: [String], placedAt place: [String]) {
    guard let key = Configuration.key(at: path) else { return }
    assignments.append(Assignment(key: key, value: value, place: place, locate: origin))
  }
}

extension ConfigurationLayer {
  /// The layer of a file, whose values are placed by their lines; without the file there is none.
  ///
  /// What is in it stands under `prefix`.
  static func file(
    _ path: String,
    under prefix: [String] = [],
    origin: @escaping (_ file: String, _ line: Int) -> ConfigurationOrigin
  ) throws(ConfigurationError) -> ConfigurationLayer? {
    guard let bytes = try ConfigurationFile.read(path) else { return nil }
    do {
      let (value, lines) = try JSONValue.parseWithLines(bytes, syntax: .json5)
      var layer = ConfigurationLayer { place in
        // What stands in no line of its own is placed by what it is in.
        let inFile = place.dropFirst(prefix.count)
        let ways = (0...inFile.count).reversed().lazy.map { Array(inFile.prefix($0)) }
        return origin(path, ways.compactMap { lines[$0] }.first ?? 1)
      }
      layer.add(value, at: prefix)
      return layer
    } catch {
      throw ConfigurationError(["\(path):\(error.line): \(error.message)"])
    }
  }

  /// The layer of all options of the command line.
  static func options(_ overrides: [ConfigurationOverride]) -> ConfigurationLayer {
    var layer = ConfigurationLayer { _ in .flag("-c") }
    for override in overrides {
      let one = option(override)
      layer.assignments += one.assignments
      layer.problems += one.problems
    }
    return layer
  }

  /// The layer of one option, whose value is JSON5 or a plain string.
  private static func option(_ override: ConfigurationOverride) -> ConfigurationLayer {
    let path = Configuration.path(of: override.key)
    var layer = ConfigurationLayer(hasWholeKeys: true) { _ in .flag(override.option) }
    let plain = JSONValue.string(override.value)
    // A word that happens to be JSON, such as a model called 123, is still a string where one is wanted.
    guard let value = try? JSONValue(parsing: override.value, syntax: .json5) else {
      layer.add(plain, at: path)
      return layer
    }
    var scratch = Configuration()
    var trial = layer
    trial.add(value, at: path)
    trial.apply(to: &scratch)
    if !trial.problems.isEmpty {
      var other = layer
      other.add(plain, at: path)
      other.apply(to: &scratch)
      if other.problems.isEmpty {
        layer.add(plain, at: path)
        return layer
      }
    }
    layer.add(value, at: path)
    return layer
  }
}
