import Synchronization

/// A client that looks once, after the first answer of each model, whether its server gave it the window it was to have.
///
/// A server that keeps a smaller one cuts longer prompts or refuses them. Only servers that tell can be checked. Every
/// answer says then what window it was made with.
package final class WindowCheckingClient: ModelClient {
  private struct Key: Hashable {
    var server: String
    var model: ModelName
    var numContext: Int
  }

  private let client: any ModelClient
  private let directory: ModelDirectory
  private let warn: @Sendable (String) async -> Void
  /// The windows that servers told; nil where one did not.
  private let windows = Mutex<[Key: Int?]>([:])

  /// Makes a client that tells `warn`, in a sentence for the user, of each window that is too small.
  package init(
    _ client: any ModelClient,
    directory: ModelDirectory,
    warn: @escaping @Sendable (String) async -> Void
  ) {
    self.client = client
    self.directory = directory
    self.warn = warn
  }

  package func reply(
    to request: ModelRequest,
    progress: @escaping @Sendable (StreamProgress) -> Void
  ) async throws(ModelError) -> ModelReply {
    var reply = try await client.reply(to: request, progress: progress)
    let wanted = request.options.numContext
    let key = Key(server: reply.server, model: request.model, numContext: wanted)
    if let told = windows.withLock({ $0[key] }) {
      reply.usage.window = told
      return reply
    }
    let window = await directory.loadedWindow(of: request.model, on: reply.server)
    let isFirst = windows.withLock { $0.updateValue(window, forKey: key) == nil }
    reply.usage.window = window
    if isFirst, let window, window < wanted {
      await warn(
        "The model server '\(reply.server)' runs '\(request.model)' with a context window of \(window) tokens instead "
          + "of \(wanted), so longer prompts are cut or refused. Look at OLLAMA_CONTEXT_LENGTH and the memory of the "
          + "server, or set 'num_ctx' to \(window)."
      )
    }
    return reply
  }
}
