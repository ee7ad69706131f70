import HoistwayModel
import Synchronization

/// Remembers the keys of URLs: thousands of Applications share a few URLs.
final class RepositoryKeyBook: Sendable {
    private let keys = Mutex<[String: RepositoryKey?]>([:])
    /// The most URLs that are remembered; with more, all are forgotten.
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
