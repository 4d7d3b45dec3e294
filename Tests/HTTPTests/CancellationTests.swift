import HTTP
import Synchronization
import TestSupport
import Testing

@Suite(.timeLimit(.minutes(5))) struct CancellationTests {
  private let client = HTTPClient()

  @Test func closesTheConnectionOfACancelledRequest() async throws {
    let (events, saw) = AsyncStream<String>.makeStream()
    let server = RawServer { connection in
      _ = connection.readRequest()
      saw.yield("request")
      connection.waitForClose()
      saw.yield("closed")
    }
    let task = Task { [client, url = server.url] in try await client.send(HTTPRequest(url: url)) }
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "request")
    task.cancel()
    await #expect(throws: HTTPError.self) { try await task.value }
    #expect(await iterator.next() == "closed")
  }

  @Test func closesTheConnectionOfACancelledAnswer() async throws {
    let (events, saw) = AsyncStream<String>.makeStream()
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      connection.sendChunk("x")
      connection.waitForClose()
      saw.yield("closed")
    }
    let (pieces, arrived) = AsyncStream<Void>.makeStream()
    let task = Task { [client, url = server.url] in
      for try await _ in try await client.send(HTTPRequest(url: url)).body { arrived.yield() }
    }
    var arrivals = pieces.makeAsyncIterator()
    await arrivals.next()
    task.cancel()
    let error = await #expect(throws: HTTPError.self) { try await task.value }
    #expect(error?.code == .cancelled)
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "closed")
  }

  @Test func closesTheConnectionOfAnAnswerThatNobodyReads() async throws {
    let (events, saw) = AsyncStream<String>.makeStream()
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      while connection.sendChunk(String(repeating: "x", count: 10_000)) {}
      saw.yield("closed")
    }
    _ = try await client.send(HTTPRequest(url: server.url))
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "closed")
  }

  @Test func closesTheConnectionOfADrainedAnswerThatDoesNotEnd() async throws {
    let (events, saw) = AsyncStream<String>.makeStream()
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      while connection.sendChunk(String(repeating: "x", count: 10_000)) {}
      saw.yield("closed")
    }
    let body = try await client.send(HTTPRequest(url: server.url)).body
    body.drain()
    var iterator = events.makeAsyncIterator()
    #expect(await iterator.next() == "closed")
  }

  @Test func holdsTheServerBackWhileNobodyReads() async throws {
    let sent = Mutex(0)
    let server = RawServer { connection in
      _ = connection.readRequest()
      connection.beginChunks()
      let chunk = String(repeating: "x", count: 100_000)
      for _ in 0..<400 where connection.sendChunk(chunk) { sent.withLock { $0 += 1 } }
      connection.send("0\r\n\r\n")
    }
    let limits = HTTPLimits(connect: .seconds(5), firstByte: .seconds(5), idle: .seconds(2))
    let response = try await client.send(HTTPRequest(url: server.url, limits: limits))
    // Longer than the server may be silent, which it is only because nobody reads.
    try await Task.sleep(for: .milliseconds(2200))
    // What sockets hold on both sides, and the client's own mark, is far below the 40 MB that the server would send.
    #expect(sent.withLock { $0 } < 200)
    #expect(try await response.body.collect(upTo: 50_000_000).count == 40_000_000)
  }

  @Test func survivesCancellationsAtAnyMoment() async throws {
    let server = RawServer { connection in
      while connection.readRequest() != nil {
        connection.beginChunks()
        for _ in 0..<3 { connection.sendChunk("{}\n") }
        connection.send("0\r\n\r\n")
      }
    }
    await withTaskGroup(of: Void.self) { group in
      for worker in 0..<4 {
        group.addTask { [client, url = server.url] in
          for turn in 0..<100 {
            let task = Task {
              for try await _ in try await client.send(HTTPRequest(url: url)).body {}
            }
            try? await Task.sleep(for: .microseconds((worker * 131 + turn * 17) % 900))
            task.cancel()
            _ = await task.result
          }
        }
      }
    }
    let response = try await client.send(HTTPRequest(url: server.url))
    #expect(try await response.body.collect(upTo: 100).count == 9)
  }
}
