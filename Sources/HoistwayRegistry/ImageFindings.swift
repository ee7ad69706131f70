import HoistwayModel
import Synchronization

/// Facts from manifests, by digest: the content for a digest never changes.
///
/// A look reads every tag, and mostly finds the digests of the look before.
final class ImageFindings: Sendable {
    struct Key: Hashable, Sendable {
        private let host: String
        private let path: String
        private let digest: String
        private let platform: String?

        init(_ repository: RegistryRepository, digest: String, platform: String?) {
            host = repository.host
            path = repository.path
            self.digest = digest
            self.platform = platform
        }
    }

    /// Limit of each kind; above it, all are removed and requested again.
    private static let limit = 20_000

    private let answers = Mutex<[Key: ImageAnswer]>([:])
    private let times = Mutex<[Key: Timestamp?]>([:])

    func answer(_ key: Key) -> ImageAnswer? { answers.withLock { $0[key] } }

    func keep(_ answer: ImageAnswer, for key: Key) {
        answers.withLock { answers in
            if answers.count >= Self.limit { answers.removeAll() }
            answers[key] = answer
        }
    }

    /// `.some(nil)`: known to have no time.
    func time(_ key: Key) -> Timestamp?? { times.withLock { $0[key] } }

    func keep(_ time: Timestamp?, for key: Key) {
        times.withLock { times in
            if times.count >= Self.limit { times.removeAll() }
            times[key] = .some(time)
        }
    }
}
