@unsafe @preconcurrency import Glibc

/// A library that the program opens when a command first needs it.
struct LibraryCheck: Sendable {
  let name: String
  let file: String
  /// The package of Debian that has it.
  let package: String

  static let all = [
    LibraryCheck(name: "libcurl", file: "libcurl.so.4", package: "libcurl4"),
    LibraryCheck(name: "libgit2", file: "libgit2.so.1.5", package: "libgit2-1.5"),
    LibraryCheck(name: "zlib", file: "libz.so.1", package: "zlib1g"),
    LibraryCheck(name: "libcrypto", file: "libcrypto.so.3", package: "libssl3"),
    LibraryCheck(name: "libmicrohttpd", file: "libmicrohttpd.so.12", package: "libmicrohttpd12"),
  ]

  /// Why it cannot be loaded; nil if it can.
  func failure() -> String? {
    guard let handle = unsafe dlopen(file, RTLD_LAZY | RTLD_LOCAL) else {
      return unsafe dlerror().map { unsafe String(cString: $0) } ?? "no reason given"
    }
    unsafe dlclose(handle)
    return nil
  }
}
