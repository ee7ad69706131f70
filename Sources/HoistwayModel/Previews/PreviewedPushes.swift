/// What a preview has shown of the pushes of a promotion: the promotion pushes exactly that, or nothing.
///
/// Stored with the promotion, so that it holds after a restart.
package struct PreviewedPushes: Sendable, Equatable, Codable {
    /// What one push changes, as far as two are compared.
    package struct Push: Sendable, Equatable, Codable {
        /// How many files are remembered for the sentence that says what differs.
        package static let maxFiles = 200
        /// In place of a digest, where more files differ than are compared: it is like no other.
        package static let uncounted = "more than \(ChangedFile.maxOfDigest) files"

        /// A path, with short ids of what stands there before and after.
        package struct File: Sendable, Hashable, Codable {
            package var path: String
            package var old: String?
            package var new: String?
        }

        /// The alias of the `git-push` step.
        package var step: String
        /// Without user part.
        package var remote: String
        /// Short name; the name of a promotion's own branch is another one in each promotion.
        package var branch: String
        package var kind: PushedRef
        /// Of the difference; `nil`: the push changes nothing.
        package var digest: String?
        /// The first ones.
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

        /// Whether both are about one place.
        fileprivate func isAbout(_ other: Push) -> Bool {
            guard step == other.step, kind == other.kind else { return false }
            let key = BranchKey(remote: remote, branch: kind == .branch ? branch : "")
            return key == BranchKey(remote: other.remote, branch: kind == .branch ? other.branch : "")
        }
    }

    /// The preview's name.
    package var preview: String
    /// What was shown, in the order of the steps.
    package var pushes: [Push]
    /// Aliases of `git-push` steps of which nobody knew what they push: these are not compared.
    package var unknown: [String]

    package init(preview: String, pushes: [Push], unknown: [String]) {
        self.preview = preview
        self.pushes = pushes
        self.unknown = unknown
    }

    // MARK: Comparing

    /// What differs between what was shown and what a push would change; `nil`: nothing, or it is not compared.
    package func difference(from found: Push) -> OutdatedPreview.Branch? {
        guard !unknown.contains(found.step) else { return nil }
        let shown = pushes.first { $0.step == found.step }
        if let shown, shown.isAbout(found), shown.digest == found.digest { return nil }
        if shown == nil, found.digest == nil { return nil }
        return OutdatedPreview.Branch(shown: shown, found: found)
    }

    /// The same of all pushes of a promotion at once; those that were shown and are not found are missing.
    package func differences(from found: [Push]) -> [OutdatedPreview.Branch] {
        found.compactMap(difference) + missing(besides: Set(found.map(\.step)))
    }

    /// What was shown and has not come.
    ///
    /// - Parameter steps: aliases of pushes that have come, or have been compared.
    package func missing(besides steps: Set<String>) -> [OutdatedPreview.Branch] {
        pushes.filter { $0.digest != nil && !steps.contains($0.step) }.map {
            OutdatedPreview.Branch(shown: $0, found: nil)
        }
    }
}

/// Why a promotion that was made from a preview pushed nothing: it would have pushed something else than was shown.
package struct OutdatedPreview: Sendable, Equatable, Codable {
    /// For programs.
    package static let code = "preview-outdated"

    package struct Branch: Sendable, Equatable, Codable {
        package var step: String
        package var remote: String
        package var branch: String
        /// The digest of the difference that was shown; `nil`: none was.
        package var shown: String?
        /// The digest of the present difference; `nil`: there is none.
        package var found: String?
        /// Paths at which both differ; the first ones.
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

    /// What to do about it.
    package static let hint = "make another preview, and promote from that"

    /// For people; what to do about it stands in ``hint``.
    ///
    /// - Parameter pushed: branches that the promotion had pushed before.
    package func message(pushed: [String]) -> String {
        let what = branches.map(\.sentence).joined(separator: "; ")
        let done =
            pushed.isEmpty
            ? "nothing is pushed" : "nothing more is pushed; \(Listing.text(pushed)) had been pushed before that"
        return "preview \(preview) is outdated: \(what); \(done)"
    }
}
