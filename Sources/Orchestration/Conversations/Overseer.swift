/// Somebody who sees each message between models before it is delivered.
package protocol Overseer: Sendable {
  /// Says what is to become of the letter; `participants` are the roles that it may go to.
  ///
  /// An overseer that cannot tell approves, and says so in `fallback`.
  func review(_ letter: Letter, participants: [String]) async throws(CancellationError) -> Oversight
}

extension Overseer {
  package func review(_ letter: Letter, participants: [String]) async throws(CancellationError) -> Oversight {
    Oversight(.approve)
  }
}

/// Lets every message pass.
package struct ApprovingOverseer: Overseer {
  package init() {}
}

/// What an overseer has decided about a letter.
package struct Oversight: Hashable, Sendable {
  package enum Ruling: Hashable, Sendable {
    case approve
    /// The addressee gets this text instead.
    case modify(String)
    /// Another participant gets it instead.
    case redirect(to: String)
    /// Nobody gets it, and the conversation ends with this.
    case stop(Conclusion)
  }

  /// What a conversation came to.
  package struct Conclusion: Hashable, Sendable {
    package var isAgreement: Bool
    package var summary: String

    package init(isAgreement: Bool, summary: String) {
      self.isAgreement = isAgreement
      self.summary = summary
    }
  }

  package var ruling: Ruling
  package var reason: String?
  /// Why the letter passed although the overseer did not say so.
  package var fallback: String?

  package init(_ ruling: Ruling, reason: String? = nil, fallback: String? = nil) {
    self.ruling = ruling
    self.reason = reason
    self.fallback = fallback
  }

  /// The ruling in one word.
  package var word: String {
    switch ruling {
    case .approve: "approved"
    case .modify: "modified"
    case .redirect: "redirected"
    case .stop: "stopped"
    }
  }

  /// The letter as it is to be delivered; nil where it is not.
  func applied(to letter: Letter) -> Letter? {
    var letter = letter
    switch ruling {
    case .approve: break
    case .modify(let text): letter.text = text
    case .redirect(let role): letter.addressee = role
    case .stop: return nil
    }
    return letter
  }

  /// The oversight, or approval where it cannot be carried out: nothing to say, or nobody of that name to say it to.
  func checked(for letter: Letter, participants: [String]) -> Oversight {
    switch ruling {
    case .approve, .stop:
      self
    case .modify(let text):
      text.utf8.contains { $0 > 0x20 } ? self : Oversight(.approve, reason: reason, fallback: "The new text is empty.")
    case .redirect(let role):
      if role == letter.addressee {
        Oversight(.approve, reason: reason)
      } else if role == letter.sender || !participants.contains(role) {
        Oversight(.approve, reason: reason, fallback: "The message cannot go to '\(role)'.")
      } else {
        self
      }
    }
  }
}
