/// Where an object lies in a pack.
struct PackEntry: BitwiseCopyable, Sendable {
  let id: ObjectID
  let checksum: UInt32
  let offset: Int
}
