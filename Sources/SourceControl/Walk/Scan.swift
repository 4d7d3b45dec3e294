import Dispatch
@unsafe @preconcurrency import Glibc

/// What all workers of one walk share.
struct Scan: Sendable {
  let git: LibGit2
  let extra: ExtraPaths
  let tracked: ExtraPaths
  /// Files that are left out, whatever rules say; a folder of that name is another thing.
  var hidden: Set<ProjectPath> = []
  /// Larger files are skipped.
  var largestFile = Int.max
  /// Where contents go that are new; nil if only their ids matter.
  var pack: PackWriter?
  /// The folders to look into, if not all.
  var focus: Set<ArraySlice<UInt8>>?
  /// Whether the workers keep a list of what changed.
  var isLogging = true
  let startedAt = FileStatus.now

  /// Tells whether an ignored path is taken nevertheless, a folder for the sake of what lies in it.
  func takesIgnored(_ path: [UInt8], isFolder: Bool) -> Bool {
    tracked.include(path, isFolder: isFolder) || extra.include(path, isFolder: isFolder)
  }

  func hides(_ path: [UInt8]) -> Bool { !hidden.isEmpty && hidden.contains(ProjectPath(trusted: path)) }

  /// Walks from `root` on, with as many workers as the machine has processors, and answers what each found.
  func run(_ root: Folder, _ handle: SharedFolder, rules: IgnoreStack) throws -> [ScanWorker.Log] {
    let queue = ScanQueue()
    var first = try ScanWorker(self)
    queue.push(try first.enter(root, handle, rules: rules))
    let logs = Logs()
    let workerCount = root.folders.isEmpty ? 1 : Self.workerCount
    DispatchQueue.concurrentPerform(iterations: workerCount) { _ in
      do {
        var worker = try ScanWorker(self)
        while let item = queue.next() {
          do {
            queue.push(try worker.visit(item))
          } catch {
            queue.fail(error)
          }
          queue.finishItem()
        }
        logs.add(worker.log)
      } catch {
        queue.fail(error)
      }
    }
    try queue.rethrow()
    return [first.log] + logs.all
  }

  private static let workerCount = min(4, max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN))))
}
