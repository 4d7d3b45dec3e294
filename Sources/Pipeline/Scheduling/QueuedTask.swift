/// What a scheduler has to know of one task.
package struct QueuedTask: Hashable, Sendable {
  package var id: String
  /// The ids of the tasks that must have succeeded before.
  package var dependsOn: [String]
  /// Lower first.
  package var priority: Int
  /// Where it belongs among tasks of equal priority; lower first.
  package var stage: Int
  /// Whose slots it takes; nil where it takes none of a server's.
  package var server: String?
  /// What the server must have loaded for it; nil where that does not matter.
  package var model: String?

  package init(
    id: String,
    dependsOn: [String] = [],
    priority: Int = 50,
    stage: Int = 0,
    server: String? = nil,
    model: String? = nil
  ) {
    self.id = id
    self.dependsOn = dependsOn
    self.priority = priority
    self.stage = stage
    self.server = server
    self.model = model
  }
}

/// How many tasks may run at once.
package struct SchedulingLimits: Hashable, Sendable {
  /// In all; at least one.
  package var slots: Int
  /// By the name of a server; one that is not here has no limits of its own.
  package var servers: [String: ServerCapacity]
  /// How many tasks of loaded models may be started past one that comes before them and needs another model loaded.
  package var swapPatience: Int

  package init(slots: Int = .max, servers: [String: ServerCapacity] = [:], swapPatience: Int = 16) {
    self.slots = max(1, slots)
    self.servers = servers
    self.swapPatience = swapPatience
  }
}

/// What a server can do at once.
package struct ServerCapacity: Hashable, Sendable {
  /// How many tasks it may work on at once; nil for no limit of its own.
  package var slots: Int?
  /// How many models it can have loaded at once; nil where all fit.
  package var resident: Int?

  package init(slots: Int? = nil, resident: Int? = nil) {
    self.slots = slots
    self.resident = resident
  }
}
