@unsafe @preconcurrency import Glibc

extension Folder {
  /// Reads the names anew, and keeps what is known of those that stay.
  func list(_ handle: SharedFolder, rules: IgnoreStack, worker: inout ScanWorker) throws {
    let listing = try handle.list()
    let (oldNames, oldFiles, oldFolders) = (names, files, folders)
    var keptFiles = [Bool](repeating: false, count: oldFiles.count)
    var keptFolders = [Bool](repeating: false, count: oldFolders.count)
    var newFiles: [(range: Range<Int>, known: Int?)] = []
    newFiles.reserveCapacity(listing.items.count)
    var newFolders: [Folder] = []
    skips.removeAll()
    for item in listing.items {
      let text = listing.names[item.range]
      if isOurs(text) { continue }
      // A name that is gone again is no loss; the folder is stale then and read again.
      guard let isFolder = item.isFolder ?? Self.isFolder(text, in: handle.descriptor) else { continue }
      let knownFile = isFolder ? nil : Self.find(text, in: oldFiles, names: oldNames)
      let knownFolder = isFolder ? Self.find(text, in: oldFolders) : nil
      var isIgnored = knownFolder.map { oldFolders[$0].isIgnored } ?? false
      if isRejudged || knownFile == nil && knownFolder == nil {
        let path = self.path + text
        isIgnored = self.isIgnored || rules.ignores(path, isFolder: isFolder)
        if !isFolder, worker.scan.hides(path) { continue }
        if isIgnored, !worker.scan.takesIgnored(path, isFolder: isFolder) { continue }
        if ReservedName.isReserved(text) {
          skips[text] = .reserved
          continue
        }
      }
      if isFolder {
        if let knownFolder { keptFolders[knownFolder] = true }
        let folder = knownFolder.map { oldFolders[$0] } ?? Folder(name: FileName(text), path: path + text + [slash])
        if folder.isIgnored != isIgnored {
          (folder.isIgnored, folder.isTrusted, folder.isRejudged) = (isIgnored, false, true)
        }
        newFolders.append(folder)
      } else {
        if let knownFile { keptFiles[knownFile] = true }
        newFiles.append((item.range, knownFile))
      }
    }
    unsafe listing.names.withUnsafeBytes { bytes in
      newFiles.sort { unsafe Self.precedes(bytes, $0.range, $1.range) }
    }
    newFolders.sort { $0.sortKey.lexicographicallyPrecedes($1.sortKey) }
    for index in oldFiles.indices where !keptFiles[index] && oldFiles[index].isPresent {
      worker.remove(path(of: oldFiles[index]))
      isChanged = true
    }
    for index in oldFolders.indices where !keptFolders[index] {
      if oldFolders[index].id != nil { isChanged = true }
      oldFolders[index].forgetAll(worker: &worker)
    }
    replaceFiles(newFiles, from: listing.names, known: oldFiles)
    folders = newFolders
    isRejudged = false
    isUnsaved = true
  }

  /// Lays the names out in their order, with what is known of each.
  private func replaceFiles(_ new: [(range: Range<Int>, known: Int?)], from listed: [UInt8], known: [FileRecord]) {
    var names: [UInt8] = []
    names.reserveCapacity(new.reduce(0) { $0 + $1.range.count + 1 })
    files = []
    files.reserveCapacity(new.count)
    for (range, index) in new {
      let start = names.count
      names += listed[range]
      names.append(0)
      var record = FileRecord(name: start..<(start + range.count))
      if let index {
        record = known[index]
        record.name = UInt32(start)
      }
      files.append(record)
    }
    self.names = names
  }

  /// Reports everything in it as gone.
  func forgetAll(worker: inout ScanWorker) {
    for file in files where file.isPresent { worker.remove(path(of: file)) }
    for folder in folders { folder.forgetAll(worker: &worker) }
  }

  /// Tells whether a name is Git's at any depth, or this program's at the root.
  private func isOurs(_ name: ArraySlice<UInt8>) -> Bool {
    guard name.first == UInt8(ascii: ".") else { return false }
    return name.elementsEqual(".git".utf8) || path.isEmpty && name.elementsEqual(".autonomy".utf8)
  }

  private static func isFolder(_ name: ArraySlice<UInt8>, in folder: Int32) -> Bool? {
    try? FileStatus(of: FileName(name), in: folder).isFolder
  }
}

// MARK: - Searching

extension Folder {
  /// Finds the record of a name.
  func file(named name: ArraySlice<UInt8>) -> FileRecord? {
    Self.find(name, in: files, names: names).map { files[$0] }
  }

  /// Finds a folder in it.
  func folder(named name: ArraySlice<UInt8>) -> Folder? {
    Self.find(name, in: folders).map { folders[$0] }
  }

  private static func find(_ name: ArraySlice<UInt8>, in files: [FileRecord], names: [UInt8]) -> Int? {
    let index = partition(files.count) { names[files[$0].nameRange].lexicographicallyPrecedes(name) }
    return index < files.count && names[files[index].nameRange] == name ? index : nil
  }

  private static func find(_ name: ArraySlice<UInt8>, in folders: [Folder]) -> Int? {
    guard !folders.isEmpty else { return nil }
    let key = name + [slash]
    let index = partition(folders.count) { folders[$0].sortKey.lexicographicallyPrecedes(key) }
    return index < folders.count && folders[index].name.text == name ? index : nil
  }

  /// The first position of which `isBefore` does not hold any more.
  private static func partition(_ count: Int, isBefore: (Int) -> Bool) -> Int {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if isBefore(middle) { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private static func precedes(_ bytes: UnsafeRawBufferPointer, _ left: Range<Int>, _ right: Range<Int>) -> Bool {
    guard let start = bytes.baseAddress else { return false }
    let order = unsafe memcmp(start + left.lowerBound, start + right.lowerBound, min(left.count, right.count))
    return order == 0 ? left.count < right.count : order < 0
  }
}
