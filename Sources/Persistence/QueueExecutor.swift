import Dispatch

/// A serial executor over a dispatch queue of its own, for actors whose calls block.
///
/// The threads of the cooperative pool are as few as the cores: a blocking call there would stop everything else.
/// Actors and tasks that share one executor pass from one to another without a switch of threads.
package final class QueueExecutor: SerialExecutor, TaskExecutor {
  private let queue: DispatchQueue

  package init(label: String) {
    queue = DispatchQueue(label: label)
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { [self] in
      unsafe job.runSynchronously(isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
    }
  }

  package func checkIsolated() {
    dispatchPrecondition(condition: .onQueue(queue))
  }
}
