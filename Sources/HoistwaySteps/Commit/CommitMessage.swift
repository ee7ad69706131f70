import HoistwayModel

/// The message of a promotion's commit: what changed, what it is made of, and who requested it.
///
/// Tags, names and messages that come from payloads are put on single lines of ours. So none of them can look like a
/// trailer.
struct CommitMessage: Equatable {
    var subject: String
    /// Without the trailers; may be empty.
    var body: String
    /// `Key: value`, in order.
    var trailers: [String]

    var text: String { body.isEmpty ? subject : "\(subject)\n\n\(body)" }

    /// A step's own message is kept; one of a single line gets the story below it.
    ///
    /// Without one, the message begins with the project's template, or else with `changes`: the image changes on the
    /// branch.
    init(context: StepContext, changes: [ImageChange], configured: String?) {
        let story = Self.story(context, changes)
        trailers = [
            "Hoistway-Promotion: \(Self.line(context.promotion.id.text))",
            "Hoistway-Freight: \(Self.line(context.promotion.freight.text))",
            "Hoistway-Stage: \(Self.line("\(context.stage)"))",
        ]
        let template = context.commitTemplate?.filled { Self.value(of: $0, context, changes) }
        guard let configured = configured ?? template else {
            subject = Self.subject(context, changes)
            body = story
            return
        }
        let lines = configured.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).map(
            Self.neutralised
        )
        let trimmed = lines.drop { $0.allSatisfy(\.isWhitespace) }
        subject = trimmed.first.map(Self.line) ?? Self.subject(context, changes)
        let rest = trimmed.dropFirst().drop { $0.allSatisfy(\.isWhitespace) }
        let own = Self.trimmedEnd(rest).joined(separator: "\n")
        // The story is always added to a template: a lost state is restored from it.
        body = rest.isEmpty ? story : configured == template ? "\(own)\n\n\(story)" : own
    }

    /// On one line, even where a payload has line breaks.
    private static func value(
        of name: CommitTemplate.Name,
        _ context: StepContext,
        _ changes: [ImageChange]
    ) -> String {
        let text: String =
            switch name {
            case .images: summary(of: changes) ?? delivered(context)
            case .stage: context.stage.name
            case .project: context.stage.project
            case .freight: context.promotion.freight.short
            case .alias: context.freight?.alias ?? ""
            case .actor: context.promotion.actor.name
            case .promotion: context.promotion.id.text
            }
        return line(text)
    }

    /// `checkout 1.4.2 → 1.4.3 to prod`; after three images, the number of the others.
    private static func subject(_ context: StepContext, _ changes: [ImageChange]) -> String {
        let what = summary(of: changes) ?? delivered(context)
        return line("\(what) to \(context.stage.name)")
    }

    /// The freight in one line, with the commits that checkouts really took.
    private static func delivered(_ context: StepContext) -> String {
        guard let freight = context.freight else { return context.promotion.freight.short }
        return FreightDescription.text(of: freight.artifacts.map { $0.delivered(context.taken) })
    }

    /// `nil` where no image changed.
    private static func summary(of changes: [ImageChange]) -> String? {
        var seen: Set<String> = []
        let texts = changes.map(step).filter { seen.insert($0).inserted }
        guard !texts.isEmpty else { return nil }
        let more = texts.count > 3 ? " and \(texts.count - 3) more" : ""
        return texts.prefix(3).joined(separator: ", ") + more
    }

    private static func step(_ change: ImageChange) -> String {
        let name = change.image.split(separator: "/").last.map(String.init) ?? change.image
        if change.oldTag != change.newTag {
            return
                "\(name) \(arrow(change.oldTag ?? short(change.oldDigest), change.newTag ?? short(change.newDigest)))"
        }
        let digests = arrow(short(change.oldDigest), short(change.newDigest))
        return change.newTag.map { "\(name) \($0) (\(digests))" } ?? "\(name) \(digests)"
    }

    private static func arrow(_ old: String?, _ new: String?) -> String {
        switch (old, new) {
        case (let old?, let new?): "\(old) → \(new)"
        case (nil, let new?): new
        case (let old?, nil): "\(old) → none"
        case (nil, nil): "changed"
        }
    }

    /// Seven digits, as `sha256:0123456`.
    private static func short(_ digest: String?) -> String? {
        digest.map { digest in
            let parts = digest.split(separator: ":", maxSplits: 1)
            return parts.count == 2 ? "\(parts[0]):\(parts[1].prefix(7))" : String(digest.prefix(7))
        }
    }

    private static func story(_ context: StepContext, _ changes: [ImageChange]) -> String {
        var lines: [String] = []
        for freight in context.collection.isEmpty ? [context.freight].compactMap({ $0 }) : context.collection {
            let alias = freight.alias.isEmpty ? "" : " (\(freight.alias))"
            lines.append("Freight \(freight.id.short)\(alias) of warehouse \(freight.origin.name):")
            for artifact in freight.artifacts {
                lines.append("- \(describe(artifact, context.taken))")
                lines += besides(artifact, context.taken).map { "- \($0)" }
            }
        }
        if !lines.isEmpty { lines.append("") }
        let removed = changes.filter { !$0.removed.isEmpty }.map {
            "Removed from \($0.file): \(Listing.text($0.removed, limit: 10))"
        }
        if !removed.isEmpty { lines += removed + [""] }
        let why = context.promotion.reason.isEmpty ? "" : ": \(context.promotion.reason)"
        lines.append(
            "Promoted to stage \(context.stage.name) of project \(context.stage.project) by \(context.promotion.actor)\(why)"
        )
        return lines.map(line).joined(separator: "\n")
    }

    private static func describe(_ artifact: Artifact, _ taken: [TakenCommit]) -> String {
        switch artifact {
        case .image(let image): return "\(image.repoURL):\(image.tag)@\(image.digest)"
        case .chart(let chart): return "\(chart.repoURL) \(chart.name) \(chart.version)"
        case .commit(let commit):
            // The key has no user part, which the URL may have.
            let repository = RepositoryKey(url: commit.repoURL)?.text ?? "repository"
            if let other = commit.replacement(in: taken) {
                return "\(other.shown), not the freight's commit \(commit.id.short)"
            }
            let ref = (commit.tag ?? commit.branch).map { " (\($0))" } ?? ""
            let message = commit.message.isEmpty ? "" : ": \(commit.message)"
            let author = commit.author.isEmpty ? "" : ", by \(commit.author)"
            return "\(repository) \(commit.id.hex)\(ref)\(message)\(author)"
        }
    }

    /// Other commits of an artifact's repository that were taken too.
    private static func besides(_ artifact: Artifact, _ taken: [TakenCommit]) -> [String] {
        guard case .commit(let commit) = artifact else { return [] }
        let first = commit.replacement(in: taken)
        var seen: Set<ObjectID> = [first?.id ?? commit.id]
        return taken.filter { FreightLookup.isSame($0.repoURL, commit.repoURL) && seen.insert($0.id).inserted }
            .map { "\($0.shown), beside \(first == nil ? "the freight's commit" : "that")" }
    }

    /// One line of at most 300 characters, without control characters.
    static func line(_ text: some StringProtocol) -> String {
        var result = ""
        for scalar in text.unicodeScalars.prefix(300) {
            result.unicodeScalars.append(isPrintable(scalar) ? scalar : " ")
        }
        return result
    }

    private static func isPrintable(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value >= 0x20 && !(0x7f...0x9f).contains(scalar.value) && scalar.value != 0x2028
            && scalar.value != 0x2029
    }

    /// A line that looks like one of our trailers becomes a quotation.
    private static func neutralised(_ text: Substring) -> String {
        let start = text.drop { $0 == " " || $0 == "\t" }.lowercased()
        return start.hasPrefix("hoistway-") ? "> \(text)" : String(text)
    }

    private static func trimmedEnd(_ lines: ArraySlice<String>) -> ArraySlice<String> {
        var lines = lines
        while let last = lines.last, last.allSatisfy(\.isWhitespace) { lines.removeLast() }
        return lines
    }
}
