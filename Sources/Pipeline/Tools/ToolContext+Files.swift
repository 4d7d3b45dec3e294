import SourceControl

extension ToolContext {
  /// A path as a model wrote it.
  func path(_ text: String) throws(ToolError) -> ProjectPath {
    do throws(WorkspaceError) {
      return try workspace.path(text)
    } catch {
      throw ToolError(error)
    }
  }

  /// The file that a model means by `text`; nil if there is none.
  func contents(of text: String) async throws(ToolError) -> FileContents? {
    let path = try path(text)
    do throws(WorkspaceError) {
      return try await workspace.contents(of: path)
    } catch {
      throw ToolError(error)
    }
  }

  /// The file that a model means by `text`, which must be there.
  func existingFile(_ text: String) async throws(ToolError) -> FileContents {
    if let file = try await contents(of: text) { return file }
    throw .respondToModel("There is no file '\(text)'. List the files with 'search_files', without a pattern.")
  }

  /// The place that a model means by `text`, symbolic links followed.
  func location(of text: String) async throws(ToolError) -> FileLocation {
    let path = try path(text)
    do throws(WorkspaceError) {
      return try await workspace.location(of: path)
    } catch {
      throw ToolError(error)
    }
  }

  /// The file to be changed if it is there, after every rule about who may change what.
  func fileToChange(_ text: String) async throws(ToolError) -> FileToChange {
    let path = try await location(of: text).path
    if let refusal = workspace.refusalToWrite(path) { throw ToolError(refusal) }
    if let refusal = writable.refusal(of: path) { throw .respondToModel(refusal) }
    guard let file = try await contents(of: text) else { return FileToChange(path: path, contents: nil) }
    guard file.links == 1 else { throw ToolError(.linked(text)) }
    guard let known = seen[file.path] else {
      throw .respondToModel("'\(text)' is there already. Read it with 'read_file' before you change it.")
    }
    guard known == file.id else { throw ToolError(.changed(text)) }
    return FileToChange(path: file.path, contents: file)
  }

  /// A place that may be written, and what is there now.
  struct FileToChange {
    let path: ProjectPath
    let contents: FileContents?

    /// The change to `content`, which the model then knows.
    func change(to content: [UInt8], mode: UInt16 = FileChange.plainMode) throws(ToolError) -> FileChange {
      do throws(WorkspaceError) {
        let after = try ObjectID.of(content, at: path.description)
        return FileChange(path: path, before: contents?.id, after: after, content: content, mode: mode)
      } catch {
        throw ToolError(error)
      }
    }
  }
}
