/// The ref to which a commit of a promotion was pushed, or in observe mode would have been pushed.
package struct BranchArrival: Sendable, Equatable, Codable {
    /// Without user part.
    package var remote: String
    /// The ref's short name.
    package var branch: String
    /// The commit it was compared with: the ref's previous commit, or the start of a new ref.
    package var before: ObjectID
    package var commit: ObjectID
    package var pushed: Bool
    /// The image entries that it sets, for a comparison with the pushes of others; only in observe mode.
    package var images: [PromotedImage]?
    /// `nil`: a branch that stages write.
    package var kind: PushedRef?

    package init(
        remote: String,
        branch: String,
        before: ObjectID,
        commit: ObjectID,
        pushed: Bool,
        images: [PromotedImage]? = nil,
        kind: PushedRef? = nil
    ) {
        self.remote = remote
        self.branch = branch
        self.before = before
        self.commit = commit
        self.pushed = pushed
        self.images = images
        self.kind = kind
    }

    /// Whether it was pushed to a branch that stages write.
    package var isOnStageBranch: Bool { pushed && (kind ?? .branch) == .branch }
}

/// A branch that a promotion wrote, or in observe mode would have written, with its changes.
package struct BranchOutcome: Sendable, Equatable {
    package var arrival: BranchArrival
    package var tree: ObjectID
    /// The tree of `git-commit`, if the stage's rules have changed it since; `nil`: they have not.
    package var made: ObjectID?
    package var subject: String
    /// Unified diff, cut at a limit; `nil` where it was not requested.
    package var diff: String?
    /// The alias of the `git-push` step; `nil`: an earlier version recorded it.
    package var step: String?
    /// The branch that was checked out, if another one was pushed.
    package var checkedOut: String?
    /// The digest of the difference from `before`; `nil`: not requested, or too many files differ.
    package var digest: String?
    /// The data for a preview; `nil`: it is not a preview and is not compared with one.
    package var preview: BranchPreview?

    package init(
        remote: String,
        branch: String,
        before: ObjectID,
        commit: ObjectID,
        tree: ObjectID,
        subject: String,
        diff: String? = nil,
        pushed: Bool,
        images: [PromotedImage]? = nil,
        step: String? = nil,
        kind: PushedRef = .branch,
        checkedOut: String? = nil
    ) {
        arrival = BranchArrival(
            remote: remote,
            branch: branch,
            before: before,
            commit: commit,
            pushed: pushed,
            images: images,
            kind: kind == .branch ? nil : kind
        )
        self.tree = tree
        self.subject = subject
        self.diff = diff
        self.step = step
        self.checkedOut = checkedOut
    }

    package var remote: String {
        get { arrival.remote }
        set { arrival.remote = newValue }
    }
    package var branch: String {
        get { arrival.branch }
        set { arrival.branch = newValue }
    }
    package var before: ObjectID {
        get { arrival.before }
        set { arrival.before = newValue }
    }
    package var commit: ObjectID {
        get { arrival.commit }
        set { arrival.commit = newValue }
    }
    package var pushed: Bool {
        get { arrival.pushed }
        set { arrival.pushed = newValue }
    }
    package var images: [PromotedImage]? {
        get { arrival.images }
        set { arrival.images = newValue }
    }
    package var kind: PushedRef? {
        get { arrival.kind }
        set { arrival.kind = newValue }
    }

    package var isOnStageBranch: Bool { arrival.isOnStageBranch }
}

// As one object with the keys of the arrival and its own keys.
extension BranchOutcome: Codable {
    private enum CodingKeys: String, CodingKey {
        case tree, made, subject, diff, step, checkedOut, digest, preview
    }

    package init(from decoder: any Decoder) throws {
        arrival = try BranchArrival(from: decoder)
        let container = try decoder.container(keyedBy: CodingKeys.self)
        tree = try container.decode(ObjectID.self, forKey: .tree)
        made = try container.decodeIfPresent(ObjectID.self, forKey: .made)
        subject = try container.decode(String.self, forKey: .subject)
        diff = try container.decodeIfPresent(String.self, forKey: .diff)
        step = try container.decodeIfPresent(String.self, forKey: .step)
        checkedOut = try container.decodeIfPresent(String.self, forKey: .checkedOut)
        digest = try container.decodeIfPresent(String.self, forKey: .digest)
        preview = try container.decodeIfPresent(BranchPreview.self, forKey: .preview)
    }

    package func encode(to encoder: any Encoder) throws {
        try arrival.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(tree, forKey: .tree)
        try container.encodeIfPresent(made, forKey: .made)
        try container.encode(subject, forKey: .subject)
        try container.encodeIfPresent(diff, forKey: .diff)
        try container.encodeIfPresent(step, forKey: .step)
        try container.encodeIfPresent(checkedOut, forKey: .checkedOut)
        try container.encodeIfPresent(digest, forKey: .digest)
        try container.encodeIfPresent(preview, forKey: .preview)
    }
}

/// An image entry of a kustomization after a promotion.
package struct PromotedImage: Sendable, Hashable, Codable {
    /// Path within the repository.
    package var file: String
    package var name: String
    package var tag: String?
    package var digest: String?

    package init(file: String, name: String, tag: String?, digest: String?) {
        self.file = file
        self.name = name
        self.tag = tag
        self.digest = digest
    }

    /// `app:1.2.3@sha256:0123456`, for people.
    package var summary: String {
        let last = name.split(separator: "/").last.map(String.init) ?? name
        return last + (tag.map { ":\($0)" } ?? "") + (digest.map { "@\($0.prefix(14))" } ?? "")
    }
}
