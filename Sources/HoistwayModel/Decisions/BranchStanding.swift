/// A commit on one of our branches that was not stored here before its push.
package struct ForeignCommit: Sendable, Equatable {
    package var id: ObjectID
    /// In the form `Name <email>`.
    package var author: String
    package var subject: String
    /// Another instance or another updater that writes this branch, if the commit names one.
    package var writer: String?
    /// The files of interest that it changed; `nil`: not checked, or too many.
    package var files: [GitPath]?

    package init(id: ObjectID, author: String, subject: String, writer: String? = nil, files: [GitPath]? = nil) {
        self.id = id
        self.author = author
        self.subject = subject
        self.writer = writer
        self.files = files
    }

    /// For people: `0123456 by Ada <ada@example.com> (Fix the limits)`.
    package var summary: String { "\(id.short) by \(author) (\(subject))" }

    /// The summary with the changed files, where they are known.
    package var detail: String { files.map { "\(summary) changed \(Self.named($0))" } ?? summary }

    /// Some files by name: `a.yaml, b.yaml and 3 more files`.
    package static func named(_ files: [GitPath]) -> String {
        let shown = files.sorted().prefix(maxNamed).map(\.shortened).joined(separator: ", ")
        let more = files.count - maxNamed
        return more > 0 ? "\(shown) and \(more) more file\(more == 1 ? "" : "s")" : shown
    }

    private static let maxNamed = 5
}

/// The state of a branch, compared with the head that Hoistway left.
package enum BranchStanding: Sendable, Equatable {
    /// No others have changed it, or nothing is known of it.
    case asLeft
    /// Others have added commits, newest first; not all of them where there are very many.
    case ahead([ForeignCommit])
    /// Its history no longer contains the head that Hoistway left: somebody has forced or recreated the branch.
    case rewritten(from: ObjectID, to: ObjectID)
    case gone(from: ObjectID)

    /// The branch's head, if it neither is nor contains the head that Hoistway left; zero where the branch is gone.
    package var drift: ObjectID? {
        switch self {
        case .asLeft, .ahead: nil
        case .rewritten(_, let tip): tip
        case .gone: .zero
        }
    }

    /// The part of the history that must be read next.
    package enum Question: Sendable, Equatable {
        case answered(BranchStanding)
        /// Commits from the tip down to this one.
        case history(until: ObjectID)
    }

    /// The answer without the history; `tipCommit` has the parents of the tip.
    package static func question(
        tip: ObjectID?,
        known: BranchRecord?,
        tipCommit: (parents: [ObjectID], commit: ForeignCommit)?
    ) -> Question {
        guard let known, !known.head.isZero else { return .answered(.asLeft) }
        guard let tip, !tip.isZero else { return .answered(.gone(from: known.head)) }
        if tip == known.head || tip == known.adopted { return .answered(.asLeft) }
        if let place = known.ownCommits.lastIndex(of: tip) {
            // A commit above the head is a push without an answer. A commit below it shows that somebody has reset the
            // branch.
            let head = known.ownCommits.lastIndex(of: known.head)
            return .answered(
                head.map { $0 < place } ?? true ? .asLeft : .rewritten(from: known.head, to: tip)
            )
        }
        if let tipCommit, tipCommit.parents.contains(where: known.bases.contains) {
            return .answered(.ahead([tipCommit.commit]))
        }
        return .history(until: known.head)
    }

    /// The answer from the history: `commits` newest first, each with its parents; `isComplete`: no commit is missing.
    package static func answer(
        tip: ObjectID,
        known: BranchRecord,
        commits: [(parents: [ObjectID], commit: ForeignCommit)],
        isComplete: Bool
    ) -> BranchStanding {
        let bases = known.bases
        let foreign = commits.prefix { !bases.contains($0.commit.id) }
        let reaches =
            foreign.count < commits.count || commits.contains { $0.parents.contains(where: bases.contains) }
        guard reaches || !isComplete else { return .rewritten(from: known.head, to: tip) }
        // A merge may contain commits of ours too.
        return .ahead(foreign.map(\.commit).filter { !known.ownCommits.contains($0.id) })
    }
}

extension BranchRecord {
    /// The heads that were accepted here, and the commits that were pushed after them.
    ///
    /// It does not contain our commits below the head: a branch that ends there was reset.
    fileprivate var bases: [ObjectID] {
        let later = ownCommits.lastIndex(of: head).map { ownCommits[($0 + 1)...] } ?? ownCommits[...]
        return [head] + [adopted].compactMap(\.self) + later
    }
}

/// Recognises other programs that commit images, by texts in their commits.
package enum OtherWriters {
    /// Authors of updaters, in lower case, with their names for people.
    ///
    /// Bots that open pull requests for any change (Renovate, Dependabot) are not included: they change a stage's
    /// images only if somebody merges the request.
    private static let authors = [
        ("argocd-image-updater", "Argo CD Image Updater"),
        ("fluxcdbot", "Flux image automation"),
        ("flux-image-automation", "Flux image automation"),
        ("no-reply@kargo.io", "Kargo"),
        ("kargo-render", "Kargo Render"),
        ("keel", "Keel"),
    ]

    /// `nil`: a person, or an unknown program.
    package static func writer(author: String, message: String) -> String? {
        if let promotion = trailer("Hoistway-Promotion", in: message) {
            return "\(hoistway), or this one before its state was lost (promotion \(promotion)),"
        }
        let name = author.lowercased()
        return authors.first { name.contains($0.0) }?.1
    }

    private static let hoistway = "another instance of Hoistway"

    /// Whether the writer's commits are promotions by Hoistway.
    package static func isHoistway(_ writer: String) -> Bool { writer.hasPrefix(hoistway) }

    /// The value of a trailer line; if there are several, the last one.
    package static func trailer(_ key: String, in message: String) -> String? {
        let start = key + ": "
        return message.split(whereSeparator: \.isNewline).last { $0.hasPrefix(start) }.map {
            String($0.dropFirst(start.count).prefix(200))
        }
    }
}
