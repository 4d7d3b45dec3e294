import JSON
import Persistence

/// Why the journal cannot be read, or an answer not be written.
package struct JournalError: Error, Hashable, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = description
  }

  /// Does `body`, and says of any error what it means for the one who wanted to read.
  static func translating<T>(_ body: () throws -> T) throws(JournalError) -> T {
    do {
      return try body()
    } catch let error as JournalError {
      throw error
    } catch let error as ProjectFolderError {
      throw JournalError(error.description)
    } catch let error as UnusableDatabase {
      throw JournalError(error.description)
    } catch let error as DatabaseError {
      throw JournalError(error.description)
    } catch {
      throw JournalError("The journal holds something that cannot be read: \(error)")
    }
  }
}
