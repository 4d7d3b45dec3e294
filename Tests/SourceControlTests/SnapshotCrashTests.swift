import FoundationEssentials
@unsafe @preconcurrency import Glibc
import SourceControl
import Synchronization
import TestSupport
import Testing

/// The process is killed before each step in turn that changes something on disk, and whoever comes next puts it right.
@Suite struct SnapshotCrashTests {
  @Test func aKilledSnapshotIsThereWholeOrNotAtAll() async throws {
    var counts = Set<Int>()
    for step in 0..<(try CrashScenario.countSteps(of: .snapshot)) {
      let scenario = try CrashScenario()
      try scenario.prepare()
      await scenario.dies(at: step, of: .snapshot)
      let store = try scenario.open()
      counts.insert(store.list().count)
      #expect(try store.verify() == [], "step \(step)")
      #expect(StoreImage(of: scenario.project).leftovers == [], "step \(step)")
      let next = try store.snapshot(SnapshotLabel("Next"), kind: .manual)
      #expect(try store.changesSince(next) == [], "step \(step)")
      try await scenario.expectSoundness()
    }
    #expect(counts == [1, 2])
  }

  @Test func aKilledRollbackIsFinishedOrNeverBegan() async throws {
    var (begun, untouched) = (0, 0)
    for step in 0..<(try CrashScenario.countSteps(of: .rollback)) {
      let scenario = try CrashScenario()
      let target = try scenario.prepare()
      let present = FolderImage(of: scenario.project.path)
      await scenario.dies(at: step, of: .rollback)
      // Whoever comes next is killed as well, at another step each time.
      if CrashWork.pendingPlan(in: scenario.project.path) != nil { await scenario.dies(at: step % 4, of: .recovery) }
      let pending = CrashWork.pendingPlan(in: scenario.project.path)
      let store = try scenario.open(pending: pending)
      if let pending {
        begun += 1
        #expect(try store.apply(pending).isExact, "step \(step)")
        #expect(FolderImage(of: scenario.project.path).differences(from: target) == [], "step \(step)")
      } else {
        untouched += 1
        #expect(FolderImage(of: scenario.project.path).differences(from: present) == [], "step \(step)")
      }
      #expect(try store.verify() == [], "step \(step)")
      #expect(StoreImage(of: scenario.project).leftovers == [], "step \(step)")
      try await scenario.expectSoundness()
    }
    #expect(begun > 10)
    #expect(untouched > 10)
  }

  @Test func aKilledCollectionLosesNothing() async throws {
    for step in 0..<(try CrashScenario.countSteps(of: .collection)) {
      let scenario = try CrashScenario()
      try scenario.prepare(snapshots: 24)
      await scenario.dies(at: step, of: .collection)
      let store = try scenario.open()
      #expect(try store.verify() == [], "step \(step)")
      try store.prune(RetentionPolicy(count: 3))
      #expect(try store.verify() == [], "step \(step)")
      try await scenario.expectSoundness()
    }
  }
}
