/// The content of a delivery, whoever sent it.
package enum Event: Sendable, Equatable, Codable {
    case push(PushEvent)
    case tag(TagEvent)
    case pullRequest(PullRequestEvent)
    case image(ImageEvent)
    case chart(ChartEvent)
    case ping(repoKeys: [RepositoryKey])
    /// Authentic, but without an effect; the reason is one short word or phrase.
    case ignored(repoKeys: [RepositoryKey], reason: String)
}

/// A branch was moved, created or deleted.
package struct PushEvent: Sendable, Equatable, Codable {
    /// One for each URL in the event; a match with any of them is enough.
    package var repoKeys: [RepositoryKey]
    /// Full: `refs/heads/…`.
    package var ref: String
    /// As sent: zeros only where the ref was created.
    package var before: String?
    /// The head after the push; `nil` after a deletion.
    package var commit: String?
    package var created: Bool
    package var deleted: Bool
    /// `nil` where the sender does not say.
    package var forced: Bool?
    /// `nil`: unknown, so that every path filter matches.
    package var changedFiles: [String]?
    package var commitsTruncated: Bool
    package var head: CommitSummary?
    package var defaultBranch: String?
    package var actor: String?

    package init(
        repoKeys: [RepositoryKey],
        ref: String,
        before: String? = nil,
        commit: String? = nil,
        created: Bool = false,
        deleted: Bool = false,
        forced: Bool? = nil,
        changedFiles: [String]? = nil,
        commitsTruncated: Bool = false,
        head: CommitSummary? = nil,
        defaultBranch: String? = nil,
        actor: String? = nil
    ) {
        self.repoKeys = repoKeys
        self.ref = ref
        self.before = before
        self.commit = commit
        self.created = created
        self.deleted = deleted
        self.forced = forced
        self.changedFiles = changedFiles
        self.commitsTruncated = commitsTruncated
        self.head = head
        self.defaultBranch = defaultBranch
        self.actor = actor
    }
}

/// The data that a sender gives about one commit.
package struct CommitSummary: Sendable, Equatable, Codable {
    package var id: String
    package var message: String
    /// `Name <email>`.
    package var author: String
    package var timestamp: Timestamp?

    package init(id: String, message: String, author: String, timestamp: Timestamp? = nil) {
        self.id = id
        self.message = message
        self.author = author
        self.timestamp = timestamp
    }
}

package struct TagEvent: Sendable, Equatable, Codable {
    package var repoKeys: [RepositoryKey]
    /// Full: `refs/tags/…`.
    package var ref: String
    /// As sent: zeros only where the ref was created.
    package var before: String?
    /// The peeled commit, where the sender gives it.
    package var commit: String?
    /// The annotated tag's own id, where it differs from the commit.
    package var tagObject: String?
    package var created: Bool
    package var deleted: Bool
    package var forced: Bool?
    package var changedFiles: [String]?
    package var commitsTruncated: Bool
    package var viaRelease: Bool
    package var prerelease: Bool?
    package var head: CommitSummary?
    package var actor: String?

    package init(
        repoKeys: [RepositoryKey],
        ref: String,
        before: String? = nil,
        commit: String? = nil,
        tagObject: String? = nil,
        created: Bool = false,
        deleted: Bool = false,
        forced: Bool? = nil,
        changedFiles: [String]? = nil,
        commitsTruncated: Bool = false,
        viaRelease: Bool = false,
        prerelease: Bool? = nil,
        head: CommitSummary? = nil,
        actor: String? = nil
    ) {
        self.repoKeys = repoKeys
        self.ref = ref
        self.before = before
        self.commit = commit
        self.tagObject = tagObject
        self.created = created
        self.deleted = deleted
        self.forced = forced
        self.changedFiles = changedFiles
        self.commitsTruncated = commitsTruncated
        self.viaRelease = viaRelease
        self.prerelease = prerelease
        self.head = head
        self.actor = actor
    }
}

package struct PullRequestEvent: Sendable, Equatable, Codable {
    package enum Action: String, Sendable, Codable {
        case opened, updated, reopened, merged, closed
    }

    package var repoKeys: [RepositoryKey]
    package var number: Int
    package var action: Action
    package var url: String?
    /// Short names.
    package var sourceBranch: String
    package var targetBranch: String
    package var headSHA: String?
    /// Only when merged.
    package var mergeSHA: String?
    package var fromFork: Bool?

    package init(
        repoKeys: [RepositoryKey],
        number: Int,
        action: Action,
        url: String? = nil,
        sourceBranch: String,
        targetBranch: String,
        headSHA: String? = nil,
        mergeSHA: String? = nil,
        fromFork: Bool? = nil
    ) {
        self.repoKeys = repoKeys
        self.number = number
        self.action = action
        self.url = url
        self.sourceBranch = sourceBranch
        self.targetBranch = targetBranch
        self.headSHA = headSHA
        self.mergeSHA = mergeSHA
        self.fromFork = fromFork
    }
}

package struct ImageEvent: Sendable, Equatable, Codable {
    package var image: ImageKey
    /// May be empty: a push by digest.
    package var tags: [String]
    /// `sha256:…` or `sha512:…`, checked; `nil` where the sender gives none.
    package var digest: String?
    package var mediaType: String?
    /// When it was pushed or built, from the payload.
    package var occurredAt: Timestamp?
    package var actor: String?

    package init(
        image: ImageKey,
        tags: [String],
        digest: String? = nil,
        mediaType: String? = nil,
        occurredAt: Timestamp? = nil,
        actor: String? = nil
    ) {
        self.image = image
        self.tags = tags
        self.digest = digest
        self.mediaType = mediaType
        self.occurredAt = occurredAt
        self.actor = actor
    }
}

package struct ChartEvent: Sendable, Equatable, Codable {
    package var repository: ImageKey
    package var chart: String
    package var version: String
    package var digest: String?

    package init(repository: ImageKey, chart: String, version: String, digest: String? = nil) {
        self.repository = repository
        self.chart = chart
        self.version = version
        self.digest = digest
    }
}
