@unsafe @preconcurrency import Glibc
import Pipeline
import Synchronization

/// The prompts that were built or used last, by what they were built from.
final class PromptCache: Sendable {
  private struct State {
    var prompts: [PromptKey: (prompt: DynamicPrompt, used: Int)] = [:]
    var uses = 0
  }

  private let state = Mutex(State())
  private let capacity: Int

  init(capacity: Int) {
    precondition(capacity > 0, "A cache holds something.")
    self.capacity = capacity
  }

  subscript(key: PromptKey) -> DynamicPrompt? {
    get {
      state.withLock { state in
        guard let index = state.prompts.index(forKey: key) else { return nil }
        state.uses += 1
        state.prompts.values[index].used = state.uses
        return state.prompts.values[index].prompt
      }
    }
    set {
      state.withLock { state in
        state.uses += 1
        state.prompts[key] = newValue.map { ($0, state.uses) }
        guard state.prompts.count > capacity else { return }
        // A few entries, looked through once for each prompt that is built.
        if let oldest = state.prompts.min(by: { $0.value.used < $1.value.used })?.key { state.prompts[oldest] = nil }
      }
    }
  }
}

/// All that a dynamic prompt is built from.
///
/// Texts are the same only if all their bytes are, because a model must see a file as it is: two strings that Swift
/// holds equal may differ in how their letters are composed. Hashing looks at lengths alone, so that finding a prompt
/// costs one comparison of its texts.
struct PromptKey: Hashable {
  let prompt: StepPrompt
  let failures: [StepFailure]
  let size: ModelSize
  let room: PromptRoom

  func hash(into hasher: inout Hasher) {
    hasher.combine(prompt.phase)
    hasher.combine(prompt.task)
    hasher.combine(prompt.attempt)
    hasher.combine(room)
    for section in prompt.sections { hasher.combine(section.size) }
  }

  static func == (left: PromptKey, right: PromptKey) -> Bool {
    left.room == right.room && left.size == right.size && left.failures == right.failures
      && left.prompt.phase == right.prompt.phase && left.prompt.task == right.prompt.task
      && left.prompt.role == right.prompt.role && left.prompt.attempt == right.prompt.attempt
      && left.prompt.toolNames == right.prompt.toolNames && left.prompt.record == right.prompt.record
      && left.prompt.sections.elementsEqual(right.prompt.sections) { isSame($0, $1) }
  }

  private static func isSame(_ left: PromptSection, _ right: PromptSection) -> Bool {
    guard left.priority == right.priority, isSame(left.title, right.title) else { return false }
    switch (left.content, right.content) {
    case (.text(let left), .text(let right)):
      return isSame(left, right)
    case (.files(let left), .files(let right)):
      return left.elementsEqual(right) { left, right in
        left.path == right.path && left.standing == right.standing && left.size == right.size
          && isSame(left.text, right.text)
      }
    default:
      return false
    }
  }

  private static func isSame(_ left: String, _ right: String) -> Bool {
    guard left.utf8.count == right.utf8.count else { return false }
    let isSame = unsafe left.utf8.withContiguousStorageIfAvailable { left in
      unsafe right.utf8.withContiguousStorageIfAvailable { right in
        guard let left = left.baseAddress, let start = right.baseAddress else { return true }
        return unsafe memcmp(left, start, right.count) == 0
      }
    }
    return (isSame ?? nil) ?? left.utf8.elementsEqual(right.utf8)
  }
}
