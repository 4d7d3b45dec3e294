/// The names of an option or flag, derived from its property or given.
package struct NameSpecification: Sendable, ExpressibleByArrayLiteral {
  package enum Element: Sendable, Hashable {
    case long
    case short
    case customLong(String)
    case customShort(Character)
  }

  package var elements: [Element]

  package init(arrayLiteral elements: Element...) {
    self.elements = elements
  }

  package static let long: Self = [.long]
  package static let short: Self = [.short]
  package static let shortAndLong: Self = [.short, .long]

  package static func customLong(_ name: String) -> Self { [.customLong(name)] }
  package static func customShort(_ name: Character) -> Self { [.customShort(name)] }

  func names(for property: String) -> [OptionName] {
    elements.map { element in
      switch element {
      case .long: .long(kebabCase(property))
      case .short: .short(kebabCase(property).first ?? "?")
      case .customLong(let name): .long(name)
      case .customShort(let name): .short(name)
      }
    }
  }
}

/// One name of an option, shown with its dashes.
enum OptionName: Sendable, Hashable, CustomStringConvertible {
  case long(String)
  case short(Character)

  var description: String {
    switch self {
    case .long(let name): "--\(name)"
    case .short(let name): "-\(name)"
    }
  }

  var isLong: Bool {
    switch self {
    case .long: true
    case .short: false
    }
  }
}

/// Turns `maxSteps` into `max-steps` and `baseURLPath` into `base-url-path`.
func kebabCase(_ name: String) -> String {
  let letters = Array(name)
  var result = ""
  for (index, letter) in letters.enumerated() {
    if letter.isUppercase, index > 0 {
      let followsLowercase = !letters[index - 1].isUppercase
      let precedesLowercase = index + 1 < letters.count && letters[index + 1].isLowercase
      if followsLowercase || precedesLowercase { result += "-" }
    }
    result += letter.lowercased()
  }
  return result
}
