import HoistwayModel
import Synchronization

/// The refreshes since the start, so that no Application is refreshed too often, and people can see the reasons.
final class RefreshBook: Sendable {
    struct Entry: Sendable {
        var at: Timestamp
        var reason: String
        /// The receivers or promotions that caused it.
        var causes: [String]
        /// Why it was given up; `nil`: it succeeded.
        var failure: String?
    }

    /// The most Applications that are remembered.
    static let maxEntries = 10_000

    private let entries = Mutex<[ApplicationAddress: Entry]>([:])

    subscript(address: ApplicationAddress) -> Entry? { entries.withLock { $0[address] } }

    func note(_ entry: Entry, of address: ApplicationAddress) {
        entries.withLock { entries in
            if entries.count >= Self.maxEntries, entries[address] == nil {
                let middle = entries.values.map(\.at).sorted()[entries.count / 2]
                entries = entries.filter { $0.value.at > middle }
            }
            entries[address] = entry
        }
    }
}
