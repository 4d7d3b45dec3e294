package import Pipeline
package import SourceControl
import Synchronization

/// A project that is only a dictionary, for runs by the thousand.
package final class InMemoryProject: ProjectScanning {
  private struct State {
    var contents: [ProjectPath: [UInt8]]
    var listing: ProjectListing?
  }

  private let state: Mutex<State>

  package init(_ files: [ProjectPath: String]) {
    state = Mutex(State(contents: files.mapValues { Array($0.utf8) }))
  }

  package func write(_ text: String, to path: ProjectPath) {
    state.withLock { state in
      state.contents[path] = Array(text.utf8)
      state.listing = nil
    }
  }

  package func listing(
    excluding byProducts: Set<ProjectPath>,
    including extra: Set<ProjectPath>
  ) throws -> ProjectListing {
    precondition(byProducts.isEmpty, "The checks of an in-memory project leave nothing behind.")
    return try state.withLock { state in
      if let listing = state.listing { return listing }
      let files = try state.contents.mapValues { try ObjectID(blob: $0) }
      let lines = files.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)\n" }
      let listing = ProjectListing(files: files, tree: try ObjectID(blob: Array(lines.joined().utf8)))
      state.listing = listing
      return listing
    }
  }

  package func contents(of path: ProjectPath) -> [UInt8]? {
    state.withLock { $0.contents[path] }
  }
}
