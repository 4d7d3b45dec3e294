@unsafe @preconcurrency import Glibc

/// A port whose queue of connections is full, so that a further one is neither accepted nor refused.
package final class FullListener {
  package let port: UInt16
  private var descriptors: [Int32] = []

  package init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    port = RawServer.bindToFreePort(listener)
    listen(listener, 0)
    descriptors = [listener]
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    for _ in 0..<3 {
      let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
      descriptors.append(client)
      unsafe withUnsafePointer(to: &address) { pointer in
        unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
          _ = unsafe connect(client, address, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
    }
  }

  deinit {
    for descriptor in descriptors { close(descriptor) }
  }
}
