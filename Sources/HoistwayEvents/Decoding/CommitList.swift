import HoistwayModel

/// The commits that a push lists, as far as they matter.
struct CommitList {
    private(set) var isEmpty = true
    private(set) var isTruncated = false
    /// Distinct paths in the order of their first mention; `nil` where they cannot be all.
    private(set) var changedFiles: [String]? = []
    private var summaries: [CommitSummary] = []
    private var headCommit: CommitSummary?

    /// More paths than this are not worth keeping: they count as unknown.
    static let maxChangedFiles = 20_000

    /// GitHub lists the most: up to 2048.
    static let maxCommits = 2048

    /// GitHub names at most so many files of one commit, and does not say that there are more:
    /// <https://docs.github.com/en/webhooks/webhook-events-and-payloads#push>.
    static let maxListedFiles = 3000

    init() {}

    /// `isComplete` says whether `count` commits listed are all that were pushed.
    init(in body: JSONObject, head: JSONObject?, isComplete: (_ count: Int) -> Bool) {
        let commits = body.array("commits", limit: Self.maxCommits)
        let objects = commits?.compactMap(\.object) ?? []
        isEmpty = objects.isEmpty
        isTruncated = objects.count == Self.maxCommits || !isComplete(objects.count)
        headCommit = head.flatMap(Self.summary)
        summaries = [objects.first, objects.dropFirst().last].compactMap { $0.flatMap(Self.summary) }
        changedFiles = isTruncated || commits == nil ? nil : Self.paths(of: objects)
    }

    /// What is told of this commit; the first or last one listed, if none is named.
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
