import HoistwayModel
import Synchronization

/// Contents of indexes by chart, with the validators for a conditional request.
final class ChartIndexes: Sendable {
    struct Key: Hashable, Sendable {
        var repository: RegistryRepository
        var name: String
    }

    struct Known: Sendable {
        var listing: ChartListing
        var etag: String?
        var lastModified: String?

        /// An index without either is always sent whole.
        var isConditional: Bool { etag != nil || lastModified != nil }
    }

    /// Limit of versions of all charts; above it, all are removed and requested again.
    private static let maxVersions = 200_000
    private let state = Mutex((known: [Key: Known](), count: 0))

    subscript(key: Key) -> Known? { state.withLock { $0.known[key] } }

    func keep(_ known: Known, for key: Key) {
        state.withLock { state in
            // One for the chart itself, so that the number of empty ones is limited too.
            state.count -= state.known.removeValue(forKey: key).map { $0.listing.entries.count + 1 } ?? 0
            guard known.isConditional else { return }
            if state.count + known.listing.entries.count >= Self.maxVersions { state = ([:], 0) }
            state.known[key] = known
            state.count += known.listing.entries.count + 1
        }
    }
}
