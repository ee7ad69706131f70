import HoistwayModel

/// A ref that moved, in a common form for all Git hosts, before it becomes a branch or tag event.
struct Movement {
    var repoKeys: [RepositoryKey]
    /// The full name.
    var ref: String
    /// As sent, zeros included.
    var before: String?
    /// As sent; zeros mean a deletion.
    var after: String?
    /// The commit of an annotated tag, if the sender names it.
    var peeled: String?
    var created: Bool?
    var deleted: Bool?
    var forced: Bool?
    var commits = CommitList()
    var defaultBranch: String?
    var actor: String?

    func event() -> Event {
        let isTag = ref.hasPrefix(Self.tags)
        guard isTag || ref.hasPrefix(Self.heads) else { return .ignored(repoKeys: repoKeys, reason: Reason.otherRef) }
        let short = String(ref.dropFirst(isTag ? Self.tags.count : Self.heads.count))
        if let problem = GitRefName.problem(withShortName: short) {
            return .ignored(repoKeys: repoKeys, reason: Reason.refName(problem))
        }
        return isTag ? .tag(tag) : .push(push)
    }

    static let heads = "refs/heads/"
    static let tags = "refs/tags/"

    private var isDeleted: Bool { deleted == true || after.map(ObjectName.isZero) ?? false }
    private var isCreated: Bool { !isDeleted && (created ?? before.map(ObjectName.isZero) ?? false) }

    private var push: PushEvent {
        PushEvent(
            repoKeys: repoKeys,
            ref: ref,
            before: before,
            commit: isDeleted ? nil : after,
            created: isCreated,
            deleted: isDeleted,
            forced: forced,
            changedFiles: changedFiles,
            commitsTruncated: commits.isTruncated,
            head: isDeleted ? nil : commits.head(after),
            defaultBranch: defaultBranch,
            actor: actor
        )
    }

    private var tag: TagEvent {
        let commit = isDeleted ? nil : peeled ?? after
        return TagEvent(
            repoKeys: repoKeys,
            ref: ref,
            before: before,
            commit: commit,
            tagObject: isDeleted || after == commit ? nil : after,
            created: isCreated,
            deleted: isDeleted,
            forced: forced,
            changedFiles: changedFiles,
            commitsTruncated: commits.isTruncated,
            viaRelease: false,
            head: isDeleted ? nil : commits.head(commit),
            actor: actor
        )
    }

    /// `nil` if the list cannot have all changes.
    private var changedFiles: [String]? {
        if forced == true || isCreated || before.map(ObjectName.isZero) ?? true { return nil }
        if commits.isEmpty, !isDeleted, before != after { return nil }
        return commits.changedFiles
    }
}

/// Object ids as text, of both lengths.
enum ObjectName {
    /// 40 hexadecimal digits, or 64 in repositories with SHA-256.
    static func isValid(_ text: String) -> Bool {
        let count = text.utf8.count
        return (count == 40 || count == 64) && text.utf8.allSatisfy { JSONString.hexValue($0) != nil }
    }

    static func isZero(_ text: String) -> Bool { text.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }
}

extension JSONObject {
    /// An object id in lower case; `nil` for anything else.
    func objectName(_ key: String) -> String? {
        guard let text = string(key), ObjectName.isValid(text) else { return nil }
        return text.lowercased()
    }

    /// Like ``objectName(_:)``, but `nil` for ids of zeros.
    func realObjectName(_ key: String) -> String? {
        objectName(key).flatMap { ObjectName.isZero($0) ? nil : $0 }
    }
}

extension [String?] {
    /// The distinct keys of these URLs, in this order; invalid URLs are left out.
    var repositoryKeys: [RepositoryKey] {
        var keys: [RepositoryKey] = []
        for case let url? in self {
            if let key = RepositoryKey(url: url), !keys.contains(key) { keys.append(key) }
        }
        return keys
    }
}
