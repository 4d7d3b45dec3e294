import SourceControl
import TestSupport
import Testing

@Suite struct StreamCompressorTests {
  @Test func readsPartsOfAnySizeAsTheyWere() throws {
    var generator = SeededGenerator(seed: 7)
    let (compressor, decompressor) = (try StreamCompressor(), try StreamDecompressor())
    for size in [0, 1, 0, 0, 64, 4096, 300_000, 5, 0, 131_072, 1_000_000] {
      let alphabet: UInt8 = size % 2 == 0 ? 255 : 3
      let part = (0..<size).map { _ in UInt8.random(in: 0...alphabet, using: &generator) }
      #expect(decompressor.decompress(try compressor.compress(part)) == part, "\(size) bytes")
    }
  }

  @Test func writesWhatWasThereBeforeInFewBytes() throws {
    var generator = SeededGenerator(seed: 8)
    let part = (0..<8000).map { _ in UInt8.random(in: 0...255, using: &generator) }
    let compressor = try StreamCompressor()
    #expect(try compressor.compress(part).count > 8000)
    #expect(try compressor.compress(part).count < 400)
  }

  @Test func refusesWhatIsDamaged() throws {
    let part = Array("The same line again and again.\n".utf8)
    let first = try StreamCompressor().compress(part + part)
    #expect(try StreamDecompressor().decompress(Array(first.dropLast(6))) == nil)
    #expect(try StreamDecompressor().decompress([0xFF] + first.dropFirst()) == nil)
    #expect(try StreamDecompressor().decompress([0, 0]) == nil)
    #expect(try StreamDecompressor().decompress([0, 0, 0, 1] + first.dropFirst(4)) == nil)
  }
}
