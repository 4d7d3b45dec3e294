import CLibGit2

/// The opened library; having one means that its functions can be called.
struct LibGit2: Sendable {
  private static let opening: Result<LibGit2, LibGit2Error> = {
    guard let failure = unsafe libgit2_open() else { return .success(LibGit2()) }
    return .failure(LibGit2Error(reason: .missing, message: unsafe String(cString: failure)))
  }()

  private init() {}

  /// Opens the library if it is not open yet.
  static func loaded() throws(LibGit2Error) -> LibGit2 {
    try opening.get()
  }

  /// Computes an object's id.
  func id(of content: Span<UInt8>, as kind: libgit2_object) throws(LibGit2Error) -> ObjectID {
    try unsafe id { buffer in
      unsafe content.withUnsafeBufferPointer { bytes in
        unsafe libgit2_hash(buffer, bytes.baseAddress, bytes.count, kind)
      }
    }
  }

  /// Computes the id of what an open file holds, in pieces.
  func id(ofFile descriptor: Int32) throws(LibGit2Error) -> ObjectID {
    // The library takes a path only; this one leads to the very file that was opened, wherever its name leads by now.
    let path = "/proc/self/fd/\(descriptor)"
    return try unsafe id { buffer in unsafe libgit2_hash_file(buffer, path) }
  }

  /// Reads a path from a file of Git's configuration, with `~` resolved; nil if the key is not in it.
  func configuredPath(_ key: String, in file: String) -> String? {
    var text = unsafe libgit2_content()
    guard unsafe libgit2_configured_path(&text, file, key) == 1 else { return nil }
    defer { unsafe libgit2_text_free(&text) }
    return unsafe String(decoding: UnsafeRawBufferPointer(start: text.bytes, count: text.size), as: UTF8.self)
  }

  private func id(_ compute: (UnsafeMutablePointer<UInt8>?) -> Int32) throws(LibGit2Error) -> ObjectID {
    var bytes = [UInt8](repeating: 0, count: ObjectID.byteCount)
    let status = unsafe bytes.withUnsafeMutableBufferPointer { unsafe compute($0.baseAddress) }
    guard status == 0, let id = ObjectID(bytes: bytes) else {
      throw LibGit2Error(reason: .failed, message: unsafe String(cString: libgit2_error()))
    }
    return id
  }
}

/// A failure of libgit2, or to find it.
package struct LibGit2Error: Error, Hashable {
  /// What went wrong.
  package enum Reason: Hashable, Sendable {
    case missing
    case failed
  }

  package let reason: Reason
  package let message: String

  package init(reason: Reason, message: String) {
    self.reason = reason
    self.message = message
  }
}

extension LibGit2Error: CustomStringConvertible {
  package var description: String {
    switch reason {
    case .missing: "The library libgit2 cannot be opened (\(message)). Install the package 'libgit2-1.5' and run again."
    case .failed: "The library libgit2 reported an error: \(message)."
    }
  }
}
