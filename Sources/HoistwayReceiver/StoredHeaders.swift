import HoistwayModel
import NIOHTTP1

/// The headers that are stored in the inbox: those that decoding needs, by name.
///
/// All others are left out, so that no authorization, token, signature or cookie can be stored, whatever its name is.
struct StoredHeaders: Sendable {
    /// Names by length: the length leaves only one or two names to compare.
    private let names: [[String]]

    static let decoding = StoredHeaders([
        "content-type", "user-agent",
        "x-github-event", "x-github-delivery", "x-github-hook-id", "x-github-hook-installation-target-type",
        "x-github-hook-installation-target-id", "x-github-event-type", "x-github-enterprise-host",
        "x-github-enterprise-version",
        "x-gitlab-event", "x-gitlab-instance", "x-gitlab-webhook-uuid", "x-gitlab-event-uuid", "idempotency-key",
        "webhook-id", "webhook-timestamp",
        "x-gitea-event", "x-gitea-event-type", "x-gitea-delivery",
        "x-forgejo-event", "x-forgejo-event-type", "x-forgejo-delivery",
        "x-gogs-event", "x-gogs-event-type", "x-gogs-delivery",
        "x-event-key", "x-request-uuid", "x-request-id", "x-hook-uuid",
        "ce-id", "ce-type", "ce-source", "ce-specversion", "ce-subject", "ce-time",
        "x-nexus-webhook-id", "x-nexus-webhook-delivery",
    ])

    private init(_ names: [String]) {
        let longest = names.map(\.utf8.count).max() ?? 0
        var table = [[String]](repeating: [], count: longest + 1)
        for name in names { table[name.utf8.count].append(name) }
        self.names = table
    }

    func pick(from headers: HTTPHeaders) -> [HeaderLine] {
        var picked: [HeaderLine] = []
        picked.reserveCapacity(8)
        for (name, value) in headers {
            if let known = known(name) { picked.append(HeaderLine(known, value)) }
        }
        return picked
    }

    private func known(_ name: String) -> String? {
        let length = name.utf8.count
        guard length < names.count else { return nil }
        return names[length].first { $0.isEqualIgnoringCase(to: name) }
    }
}
