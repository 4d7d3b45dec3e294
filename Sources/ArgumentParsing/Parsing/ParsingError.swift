import Wording

/// A mistake in the words that the user typed.
enum ParsingError: Error, Hashable, CustomStringConvertible {
  case unknownOption(String, suggestion: String?)
  case unknownCommand(String, suggestion: String?)
  case unexpectedArguments([String])
  case missingArgument(String)
  case missingValue(String)
  case unexpectedValue(String, flag: String)
  case repeated(String)
  case invalidValue(String, argument: String, allowed: [String], expectation: String?)

  var description: String {
    switch self {
    case .unknownOption(let word, let suggestion):
      "Unknown option '\(word)'.\(didYouMean(suggestion))"
    case .unknownCommand(let word, let suggestion):
      "Unknown command '\(word)'.\(didYouMean(suggestion))"
    case .unexpectedArguments(let words) where words.count == 1:
      "Unexpected argument '\(words[0])'."
    case .unexpectedArguments(let words):
      "\(words.count) unexpected arguments: \(words.map { "'\($0)'" }.joined(separator: ", "))."
    case .missingArgument(let name):
      "Missing expected argument '\(name)'."
    case .missingValue(let name):
      "Missing value for '\(name)'."
    case .unexpectedValue(let value, let flag):
      "The flag '\(flag)' takes no value, but was given '\(value)'."
    case .repeated(let name):
      "The option '\(name)' was given more than once."
    case .invalidValue(let value, let argument, let allowed, let expectation):
      "The value '\(value)' is invalid for '\(argument)'."
        + didYouMean(closest(to: value, in: allowed)) + pleaseProvide(allowed, expectation)
    }
  }
}

private func didYouMean(_ suggestion: String?) -> String {
  suggestion.map { " Did you mean '\($0)'?" } ?? ""
}

private func pleaseProvide(_ allowed: [String], _ expectation: String?) -> String {
  guard let last = allowed.last else { return expectation.map { " Please provide \($0)." } ?? "" }
  let others = allowed.dropLast().map { "'\($0)'" }.joined(separator: ", ")
  return " Please provide \(others.isEmpty ? "" : "\(others) or ")'\(last)'."
}
