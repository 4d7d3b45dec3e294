import JSON
import Persistence
import SourceControl

extension StateWriter {
  /// Writes what came from outside, to be stored with the event of that number.
  func record(
    _ items: [RecordedItem],
    _ contents: [RecordedContent],
    at event: Int,
    with compressor: Compressor
  ) throws {
    for content in contents {
      try connection.execute(
        "INSERT INTO record_content (id, content) VALUES (?, ?) ON CONFLICT (id) DO NOTHING",
        [.blob(content.id.bytes), .blob(try compressor.compress(content.bytes))]
      )
    }
    for item in items {
      let text = try RecordedItem.sealed(mask.mask(item.json()).utf8(), of: item.kind)
      try connection.execute(
        "INSERT INTO record (event, kind, item) VALUES (?, ?, ?)",
        [.integer(event), .text(item.kind.rawValue), .blob(try compressor.compress(text))]
      )
    }
  }
}
