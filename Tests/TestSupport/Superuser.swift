@unsafe @preconcurrency import Glibc
import Pipeline
package import Testing

/// What a superuser may do with files on this machine, tried out, as a container may forbid it.
package enum Superuser {
  package static let isThere = geteuid() == 0

  /// Whether a file in a temporary folder can be made immutable.
  package static func canMakeImmutable() async throws -> Bool {
    try await can("touch f && chattr +i f && chattr -i f")
  }

  /// Whether a folder can be mounted over itself, to be read only as well.
  package static func canMount() async throws -> Bool {
    try await can(
      "mkdir d && mount --bind d d && { mount -o remount,bind,ro d; status=$?; umount d; exit $status; }"
    )
  }

  private static func can(_ script: String) async throws -> Bool {
    guard isThere else { return false }
    let folder = try TemporaryDirectory()
    let request = ProcessRequest(
      arguments: ["sh", "-c", script],
      directory: folder.path,
      environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"]
    )
    return try await ProcessRunner().run(request).termination == .exited(0)
  }
}

extension Trait where Self == ConditionTrait {
  /// Skips a test where nobody can become another user.
  package static var asSuperuser: Self {
    .enabled(if: Superuser.isThere, "Only the superuser can act as somebody else.")
  }

  /// Skips a test where no file can be made immutable.
  package static var whereFilesCanBeImmutable: Self {
    .enabled("no file can be made immutable on this machine", { try await Superuser.canMakeImmutable() })
  }

  /// Skips a test where nothing can be mounted.
  package static var whereFoldersCanBeMounted: Self {
    .enabled("no folder can be mounted on this machine", { try await Superuser.canMount() })
  }
}
