package import HoistwayModel

/// The freight that a commit of ours brought, as its message describes it.
///
/// Anybody who may push to the branch can write such a message. So a person decides whether to trust it, and the id is
/// computed from the freight's artifacts and compared with the id in the message.
package struct CommitStory: Sendable, Equatable {
    /// One piece of freight of the stage's collection.
    package struct Piece: Sendable, Equatable {
        /// Seven digits.
        package var shortID: String
        package var alias: String
        package var warehouse: String
        /// One line for each artifact, as `CommitMessage` writes it.
        package var artifacts: [String]
    }

    package var promotion: PromotionID
    package var freight: FreightID
    /// As `project/stage`.
    package var stage: String
    package var pieces: [Piece]

    /// `nil` where the message is not one of a promotion.
    package init?(message: String) {
        guard let promotion = OtherWriters.trailer("Hoistway-Promotion", in: message),
            let freight = OtherWriters.trailer("Hoistway-Freight", in: message),
            let stage = OtherWriters.trailer("Hoistway-Stage", in: message)
        else { return nil }
        self.promotion = PromotionID(promotion)
        self.freight = FreightID(freight)
        self.stage = stage
        pieces = []
        for line in message.split(whereSeparator: \.isNewline) {
            if let piece = Self.heading(line) {
                pieces.append(piece)
            } else if line.hasPrefix("- "), !pieces.isEmpty {
                pieces[pieces.count - 1].artifacts.append(String(line.dropFirst(2)))
            } else if line.hasPrefix("Promoted to stage ") {
                break
            }
        }
    }

    /// Reads `Freight 0123456 (brave-otter) of warehouse shop:`.
    private static func heading(_ line: Substring) -> Piece? {
        guard line.hasPrefix("Freight "), line.hasSuffix(":") else { return nil }
        var words = line.dropLast().split(separator: " ").dropFirst()
        guard let id = words.popFirst(), id.count == 7 else { return nil }
        var alias = ""
        if let word = words.first, word.hasPrefix("("), word.hasSuffix(")") {
            alias = String(word.dropFirst().dropLast())
            words = words.dropFirst()
        }
        guard words.count == 3, words.first == "of", words.dropFirst().first == "warehouse", let name = words.last
        else { return nil }
        return Piece(shortID: String(id), alias: alias, warehouse: String(name), artifacts: [])
    }
}

extension CommitStory.Piece {
    /// The artifacts of the warehouse's subscriptions, in their order; `nil` where a line is missing or not clear.
    package func artifacts(of subscriptions: [Subscription]) -> [Artifact]? {
        let found = subscriptions.compactMap { subscription in
            artifacts.lazy.compactMap { Self.artifact($0, of: subscription) }.first
        }
        return found.count == subscriptions.count ? found : nil
    }

    private static func artifact(_ line: String, of subscription: Subscription) -> Artifact? {
        switch subscription {
        case .image(let image):
            guard line.hasPrefix(image.repoURL + ":") else { return nil }
            let parts = line.dropFirst(image.repoURL.count + 1).split(separator: "@")
            guard parts.count == 2 else { return nil }
            return .image(ImageArtifact(repoURL: image.repoURL, tag: String(parts[0]), digest: String(parts[1])))
        case .chart(let chart):
            let words = line.split(separator: " ", omittingEmptySubsequences: false)
            guard words.count == 3, words[0] == chart.repoURL, words[1] == chart.name else { return nil }
            return .chart(ChartArtifact(repoURL: chart.repoURL, name: chart.name, version: String(words[2])))
        case .git(let git):
            guard line.hasPrefix(git.key.text + " ") else { return nil }
            let rest = line.dropFirst(git.key.text.count + 1)
            guard let id = ObjectID(rest.prefix(40)) else { return nil }
            var ref: String?
            let after = rest.dropFirst(40)
            if after.hasPrefix(" ("), let end = after.firstIndex(of: ")") { ref = String(after[..<end].dropFirst(2)) }
            let isTag = git.strategy != .newestFromBranch
            return .commit(
                CommitArtifact(
                    repoURL: git.repoURL,
                    id: id,
                    branch: isTag ? nil : ref,
                    tag: isTag ? ref : nil
                )
            )
        }
    }
}
