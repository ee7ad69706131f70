package import HoistwayModel

/// What a checkout shows at a path of the workspace.
package enum CheckoutSource: Sendable, Hashable {
    case defaultBranch
    /// Short name. `create`: an absent branch starts empty, without parent.
    case branch(String, create: Bool)
    case tag(String)
    case commit(ObjectID)
}

/// Who a commit names as its author and committer.
///
/// Angle brackets and control characters are left out when the commit is made.
package struct CommitAuthor: Sendable, Hashable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// What `git-commit` did.
package enum CommitResult: Sendable, Equatable {
    case committed(ObjectID)
    /// The tree is the one that the parent has; the id is the head's, `nil` on a branch without commits.
    case nothingChanged(head: ObjectID?)
}

/// What a copy left out, since it cannot be carried over.
package struct CopyResult: Sendable, Equatable {
    /// How many are named.
    package static let maxNamed = 10

    /// Paths below the folder that was copied; the first ones only.
    package private(set) var symlinks: [GitPath] = []
    package private(set) var submodules: [GitPath] = []
    package private(set) var symlinkCount = 0
    package private(set) var submoduleCount = 0
    /// `false` where a new folder would have been made of nothing.
    package private(set) var hasCopied = true

    package init() {}

    /// The same where nothing was copied.
    package var withoutFiles: CopyResult {
        var result = self
        result.hasCopied = false
        return result
    }

    /// What another part of the same copy did.
    package mutating func add(_ other: CopyResult) {
        symlinks = Array((symlinks + other.symlinks).prefix(Self.maxNamed))
        submodules = Array((submodules + other.submodules).prefix(Self.maxNamed))
        symlinkCount += other.symlinkCount
        submoduleCount += other.submoduleCount
        hasCopied = hasCopied || other.hasCopied
    }

    package mutating func leaveOut(symlink path: GitPath) {
        symlinkCount += 1
        if symlinks.count < Self.maxNamed { symlinks.append(path) }
    }

    package mutating func leaveOut(submodule path: GitPath) {
        submoduleCount += 1
        if submodules.count < Self.maxNamed { submodules.append(path) }
    }
}

/// A promotion's files: mounted Git trees with changes in memory above them, and no work tree on disk.
///
/// Outside of all checkouts steps may keep files as well, in memory and within bounds: they are never committed, and a
/// workspace that is made again has them once the steps have run again.
///
/// Paths are slash-separated and relative to the workspace; `.` and `..` are resolved and never lead out of it.
///
/// Used by one promotion at a time, one call at a time.
///
/// As ``IdentifiedFiles`` it shows all checkouts together: a folder above them is a folder, and where a checkout lies in
/// another, its files hide the outer one's.
package protocol Workspace: AnyObject, IdentifiedFiles {
    /// Mounts a checkout; gives its head, `nil` for a branch that is created.
    ///
    /// `author`: of commits made in it; `nil` for the workspace's own.
    /// `sparse`: folders within the repository of which alone, with the files of the folders that hold them, the checkout
    /// consists; empty: all of it.
    func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String,
        author: CommitAuthor?,
        sparse: [String]
    ) async throws(WorkspaceFailure) -> ObjectID?
    /// Content of a regular file; `nil` where there is none. A symlink is never followed: it is an error.
    func read(_ path: String) async throws(WorkspaceFailure) -> [UInt8]?
    /// Writes a regular file below a mount, keeping the executable bit of one that exists.
    func write(_ path: String, _ bytes: [UInt8]) async throws(WorkspaceFailure)
    /// Those of the names that are regular files directly in a directory, symlinks apart, in the order given.
    ///
    /// None in a directory that is absent.
    func files(named names: [String], in path: String) async throws(WorkspaceFailure) -> [String]
    /// Removes a file, a symlink (not what it points to), a submodule, or a folder with all that is in it; `false` where
    /// nothing was there. What is a checkout, or holds one, cannot be removed.
    @discardableResult
    func remove(_ path: GitPath) async throws(WorkspaceFailure) -> Bool
    /// Removes every tracked file below a mount's root or directory; `false` where nothing was there.
    @discardableResult
    func clear(_ path: String) async throws(WorkspaceFailure) -> Bool
    /// Merges a directory (or file) into another, replacing files; whole trees are taken over by id where possible.
    /// `ignore` has gitignore lines, for a single file too; `.git` is ignored in any case. Symlinks and submodules are left out. The result says what was left out, and
    /// whether a new folder would have been made of nothing.
    @discardableResult
    func copy(from: String, to: String, ignore: [String]) async throws(WorkspaceFailure) -> CopyResult
    /// Turns the changes below `path` into objects and a commit on the head of the mount that holds it.
    ///
    /// New files that the checkout's `.gitignore` names are left out. `author`: `nil` for that of the mount.
    func commit(_ path: String, message: String, trailers: [String], author: CommitAuthor?)
        async throws(WorkspaceFailure) -> CommitResult
    /// What a push of the mount that holds `path` would send.
    func outgoing(_ path: String) async throws(WorkspaceFailure) -> OutgoingBranch
    /// The mount that holds `path`, as it stands.
    func state(of path: String) async throws(WorkspaceFailure) -> MountState
    /// Where a ref (full name) of the mount's repository is, with what this batch has made of it and not yet pushed; `nil`
    /// where it does not exist.
    func ref(_ name: String, at path: String) async throws(WorkspaceFailure) -> RefPlace?
    /// Says that the mount was pushed: its commits are the remote's now.
    ///
    /// - Parameters:
    ///   - branch: where they went; `nil`: to the branch that is checked out.
    ///   - commit: what they have become.
    func pushed(_ path: String, to branch: String?, as commit: ObjectID) async throws(WorkspaceFailure)
    /// Makes an annotated tag of a commit in the mount's repository; nothing is sent. Gives its object.
    ///
    /// A tag of that name that was made before is replaced.
    func tag(_ path: String, name: String, message: String, commit: ObjectID) async throws(WorkspaceFailure) -> ObjectID
    /// Takes a tag of the mount's repository for one that was made here.
    func adopt(tag name: String, object: ObjectID, at path: String) async throws(WorkspaceFailure)
}

/// A checkout as it stands after some steps.
package struct MountState: Sendable {
    package var remote: any GitRemote
    /// Short name; `nil` where a tag or commit is checked out.
    package var branch: String?
    /// The commit that was checked out; zero where the branch is created.
    package var start: ObjectID
    /// The files of the checkout before any step; `nil`: none.
    package var startTree: ObjectID?
    /// Commits that were made since, oldest first, whether they were pushed or not.
    package var commits: [ObjectID]
    /// How many of the commits went to other branches than the one that is checked out, by short name.
    package var sent: [String: Int]
    /// What the newest commit has become where it was pushed; `nil`: it was not, or no commit was made.
    package var pushedHead: ObjectID?
    /// Files that steps read and wrote again, paths within the repository: what they hold comes of what was there.
    package var edited: Set<GitPath>
    /// All files were removed, and what is there now was put there by steps.
    package var isCleared: Bool
    /// Objects of the tags that were made here.
    package var tags: [String: ObjectID]

    package init(remote: any GitRemote, branch: String?, start: ObjectID, startTree: ObjectID?) {
        self.remote = remote
        self.branch = branch
        self.start = start
        self.startTree = startTree
        commits = []
        sent = [:]
        edited = []
        isCleared = false
        tags = [:]
    }

    /// What a tag is put on: where the newest commit was pushed, what it has become; zero where there is no commit.
    package var head: ObjectID { pushedHead ?? commits.last ?? start }
}

/// Where a ref is.
package struct RefPlace: Sendable, Equatable {
    /// What the ref itself holds: of an annotated tag, the tag's object.
    package var object: ObjectID
    /// The commit.
    package var commit: ObjectID

    package init(object: ObjectID, commit: ObjectID) {
        self.object = object
        self.commit = commit
    }
}

/// Files of a checkout that are taken from another branch, to which the checkout is pushed: steps edit what stands there.
package struct Graft: Sendable, Equatable {
    /// Where that branch is.
    package var tip: ObjectID
    /// Within the repository.
    package var files: Set<GitPath>

    package init(tip: ObjectID, files: Set<GitPath>) {
        self.tip = tip
        self.files = files
    }
}

extension Workspace {
    package func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String
    ) async throws(WorkspaceFailure) -> ObjectID? {
        try await mount(remote: remote, source: source, at: path, author: nil, sparse: [])
    }

    package func commit(
        _ path: String,
        message: String,
        trailers: [String]
    ) async throws(WorkspaceFailure) -> CommitResult {
        try await commit(path, message: message, trailers: trailers, author: nil)
    }
}

/// A mount's commits that the remote does not have yet.
package struct OutgoingBranch: Sendable {
    package var remote: any GitRemote
    /// Short name; `nil` where a tag or commit is checked out.
    package var branch: String?
    /// What the branch was at when it was mounted; zero where it is created.
    package var base: ObjectID
    /// Oldest first; empty where nothing is to be pushed.
    package var commits: [ObjectID]
    /// Where the ref is at the remote, or will be when what precedes has been pushed; zero where it does not exist.
    ///
    /// Not `base` where a new branch begins at the commit that was checked out.
    package var old: ObjectID

    package init(
        remote: any GitRemote,
        branch: String?,
        base: ObjectID,
        commits: [ObjectID],
        old: ObjectID? = nil
    ) {
        self.remote = remote
        self.branch = branch
        self.base = base
        self.commits = commits
        self.old = old ?? base
    }
}

/// Why a workspace operation failed.
package enum WorkspaceFailure: Diagnosable, Equatable {
    case git(GitFailure)
    case notMounted(path: String)
    /// Nothing is there, and it lies outside of every checkout.
    case missingOutside(path: String)
    /// A checkout needs a place where nothing is.
    case holdsFiles(path: String)
    /// More would lie outside of checkouts than is kept there.
    case scratchFull(path: String, files: Int, bytes: Int)
    case alreadyMounted(path: String)
    case noSuchRef(url: String, MissingRef)
    case notAFile(path: String)
    case missing(path: String)
    /// A line of the rules for what is not copied would have `.git` copied.
    case copiesGit(line: String)
    /// It cannot be removed: it is a checkout, or one lies in it.
    case holdsCheckout(path: String)
    case invalidName(String)
    /// A step wrote outside the folders that `sparse` names.
    case notCheckedOut(path: String)
    /// Nothing below the path changed, and something else in its checkout did.
    case changedElsewhere(path: String, files: [GitPath])
    case invalidSparse(folder: String, reason: String)
    /// More files and folders of a checkout were written than one commit may hold.
    case tooManyChanges(path: String, limit: Int)

    package var message: String {
        switch self {
        case .git(let failure): failure.message
        case .notMounted(let path): "\(path) is not below any checkout of this promotion"
        case .missingOutside(let path): "\(path) does not exist, and is not below any checkout of this promotion"
        case .holdsFiles(let path): "\(path) holds files that steps have made: nothing can be checked out there"
        case .scratchFull(let path, let files, let bytes):
            "\(path) cannot be written: outside of checkouts lie at most \(files) files with \(bytes >> 20) MiB together"
        case .alreadyMounted(let path): "\(path) is taken by another checkout"
        case .noSuchRef(let url, let ref): "\(url) has no \(ref.text)"
        case .notAFile(let path): "\(path) is not a regular file"
        case .missing(let path): "\(path) does not exist"
        case .copiesGit(let line): "the line \(ShownText.quoted(line)) would have .git copied, which never is"
        case .holdsCheckout(let path): "\(path) is a checkout or holds one, and is not removed"
        case .invalidName(let name): "\(name) cannot be a branch or tag name"
        case .notCheckedOut(let path): "\(path) lies outside the folders that `sparse` checks out"
        case .changedElsewhere(let path, let files):
            "nothing changed below \(path), but elsewhere in its checkout (\(Listing.text(files.map(\.shortened))))"
        case .invalidSparse(let folder, let reason): "sparse: \(ShownText.quoted(folder)) \(reason)"
        case .tooManyChanges(let path, let limit):
            "with \(path) the checkout has more than \(limit) files and folders that steps have written"
        }
    }

    package var hint: String? {
        switch self {
        case .git(let failure): failure.hint
        case .missingOutside: "check it out with git-clone first, or let an earlier step make it"
        case .holdsFiles: "check out first, or at another path"
        case .scratchFull: "let the steps write to a checkout"
        case .notMounted: "check it out with git-clone first"
        case .copiesGit: "take the line out, or name what it is to bring back"
        case .holdsCheckout: "git-clear removes all files of a checkout"
        case .noSuchRef(_, let ref): ref.hint
        case .notCheckedOut: "add its folder to sparse"
        case .tooManyChanges: "commit in between; a folder that is copied into itself grows each time"
        case .changedElsewhere: "commit the checkout, or the folder that holds the changes"
        default: nil
        }
    }

    package var retry: Retry {
        if case .git(let failure) = self { failure.retry } else { .never }
    }
}

/// What a checkout names, and the remote does not have.
package enum MissingRef: Sendable, Equatable {
    case branch(String)
    case tag(String)
    case defaultBranch

    fileprivate var text: String {
        switch self {
        case .branch(let name): "branch \(name)"
        case .tag(let name): "tag \(name)"
        case .defaultBranch: "default branch"
        }
    }

    fileprivate var hint: String {
        switch self {
        case .branch: "create it, or set create: true on the checkout"
        case .tag: "push the tag, or name one that is there"
        case .defaultBranch: "name a branch, or let the host's HEAD point to one that is there"
        }
    }
}

/// What a batch of promotions knows of refs before its workspaces are made.
package struct KnownHeads: Sendable {
    /// What remotes said at the beginning of the batch, and where it has pushed branches since, by display URL; checkouts
    /// of these ask nobody.
    package var snapshots: [String: RefSnapshot]
    /// Commits that were made in this batch and not yet pushed: a checkout of the branch begins there.
    package var unpushed: [BranchKey: ObjectID]
    /// Repositories that could not be read at the beginning of the batch, by display URL: a checkout of one fails with
    /// that, and asks nobody.
    package var failures: [String: GitFailure] = [:]
    /// By where checkouts are mounted.
    package var grafts: [WorkspacePath: Graft] = [:]

    package init(snapshots: [String: RefSnapshot] = [:], unpushed: [BranchKey: ObjectID] = [:]) {
        self.snapshots = snapshots
        self.unpushed = unpushed
    }
}

/// How a tree differs from another, by paths; each list sorted.
package struct TreeChanges: Sendable, Equatable {
    package var changed: [GitPath]
    package var added: [GitPath]
    package var deleted: [GitPath]
    /// More differences than were asked for were left out.
    package var isCut: Bool

    package init(changed: [GitPath] = [], added: [GitPath] = [], deleted: [GitPath] = [], isCut: Bool = false) {
        self.changed = changed
        self.added = added
        self.deleted = deleted
        self.isCut = isCut
    }

    /// All of them, in no order.
    package var paths: [GitPath] { changed + added + deleted }
}

/// Makes workspaces, and compares the trees that they make.
package protocol WorkspaceMaker: Sendable {
    func workspace(heads: KnownHeads, author: CommitAuthor, at moment: Timestamp) -> any Workspace
    /// Loads only the subtrees that differ. `old`: `nil` for the empty tree.
    func changes(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, limit: Int)
        async throws(GitFailure) -> TreeChanges
    /// A unified diff as `git diff` writes it, cut at `maxBytes` with a last line that says so.
    func unifiedDiff(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, maxBytes: Int)
        async throws(GitFailure) -> String
    /// The files that differ, with modes and ids, sorted by path; `isCut`: there are more than `limit`.
    func changedFiles(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, limit: Int)
        async throws(GitFailure) -> (files: [ChangedFile], isCut: Bool)
    /// Each of these files for people, with its lines as long as all together stay below `maxBytes`.
    func describe(_ files: [ChangedFile], in remote: any GitRemote, maxBytes: Int)
        async throws(GitFailure) -> [FileDifference]
}
