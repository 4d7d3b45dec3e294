extension Folder {
  /// Brings the folder up to date, though not those in it, and answers the rules that hold for them.
  func refresh(_ handle: SharedFolder, rules: IgnoreStack, worker: inout ScanWorker) throws -> IgnoreStack {
    let current = try FileStatus(of: handle.descriptor)
    var isStale = isRejudged || !isTrusted || current != status
    var rules = rules
    if !isIgnored {
      if isStale || ignoreFile.status != nil,
        ignoreFile.refresh(Self.ignoreFileName, in: handle.descriptor, at: worker.scan.startedAt)
      {
        (isRejudged, isStale) = (true, true)
      }
      rules.push(ignoreFile.rules, depth: rules.prefix.count + path.count)
    }
    if isStale {
      let isRejudged = isRejudged
      try list(handle, rules: rules, worker: &worker)
      if isRejudged {
        for folder in folders { folder.isRejudged = true }
      }
      status = current
      isTrusted = current.isTrusted(asOf: worker.scan.startedAt)
    }
    try refreshFiles(in: handle.descriptor, worker: &worker)
    return rules
  }

  /// Looks at every file.
  private func refreshFiles(in folder: Int32, worker: inout ScanWorker) throws {
    let names = names
    try unsafe names.withUnsafeBytes { bytes in
      guard let start = unsafe bytes.baseAddress?.assumingMemoryBound(to: CChar.self) else { return }
      for index in files.indices {
        let name = unsafe start + Int(files[index].name)
        let current: FileStatus
        do throws(FileFailure) {
          current = try unsafe FileStatus(of: name, in: folder)
        } catch {
          skip(fileAt: index, error.isAbsence ? nil : .unreadable(error.message), worker: &worker)
          continue
        }
        // A file that another file system was put over keeps its own times there.
        if files[index].isCurrent(current), current.device == status?.device { continue }
        try unsafe refresh(fileAt: index, name, current, in: folder, worker: &worker)
      }
    }
  }

  private func refresh(
    fileAt index: Int,
    _ name: UnsafePointer<CChar>,
    _ current: FileStatus,
    in folder: Int32,
    worker: inout ScanWorker
  ) throws {
    let content: ScanWorker.Content?
    do {
      content = try unsafe worker.content(of: name, in: folder, status: current)
    } catch let failure as SkipFailure {
      return skip(fileAt: index, failure.reason, worker: &worker)
    }
    guard let content else { return skip(fileAt: index, nil, worker: &worker) }
    let before = files[index]
    files[index].take(content.status, id: content.id, isTrusted: content.isTrusted)
    isUnsaved = true
    if before.state == .skipped { skips[names[before.nameRange]] = nil }
    if before.entry == files[index].entry { return }
    worker.add(files[index], at: path(of: files[index]))
    if !before.isPresent || before.id != content.id || before.kind != files[index].kind { isChanged = true }
  }

  /// Leaves a file out, and keeps the reason unless it is simply gone.
  private func skip(fileAt index: Int, _ reason: SkipReason?, worker: inout ScanWorker) {
    if files[index].isPresent {
      worker.remove(path(of: files[index]))
      isChanged = true
    }
    let before = files[index].state
    files[index].drop(isSkipped: reason != nil)
    if files[index].state != before { isUnsaved = true }
    skips[names[files[index].nameRange]] = reason
    if reason == nil { isTrusted = false }
  }
}
