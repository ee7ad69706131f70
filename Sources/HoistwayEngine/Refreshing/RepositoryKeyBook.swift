import HoistwayModel
import Synchronization

/// Remembers the keys of URLs: thousands of Applications share few.
final class RepositoryKeyBook: Sendable {
    private let keys = Mutex<[String: RepositoryKey?]>([:])
    /// Most URLs that are remembered; with more, all are read anew.
    private static let maxURLs = 5000

    subscript(url: String) -> RepositoryKey? {
        keys.withLock { keys in
            if let key = keys[url] { return key }
            if keys.count >= Self.maxURLs { keys = [:] }
            let key = RepositoryKey(url: url)
            keys[url] = .some(key)
            return key
        }
    }
}
