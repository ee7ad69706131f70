import HoistwayModel

/// The commits that a push lists, as far as they are needed.
struct CommitList {
    private(set) var isEmpty = true
    private(set) var isTruncated = false
    /// Distinct paths in the order of their first mention; `nil` if the list is incomplete.
    private(set) var changedFiles: [String]? = []
    private var summaries: [CommitSummary] = []
    private var headCommit: CommitSummary?

    /// With more paths than this, the changed files count as unknown.
    static let maxChangedFiles = 20_000

    /// GitHub lists the most: up to 2048.
    static let maxCommits = 2048

    /// GitHub names at most this number of files for one commit, and does not report that there are more:
    /// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#push>.
    static let maxListedFiles = 3000

    init() {}

    /// - Parameter isComplete: whether `count` listed commits are all pushed commits.
    init(in body: JSONObject, head: JSONObject?, isComplete: (_ count: Int) -> Bool) {
        let commits = body.array("commits", limit: Self.maxCommits)
        let objects = commits?.compactMap(\.object) ?? []
        isEmpty = objects.isEmpty
        isTruncated = objects.count == Self.maxCommits || !isComplete(objects.count)
        headCommit = head.flatMap(Self.summary)
        summaries = [objects.first, objects.dropFirst().last].compactMap { $0.flatMap(Self.summary) }
        changedFiles = isTruncated || commits == nil ? nil : Self.paths(of: objects)
    }

    /// The listed commit with this id, if it is the head, the first or the last one; otherwise the head commit.
    func head(_ id: String?) -> CommitSummary? {
        let known = [headCommit].compactMap(\.self) + summaries
        return known.first { $0.id == id } ?? headCommit
    }

    private static func paths(of commits: [JSONObject]) -> [String]? {
        var seen: Set<String> = []
        var paths: [String] = []
        for commit in commits {
            let lists = ["added", "modified", "removed"]
            guard lists.contains(where: commit.has) else { return nil }
            let values = lists.flatMap { commit.array($0, limit: maxListedFiles) ?? [] }
            guard values.count < maxListedFiles else { return nil }
            for path in values.compactMap(\.string)
            where seen.insert(path).inserted {
                paths.append(path)
            }
            if paths.count > maxChangedFiles { return nil }
        }
        return paths
    }

    private static func summary(_ commit: JSONObject) -> CommitSummary? {
        guard let id = commit.objectName("id") else { return nil }
        let author = commit.object("author")
        let name = author?.string("name") ?? ""
        let address = author?.string("email").map { " <\($0)>" } ?? ""
        return CommitSummary(
            id: id,
            message: commit.string("message") ?? "",
            author: name + address,
            timestamp: commit.time("timestamp")
        )
    }
}
