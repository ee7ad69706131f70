/// A commit on one of our branches that was not recorded here before it was pushed.
package struct ForeignCommit: Sendable, Equatable {
    package var id: ObjectID
    /// As `Name <email>`.
    package var author: String
    package var subject: String
    /// Who else keeps this branch, where the commit tells: another instance, or another updater.
    package var writer: String?
    /// What it changed of the files that are asked about; `nil`: not looked at, or too many.
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

    /// With the files that it changed, where they are known.
    package var detail: String { files.map { "\(summary) changed \(Self.named($0))" } ?? summary }

    /// Some files by name: `a.yaml, b.yaml and 3 more files`.
    package static func named(_ files: [GitPath]) -> String {
        let shown = files.sorted().prefix(maxNamed).map(\.shortened).joined(separator: ", ")
        let more = files.count - maxNamed
        return more > 0 ? "\(shown) and \(more) more file\(more == 1 ? "" : "s")" : shown
    }

    private static let maxNamed = 5
}

/// How a branch stands to what was left there.
package enum BranchStanding: Sendable, Equatable {
    /// Nobody else has touched it, or nothing is known of it.
    case asLeft
    /// Others have added commits, newest first; not all of them where there are very many.
    case ahead([ForeignCommit])
    /// What was left there is not below its tip any more: somebody has forced it, or made it anew.
    case rewritten(from: ObjectID, to: ObjectID)
    case gone(from: ObjectID)

    /// Where the branch is, if that is not where it was left or above it; zero where it is gone.
    package var drift: ObjectID? {
        switch self {
        case .asLeft, .ahead: nil
        case .rewritten(_, let tip): tip
        case .gone: .zero
        }
    }

    /// What is to be read of the history before more can be said.
    package enum Question: Sendable, Equatable {
        case answered(BranchStanding)
        /// Commits from the tip down to either of these.
        case history(until: ObjectID)
    }

    /// What can be said without reading history; `parents` of the tip.
    package static func question(
        tip: ObjectID?,
        known: BranchRecord?,
        tipCommit: (parents: [ObjectID], commit: ForeignCommit)?
    ) -> Question {
        guard let known, !known.head.isZero else { return .answered(.asLeft) }
        guard let tip, !tip.isZero else { return .answered(.gone(from: known.head)) }
        if tip == known.head || tip == known.adopted { return .answered(.asLeft) }
        if let place = known.ownCommits.lastIndex(of: tip) {
            // Pushed, and the answer was lost: newer than the head. Older: somebody has put the branch back.
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

    /// What the history says: `commits` newest first, each with its parents; `isComplete`: nothing was left out.
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
        // Below a merge lie commits of ours too.
        return .ahead(foreign.map(\.commit).filter { !known.ownCommits.contains($0.id) })
    }
}

extension BranchRecord {
    /// The heads that somebody here has seen and taken as they were, and what was pushed after them.
    ///
    /// A commit of ours below the head is none of them: a branch that ends there was put back.
    fileprivate var bases: [ObjectID] {
        let later = ownCommits.lastIndex(of: head).map { ownCommits[($0 + 1)...] } ?? ownCommits[...]
        return [head] + [adopted].compactMap(\.self) + later
    }
}

/// Knows other programs that commit images, by what they leave in a commit.
package enum OtherWriters {
    /// Authors of updaters, in lower case, with what people call them.
    ///
    /// Bots that open pull requests for anything (Renovate, Dependabot) are not among them: they touch a stage's
    /// images only where somebody merges that.
    private static let authors = [
        ("argocd-image-updater", "Argo CD Image Updater"),
        ("fluxcdbot", "Flux image automation"),
        ("flux-image-automation", "Flux image automation"),
        ("no-reply@kargo.io", "Kargo"),
        ("kargo-render", "Kargo Render"),
        ("keel", "Keel"),
    ]

    /// `nil`: a person, or a program that nobody knows.
    package static func writer(author: String, message: String) -> String? {
        if let promotion = trailer("Hoistway-Promotion", in: message) {
            return "\(hoistway), or this one before its state was lost (promotion \(promotion)),"
        }
        let name = author.lowercased()
        return authors.first { name.contains($0.0) }?.1
    }

    private static let hoistway = "another instance of Hoistway"

    /// Whether the writer's commits bear promotions by Hoistway.
    package static func isHoistway(_ writer: String) -> Bool { writer.hasPrefix(hoistway) }

    /// The value of a trailer line, the last one that there is.
    package static func trailer(_ key: String, in message: String) -> String? {
        let start = key + ": "
        return message.split(whereSeparator: \.isNewline).last { $0.hasPrefix(start) }.map {
            String($0.dropFirst(start.count).prefix(200))
        }
    }
}
