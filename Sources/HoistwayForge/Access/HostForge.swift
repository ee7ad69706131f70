import HoistwayModel
import HoistwayPorts
import NIOHTTP1

/// The common part of all hosts' forges: how a request is made, and names in failures.
protocol HostForge: Forge {
    var api: ForgeAPI { get }
    /// The repository's path, below the API's base; percent-encoded.
    var path: String { get }
    /// The permission that calls need, in the host's own terms.
    static var needs: String { get }
    /// The host's words for a repository and for a pull request.
    static var nouns: (repository: String, pull: String) { get }
    /// Adds what the host requires in each request.
    func finish(_ request: inout ForgeRequest)
}

extension HostForge {
    static var nouns: (repository: String, pull: String) { ("repository", "pull request") }

    func finish(_ request: inout ForgeRequest) {}

    /// - Parameters:
    ///   - rest: end of the path; begins with a slash.
    ///   - what: object of the request; `nil`: the repository.
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

    /// The name of one pull request, for people.
    func name(_ number: Int) -> String { "\(Self.nouns.pull) \(number) of \(api.address.repository)" }

    /// Reads a list; unreadable entries are counted.
    ///
    /// - Parameters:
    ///   - entries: the list of the answer.
    ///   - limit: the requested number; a list with that many may be incomplete.
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

    /// Whether no entry of a list can be read: then it is another API than expected.
    static func isGarbage<Entry>(_ entries: [Entry?]) -> Bool { !entries.isEmpty && entries.allSatisfy { $0 == nil } }
}

/// A list of an answer, with each entry decoded separately.
struct ReadableEntries<Entry: Decodable>: Decodable {
    private struct One: Decodable {
        let value: Entry?

        init(from decoder: any Decoder) {
            // The error would quote the answer.
            value = try? Entry(from: decoder)
        }
    }

    /// `nil` for an entry that does not match the API's documentation.
    let entries: [Entry?]

    init(from decoder: any Decoder) throws {
        entries = try [One](from: decoder).map(\.value)
    }
}
