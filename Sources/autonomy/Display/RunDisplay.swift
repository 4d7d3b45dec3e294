@unsafe @preconcurrency import Glibc
import Pipeline
import Synchronization
import Wording

/// Shows a run while it goes on: a line for all that is finished and, on a terminal, two that live.
final class RunDisplay: EventSink {
  private let console: Console
  private let header: RunHeader?
  private let text: EventText
  /// Held while lines are written, which may take as long as the terminal stands still.
  private let state: Mutex<DisplayState>
  /// What was heard of answers since the last look, the newest; whoever tells of it does not wait for the terminal.
  private let news = Mutex<[StreamProgress]>([])
  private let isOver = Atomic(false)

  private static let mostNews = 256

  /// Without a `header` there are only the lines that live.
  init(console: Console, header: RunHeader?) {
    self.console = console
    self.header = header
    text = EventText(console.errors.terminal)
    state = Mutex(DisplayState())
  }

  /// Begins to draw; `tasks` are what earlier runs left, and `microdollars` what the last of them has cost.
  func begin(with tasks: [TaskRecord], microdollars: Int = 0) {
    state.withLock { state in
      for task in tasks { state.tasks[task.id] = task.status }
      state.earlierMicrodollars = microdollars
    }
    guard text.terminal.isLive else { return }
    // Not on one of the few threads that the run has.
    let draw: @Sendable () -> Void = { [weak self] in
      while let self, !self.isOver.load(ordering: .relaxed) {
        usleep(100_000)
        self.redraw()
      }
    }
    Task { try? await DedicatedThread.run(draw) }
  }

  /// Takes the live lines off the screen for good.
  func end() {
    isOver.store(true, ordering: .relaxed)
    state.withLock { state in
      guard !state.isEnded else { return }
      state.isEnded = true
      print(state.takeHeld(), &state)
    }
  }

  /// Hears of an answer while it arrives; drawing waits for the next tick.
  func update(_ progress: StreamProgress) {
    news.withLock { news in
      if news.count == Self.mostNews { news.removeFirst() }
      news.append(progress)
    }
  }

  private func takeNews(into state: inout DisplayState) {
    let taken = news.withLock { news in
      defer { news = [] }
      return news
    }
    for progress in taken { state.note(progress) }
  }

  /// Writes a line that is no event.
  func say(_ line: String) {
    state.withLock { state in
      print(["\(text.style.warning) \(line)"], &state)
    }
  }

  /// A terminal that stands still, as by Ctrl-S, does not hold up the run.
  var delivery: EventDelivery { .dropping(limit: 4096) }

  func missed(_ count: Int) {
    say("\(Amount.counted(count, "event")) went by while the terminal stood still. 'autonomy log' shows them.")
  }

  func receive(_ events: [StoredEvent]) async {
    guard let header else {
      return state.withLock { state in
        takeNews(into: &state)
        for stored in events { state.note(stored.event) }
      }
    }
    for stored in events {
      switch stored.event {
      case .runStarted, .runResumed:
        let lines = await header.lines(for: stored, on: text.terminal)
        state.withLock { state in
          state.note(stored.event)
          print(lines, &state)
        }
      default:
        state.withLock { state in
          takeNews(into: &state)
          guard !state.isSaid(stored.event) else { return }
          // The line of a finished step needs what the state still knows of it.
          let (lines, areBelow) = RunLines(text: text, state: state).lines(for: stored.event)
          let step = RunLines.step(of: stored.event)
          let isUnderWay = step.map { state.position(of: $0) != nil } ?? !state.steps.isEmpty
          // Until its step is done, a live line stands where that step's own line will be; and what belongs to one of
          // several stands below that one.
          if areBelow, isUnderWay, text.terminal.isLive || state.steps.count > 1 {
            state.hold(lines, for: step)
            state.note(stored.event)
          } else if case .phaseFinished(let phase) = stored.event {
            let held = state.takeHeld(of: phase.step)
            state.note(stored.event)
            print(lines + held, &state)
          } else {
            state.note(stored.event)
            if !lines.isEmpty { print(lines, &state) }
          }
        }
      }
    }
  }

  private func redraw() {
    state.withLock { state in
      guard !state.isEnded else { return }
      takeNews(into: &state)
      print([], &state)
    }
  }

  /// Writes lines above the live ones and draws those anew.
  private func print(_ lines: [String], _ state: inout DisplayState) {
    var output = state.erasure(columns: text.terminal.columns)
    for line in lines { output += console.masked(line) + "\n" }
    if text.terminal.isLive, !state.isEnded {
      let live = LiveLines(text: text, state: state).lines.map { console.masked($0) }
      // Without its line break the last one leaves the cursor where erasing begins.
      output += live.joined(separator: "\n")
      state.drawn = live.map { DisplayWidth.of($0) }
      state.frame += 1
    }
    write(output)
  }

  private func write(_ output: String) {
    if !output.isEmpty { console.errors.write(output) }
  }
}
