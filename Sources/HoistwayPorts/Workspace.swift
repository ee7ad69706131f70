package import HoistwayModel

/// The content of a checkout at a path of the workspace.
package enum CheckoutSource: Sendable, Hashable {
    case defaultBranch
    /// Short name. `create`: a branch that does not exist starts empty, without parent.
    case branch(String, create: Bool)
    case tag(String)
    case commit(ObjectID)
}

/// The author and committer of a commit.
///
/// Angle brackets and control characters are removed when the commit is made.
package struct CommitAuthor: Sendable, Hashable {
    package var name: String
    package var email: String

    package init(name: String, email: String) {
        self.name = name
        self.email = email
    }
}

/// The result of `git-commit`.
package enum CommitResult: Sendable, Equatable {
    case committed(ObjectID)
    /// The tree is the same as the parent's; the id is the head's, `nil` on a branch without commits.
    case nothingChanged(head: ObjectID?)
}

/// Entries that a copy left out because it cannot copy them.
package struct CopyResult: Sendable, Equatable {
    /// The most paths in each list.
    package static let maxNamed = 10

    /// Paths below the copied folder; only the first ones.
    package private(set) var symlinks: [GitPath] = []
    package private(set) var submodules: [GitPath] = []
    package private(set) var symlinkCount = 0
    package private(set) var submoduleCount = 0
    /// `false` where the copy would have made an empty new folder.
    package private(set) var hasCopied = true

    package init() {}

    /// The same result for a copy that copied nothing.
    package var withoutFiles: CopyResult {
        var result = self
        result.hasCopied = false
        return result
    }

    /// Adds the result of another part of the same copy.
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

/// A promotion's files: mounted Git trees with changes in memory above them, without a work tree on disk.
///
/// Outside of all checkouts steps may write files too, in memory and within bounds. These are never committed. A
/// workspace that is made again has them after the steps have run again.
///
/// Paths are slash-separated and relative to the workspace; `.` and `..` are resolved and never lead out of it.
///
/// Only one promotion at a time may use it, one call at a time.
///
/// As ``IdentifiedFiles`` it shows all checkouts together. A folder that contains checkouts is a folder. Where one
/// checkout is inside another, the inner one's files hide the outer one's.
package protocol Workspace: AnyObject, IdentifiedFiles {
    /// Mounts a checkout; gives its head, `nil` for a branch that is created.
    ///
    /// `author`: the author of commits in it; `nil` for the workspace's author. `sparse`: the only folders of the
    /// repository that the checkout contains, with the files of their parent folders; empty: the whole repository.
    func mount(
        remote: any GitRemote,
        source: CheckoutSource,
        at path: String,
        author: CommitAuthor?,
        sparse: [String]
    ) async throws(WorkspaceFailure) -> ObjectID?
    /// Content of a regular file; `nil` where there is none. A symlink is an error: it is never followed.
    func read(_ path: String) async throws(WorkspaceFailure) -> [UInt8]?
    /// Writes a regular file below a mount; a file that exists keeps its executable bit.
    func write(_ path: String, _ bytes: [UInt8]) async throws(WorkspaceFailure)
    /// Those of the names that are regular files directly in a directory, in the same order; symlinks do not count.
    ///
    /// Empty for a directory that does not exist.
    func files(named names: [String], in path: String) async throws(WorkspaceFailure) -> [String]
    /// Removes a file, a symlink (not its target), a submodule, or a folder with its content.
    ///
    /// Gives `false` where nothing was there. A checkout, or a folder that contains one, cannot be removed.
    @discardableResult
    func remove(_ path: GitPath) async throws(WorkspaceFailure) -> Bool
    /// Removes every tracked file below a mount's root or directory; `false` where nothing was there.
    @discardableResult
    func clear(_ path: String) async throws(WorkspaceFailure) -> Bool
    /// Merges a directory (or file) into another and replaces files; whole trees are copied by id where possible.
    ///
    /// `ignore` has gitignore lines, for a single file too; `.git` is always ignored. Symlinks and submodules are left
    /// out. The result says what was left out, and whether the copy would have made an empty new folder.
    @discardableResult
    func copy(from: String, to: String, ignore: [String]) async throws(WorkspaceFailure) -> CopyResult
    /// Makes objects and a commit from the changes below `path`, on the head of the mount that contains it.
    ///
    /// New files that match the checkout's `.gitignore` are left out. `author`: `nil` for the mount's author.
    func commit(_ path: String, message: String, trailers: [String], author: CommitAuthor?)
        async throws(WorkspaceFailure) -> CommitResult
    /// What a push of the mount that contains `path` would send.
    func outgoing(_ path: String) async throws(WorkspaceFailure) -> OutgoingBranch
    /// The current state of the mount that contains `path`.
    func state(of path: String) async throws(WorkspaceFailure) -> MountState
    /// The commit of a ref (full name) in the mount's repository, with unpushed changes of this batch; `nil` where the
    /// ref does not exist.
    func ref(_ name: String, at path: String) async throws(WorkspaceFailure) -> RefPlace?
    /// Records a push of the mount: its commits are now the remote's.
    ///
    /// - Parameters:
    ///   - branch: the branch that was pushed; `nil`: the branch that is checked out.
    ///   - commit: the new head at the remote.
    func pushed(_ path: String, to branch: String?, as commit: ObjectID) async throws(WorkspaceFailure)
    /// Makes an annotated tag of a commit in the mount's repository, and gives its object; nothing is sent.
    ///
    /// It replaces a tag of the same name that was made before.
    func tag(_ path: String, name: String, message: String, commit: ObjectID) async throws(WorkspaceFailure) -> ObjectID
    /// Treats a tag of the mount's repository like one that was made here.
    func adopt(tag name: String, object: ObjectID, at path: String) async throws(WorkspaceFailure)
}

/// The state of a checkout after some steps.
package struct MountState: Sendable {
    package var remote: any GitRemote
    /// Short name; `nil` where a tag or commit is checked out.
    package var branch: String?
    /// The commit that was checked out; zero where the branch is created.
    package var start: ObjectID
    /// The files of the checkout before any step; `nil`: none.
    package var startTree: ObjectID?
    /// Commits since the checkout, oldest first, pushed or not.
    package var commits: [ObjectID]
    /// How many of the commits were pushed to other branches than the one that is checked out, by short name.
    package var sent: [String: Int]
    /// The remote's commit for the newest commit after its push; `nil`: it was not pushed, or no commit was made.
    package var pushedHead: ObjectID?
    /// Files that steps read and wrote again, as paths within the repository: their new content is based on the old
    /// content.
    package var edited: Set<GitPath>
    /// All files were removed, and the present files were written by steps.
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

    /// The commit for a new tag: the newest one, or its commit at the remote after a push; zero where there is none.
    package var head: ObjectID { pushedHead ?? commits.last ?? start }
}

/// The object and the commit of a ref.
package struct RefPlace: Sendable, Equatable {
    /// The object in the ref itself: for an annotated tag, the tag object.
    package var object: ObjectID
    /// The commit.
    package var commit: ObjectID

    package init(object: ObjectID, commit: ObjectID) {
        self.object = object
        self.commit = commit
    }
}

/// Files from another branch, to which the checkout is pushed: steps edit the content of that branch.
package struct Graft: Sendable, Equatable {
    /// The head of that branch.
    package var tip: ObjectID
    /// Paths within the repository.
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
    /// The branch's commit when it was mounted; zero where the branch is created.
    package var base: ObjectID
    /// Oldest first; empty where there is nothing to push.
    package var commits: [ObjectID]
    /// The ref's commit at the remote, after all earlier pushes of the batch; zero where the ref does not exist.
    ///
    /// It differs from `base` where a new branch begins at the commit that was checked out.
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
    /// Nothing exists at the path, which is outside of all checkouts.
    case missingOutside(path: String)
    /// A checkout cannot be mounted over files that steps have made.
    case holdsFiles(path: String)
    /// The files outside of checkouts would exceed their limits.
    case scratchFull(path: String, files: Int, bytes: Int)
    case alreadyMounted(path: String)
    case noSuchRef(url: String, MissingRef)
    case notAFile(path: String)
    case missing(path: String)
    /// A line of the ignore rules would copy `.git`.
    case copiesGit(line: String)
    /// The path cannot be removed: it is a checkout, or contains one.
    case holdsCheckout(path: String)
    case invalidName(String)
    /// A step wrote outside the folders that `sparse` names.
    case notCheckedOut(path: String)
    /// Nothing changed below the path, but something else in its checkout did.
    case changedElsewhere(path: String, files: [GitPath])
    case invalidSparse(folder: String, reason: String)
    /// Steps wrote more files and folders of a checkout than one commit may contain.
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

/// A ref that a checkout names and the remote does not have.
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

/// The refs that a batch of promotions has before its workspaces are made.
package struct KnownHeads: Sendable {
    /// Refs of remotes from the beginning of the batch, with the batch's pushes since, by display URL; checkouts of
    /// these remotes send no request.
    package var snapshots: [String: RefSnapshot]
    /// Commits of this batch that are not pushed yet: a checkout of the branch begins there.
    package var unpushed: [BranchKey: ObjectID]
    /// Repositories that could not be read at the beginning of the batch, by display URL: a checkout of one fails with
    /// this failure, and sends no request.
    package var failures: [String: GitFailure] = [:]
    /// By the path at which the checkout is mounted.
    package var grafts: [WorkspacePath: Graft] = [:]

    package init(snapshots: [String: RefSnapshot] = [:], unpushed: [BranchKey: ObjectID] = [:]) {
        self.snapshots = snapshots
        self.unpushed = unpushed
    }
}

/// The differences between two trees, by paths; each list is sorted.
package struct TreeChanges: Sendable, Equatable {
    package var changed: [GitPath]
    package var added: [GitPath]
    package var deleted: [GitPath]
    /// There are more differences than `limit`; the others were left out.
    package var isCut: Bool

    package init(changed: [GitPath] = [], added: [GitPath] = [], deleted: [GitPath] = [], isCut: Bool = false) {
        self.changed = changed
        self.added = added
        self.deleted = deleted
        self.isCut = isCut
    }

    /// All paths, in no particular order.
    package var paths: [GitPath] { changed + added + deleted }
}

/// Makes workspaces, and compares their trees.
package protocol WorkspaceMaker: Sendable {
    func workspace(heads: KnownHeads, author: CommitAuthor, at moment: Timestamp) -> any Workspace
    /// Loads only the subtrees that differ. `old`: `nil` for the empty tree.
    func changes(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, limit: Int)
        async throws(GitFailure) -> TreeChanges
    /// A unified diff in the format of `git diff`; if it is cut at `maxBytes`, its last line says so.
    func unifiedDiff(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, maxBytes: Int)
        async throws(GitFailure) -> String
    /// The files that differ, with modes and ids, sorted by path; `isCut`: there are more than `limit`.
    func changedFiles(from old: ObjectID?, to new: ObjectID, in remote: any GitRemote, limit: Int)
        async throws(GitFailure) -> (files: [ChangedFile], isCut: Bool)
    /// Describes each file for people, with its lines as long as all files together stay below `maxBytes`.
    func describe(_ files: [ChangedFile], in remote: any GitRemote, maxBytes: Int)
        async throws(GitFailure) -> [FileDifference]
}
