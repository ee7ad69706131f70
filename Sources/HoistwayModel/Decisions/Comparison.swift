/// Compares the observed promotions of a stage with the commits that others have pushed.
///
/// It compares image entries: those that one observed promotion would have set in a file, and those that a commit of
/// others set there.
package enum Comparison {
    /// The entry that an observed promotion would have set.
    package struct Observed: Sendable, Equatable {
        package var promotion: PromotionID
        package var at: Timestamp
        package var branch: String
        package var image: PromotedImage

        package init(promotion: PromotionID, at: Timestamp, branch: String, image: PromotedImage) {
            self.promotion = promotion
            self.at = at
            self.branch = branch
            self.image = image
        }
    }

    /// The entry that a commit of others set.
    package struct Pushed: Sendable, Equatable {
        package var commit: ObjectID
        package var at: Timestamp
        package var author: String
        package var branch: String
        package var image: PromotedImage

        package init(commit: ObjectID, at: Timestamp, author: String, branch: String, image: PromotedImage) {
            self.commit = commit
            self.at = at
            self.author = author
            self.branch = branch
            self.image = image
        }
    }

    package enum Verdict: String, Sendable, Codable, CaseIterable {
        /// Others pushed the same entry.
        case same
        /// Others pushed the same version with another digest, or with none.
        case different
        /// Others did not push the entry.
        case missed
        /// Others pushed an entry that no promotion would have set.
        case extra
    }

    package struct Row: Sendable, Equatable, Codable {
        package var verdict: Verdict
        package var branch: String
        package var file: String
        package var name: String
        /// The version in the form for people; `nil` for `extra`.
        package var ours: String?
        /// `nil` for `missed`.
        package var theirs: String?
        package var promotion: String?
        package var commit: String?
        package var author: String?
        package var observedAt: Timestamp?
        package var pushedAt: Timestamp?
        /// One sentence.
        package var text: String
    }

    /// In chronological order.
    package static func rows(observed: [Observed], pushed: [Pushed]) -> [Row] {
        var rows: [Row] = []
        var used: Set<Int> = []
        for wish in observed.sorted(by: { ($0.at, $0.promotion) < ($1.at, $1.promotion) }) {
            let here = pushed.indices.filter { !used.contains($0) && pushed[$0].isAbout(wish) }
            if let index = here.first(where: { pushed[$0].image.isSame(as: wish.image) }) {
                used.insert(index)
                rows.append(row(.same, wish, pushed[index]))
            } else if let index = here.first(where: { pushed[$0].image.tag == wish.image.tag }) {
                used.insert(index)
                rows.append(row(.different, wish, pushed[index]))
            } else {
                rows.append(row(.missed, wish, nil))
            }
        }
        rows += pushed.indices.filter { !used.contains($0) }.map { extra(pushed[$0]) }
        return rows.sorted { ($0.moment, $0.name) < ($1.moment, $1.name) }
    }

    private static func row(_ verdict: Verdict, _ wish: Observed, _ push: Pushed?) -> Row {
        Row(
            verdict: verdict,
            branch: wish.branch,
            file: wish.image.file,
            name: wish.image.name,
            ours: wish.image.summary,
            theirs: push?.image.summary,
            promotion: wish.promotion.text,
            commit: push?.commit.hex,
            author: push?.author,
            observedAt: wish.at,
            pushedAt: push?.at,
            text: push.map { sentence(verdict, wish, $0) } ?? "nobody pushed \(wish.image.summary) to \(wish.branch)"
        )
    }

    private static func sentence(_ verdict: Verdict, _ wish: Observed, _ push: Pushed) -> String {
        let gap = push.at - wish.at
        let when =
            gap.components.seconds == 0
            ? "in the same second" : gap > .zero ? "\(gap.inWords) later" : "\((.zero - gap).inWords) earlier"
        guard verdict == .different else { return "\(push.author) pushed the same \(when)" }
        return "\(push.author) pushed \(push.image.summary) \(when), where it would have been \(wish.image.summary)"
    }

    private static func extra(_ push: Pushed) -> Row {
        Row(
            verdict: .extra,
            branch: push.branch,
            file: push.image.file,
            name: push.image.name,
            theirs: push.image.summary,
            commit: push.commit.hex,
            author: push.author,
            pushedAt: push.at,
            text: "\(push.author) pushed \(push.image.summary), which no promotion would have"
        )
    }
}

extension Comparison.Row {
    fileprivate var moment: Timestamp { observedAt ?? pushedAt ?? Timestamp(seconds: 0) }
}

extension Comparison.Pushed {
    fileprivate func isAbout(_ wish: Comparison.Observed) -> Bool {
        branch == wish.branch && image.file == wish.image.file && image.name == wish.image.name
    }
}

extension PromotedImage {
    fileprivate func isSame(as other: PromotedImage) -> Bool { tag == other.tag && digest == other.digest }
}
