import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// What the hosts' forges share: how a request is made, and how things are named in failures.
protocol HostForge: Forge {
    var api: ForgeAPI { get }
    /// The repository's, below the API's base; percent-encoded.
    var path: String { get }
    /// The permission that calls take, in the host's own words.
    static var needs: String { get }
    /// The host's words for a repository and for a pull request.
    static var nouns: (repository: String, pull: String) { get }
    /// What the host wants of each request besides.
    func finish(_ request: inout ForgeRequest)
}

extension HostForge {
    static var nouns: (repository: String, pull: String) { ("repository", "pull request") }

    func finish(_ request: inout ForgeRequest) {}

    /// - Parameters:
    ///   - rest: of the path; begins with a slash.
    ///   - what: what is asked about; `nil`: the repository.
    func request(
        _ method: HTTPMethod,
        _ rest: String,
        query: [(String, String)] = [],
        body: ConfigValue? = nil,
        what: String? = nil
    ) -> ForgeRequest {
        var request = ForgeRequest(
            method: method,
            path: path + rest,
            query: query.map { (name: $0.0, value: $0.1) },
            body: body.map(ForgeBody.json),
            what: what ?? "\(Self.nouns.repository) \(api.address.repository)",
            needs: Self.needs
        )
        finish(&request)
        return request
    }

    /// One pull request, for people.
    func name(_ number: Int) -> String { "\(Self.nouns.pull) \(number) of \(api.address.repository)" }

    /// Reads a list; an entry that cannot be read is counted.
    ///
    /// - Parameters:
    ///   - entries: what the answer lists.
    ///   - limit: how many were asked for; as many are no complete list.
    ///   - isByChange: as in ``ListedPullRequests``.
    func list<Answer: Decodable, Entry>(
        _ request: ForgeRequest,
        as type: Answer.Type,
        limit: Int,
        isByChange: Bool = false,
        _ entries: (Answer) -> ReadableEntries<Entry>,
        _ make: (Entry) -> PullRequest?
    ) async throws(ForgeFailure) -> ListedPullRequests {
        let found = try await api.read(request, as: type) { answer in
            let list = entries(answer).entries.map { $0.flatMap(make).flatMap(api.admitted) }
            return Self.isGarbage(list)
                ? nil : ListedPullRequests(list, isComplete: list.count < limit, isByChange: isByChange)
        }
        guard let found else { throw .notFound(host: api.host, what: request.what) }
        return found
    }

    /// Whether nothing of a list can be read: then it is another API than the one that is meant.
    static func isGarbage<Entry>(_ entries: [Entry?]) -> Bool { !entries.isEmpty && entries.allSatisfy { $0 == nil } }
}

/// A list of an answer, of which each entry is decoded by itself.
struct ReadableEntries<Entry: Decodable>: Decodable {
    private struct One: Decodable {
        let value: Entry?

        init(from decoder: any Decoder) {
            // What is wrong with it would quote the answer.
            value = try? Entry(from: decoder)
        }
    }

    /// `nil` for one that is not what the API promises.
    let entries: [Entry?]

    init(from decoder: any Decoder) throws {
        entries = try [One](from: decoder).map(\.value)
    }
}
