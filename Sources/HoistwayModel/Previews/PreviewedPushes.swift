/// The pushes in a promotion's preview: the promotion pushes exactly the same, or nothing.
///
/// It is stored with the promotion, so that it is still valid after a restart.
package struct PreviewedPushes: Sendable, Equatable, Codable {
    /// The changes of one push, as far as pushes are compared.
    package struct Push: Sendable, Equatable, Codable {
        /// The most files that are stored for the sentence with the differences.
        package static let maxFiles = 200
        /// Replaces the digest where more files differ than are compared: it equals no digest.
        package static let uncounted = "more than \(ChangedFile.maxOfDigest) files"

        /// A path, with the short ids of its content before and after.
        package struct File: Sendable, Hashable, Codable {
            package var path: String
            package var old: String?
            package var new: String?
        }

        /// The alias of the `git-push` step.
        package var step: String
        /// Without user part.
        package var remote: String
        /// Short name; a promotion's own branch has another name in each promotion.
        package var branch: String
        package var kind: PushedRef
        /// The digest of the difference; `nil`: the push changes nothing.
        package var digest: String?
        /// Only the first ones.
        package var files: [File]

        package init(
            step: String,
            remote: String,
            branch: String,
            kind: PushedRef,
            digest: String?,
            files: [ChangedFile] = []
        ) {
            self.step = step
            self.remote = remote
            self.branch = branch
            self.kind = kind
            self.digest = digest
            self.files = files.sorted { $0.path < $1.path }.prefix(Self.maxFiles).map { file in
                File(path: file.path.shortened, old: Self.mark(file.old), new: Self.mark(file.new))
            }
        }

        private static func mark(_ entry: ChangedFile.Entry?) -> String? {
            entry.map { "\(String($0.mode, radix: 8)) \($0.id.short)" }
        }

        /// Whether both have the same target.
        fileprivate func isAbout(_ other: Push) -> Bool {
            guard step == other.step, kind == other.kind else { return false }
            let key = BranchKey(remote: remote, branch: kind == .branch ? branch : "")
            return key == BranchKey(remote: other.remote, branch: kind == .branch ? other.branch : "")
        }
    }

    /// The preview's name.
    package var preview: String
    /// The pushes in the preview, in the order of the steps.
    package var pushes: [Push]
    /// Aliases of `git-push` steps whose content was not known: these are not compared.
    package var unknown: [String]

    package init(preview: String, pushes: [Push], unknown: [String]) {
        self.preview = preview
        self.pushes = pushes
        self.unknown = unknown
    }

    // MARK: Comparing

    /// The difference between the preview and a push; `nil`: there is none, or it is not compared.
    package func difference(from found: Push) -> OutdatedPreview.Branch? {
        guard !unknown.contains(found.step) else { return nil }
        let shown = pushes.first { $0.step == found.step }
        if let shown, shown.isAbout(found), shown.digest == found.digest { return nil }
        if shown == nil, found.digest == nil { return nil }
        return OutdatedPreview.Branch(shown: shown, found: found)
    }

    /// The differences of all pushes of a promotion; pushes of the preview without a counterpart are missing.
    package func differences(from found: [Push]) -> [OutdatedPreview.Branch] {
        found.compactMap(difference) + missing(besides: Set(found.map(\.step)))
    }

    /// Pushes of the preview that the promotion does not make.
    ///
    /// - Parameter steps: aliases of pushes that were made or compared.
    package func missing(besides steps: Set<String>) -> [OutdatedPreview.Branch] {
        pushes.filter { $0.digest != nil && !steps.contains($0.step) }.map {
            OutdatedPreview.Branch(shown: $0, found: nil)
        }
    }
}

/// Why a promotion from a preview pushed nothing: its pushes would have differed from the preview.
package struct OutdatedPreview: Sendable, Equatable, Codable {
    /// The code for programs.
    package static let code = "preview-outdated"

    package struct Branch: Sendable, Equatable, Codable {
        package var step: String
        package var remote: String
        package var branch: String
        /// The digest of the difference in the preview; `nil`: there was no difference.
        package var shown: String?
        /// The digest of the present difference; `nil`: there is none.
        package var found: String?
        /// Paths at which both differ; only the first ones.
        package var files: [String]

        fileprivate init(shown: PreviewedPushes.Push?, found: PreviewedPushes.Push?) {
            step = found?.step ?? shown?.step ?? ""
            remote = found?.remote ?? shown?.remote ?? ""
            branch = found?.branch ?? shown?.branch ?? ""
            self.shown = shown?.digest
            self.found = found?.digest
            let differing = Set(shown?.files ?? []).symmetricDifference(found?.files ?? [])
            files = Array(Set(differing.map(\.path)).sorted().prefix(Self.maxFiles))
        }

        private static let maxFiles = 20

        fileprivate var sentence: String {
            let shownText = shown.map { "the preview showed \($0.prefix(12))" } ?? "the preview showed no change"
            let foundText = found.map { "now it is \($0.prefix(12))" } ?? "now nothing would change"
            let named = files.isEmpty ? "" : " (\(Listing.text(files)))"
            return "the difference on \(branch) is another one: \(shownText), \(foundText)\(named)"
        }
    }

    package var preview: String
    package var branches: [Branch]

    /// `nil` where nothing differs.
    package init?(preview: String, branches: [Branch]) {
        guard !branches.isEmpty else { return nil }
        self.preview = preview
        self.branches = branches
    }

    /// The advice for people.
    package static let hint = "make another preview, and promote from that"

    /// The message for people, without the ``hint``.
    ///
    /// - Parameter pushed: branches that the promotion had already pushed.
    package func message(pushed: [String]) -> String {
        let what = branches.map(\.sentence).joined(separator: "; ")
        let done =
            pushed.isEmpty
            ? "nothing is pushed" : "nothing more is pushed; \(Listing.text(pushed)) had been pushed before that"
        return "preview \(preview) is outdated: \(what); \(done)"
    }
}
