import HTTP
package import Pipeline

extension ModelDirectory {
  /// A directory of the configured servers.
  package init(_ configuration: Configuration) {
    self.init(servers: configuration.modelServers, http: HTTPClient(), limits: configuration.limits.ofModels)
  }
}
