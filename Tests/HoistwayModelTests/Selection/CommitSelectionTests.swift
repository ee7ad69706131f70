import HoistwayModel
import HoistwayPatterns
import Testing

struct CommitSelectionTests {
    let patterns = Patterns()
    let key = RepositoryKey(normalised: "github.com/acme/app")

    func subscription(
        _ strategy: GitSubscription.Strategy = .newestFromBranch,
        branch: String? = nil,
        constraint: String? = nil,
        include: [PathPattern] = [],
        exclude: [PathPattern] = []
    ) -> GitSubscription {
        GitSubscription(
            repoURL: "https://github.com/acme/app",
            key: key,
            strategy: strategy,
            branch: branch,
            constraint: constraint,
            includePaths: include,
            excludePaths: exclude,
            place: SourcePlace(file: "test.yaml", line: 1)
        )
    }

    func push(_ ref: String, files: [String]? = nil, defaultBranch: String? = nil) -> PushEvent {
        PushEvent(repoKeys: [key], ref: ref, changedFiles: files, defaultBranch: defaultBranch)
    }

    func verdict(_ event: PushEvent, _ subscription: GitSubscription) -> CommitSelection.Verdict {
        CommitSelection.verdict(on: event, for: subscription, matcher: patterns)
    }

    @Test func `a push to the followed branch fits`() {
        #expect(verdict(push("refs/heads/dev"), subscription(branch: "dev")).isEligible)
        #expect(!verdict(push("refs/heads/main"), subscription(branch: "dev")).concernsBranch)
        #expect(!verdict(push("refs/heads/x/dev"), subscription(branch: "dev")).concernsBranch)
        #expect(!verdict(push("refs/tags/dev"), subscription(branch: "dev")).concernsBranch)
        #expect(!verdict(push("refs/heads/"), subscription(branch: "")).concernsBranch)
    }

    @Test func `without a branch the default one counts, or main and master where nobody tells`() {
        #expect(verdict(push("refs/heads/trunk", defaultBranch: "trunk"), subscription()).isEligible)
        #expect(!verdict(push("refs/heads/main", defaultBranch: "trunk"), subscription()).concernsBranch)
        #expect(verdict(push("refs/heads/main"), subscription()).isEligible)
        #expect(verdict(push("refs/heads/master"), subscription()).isEligible)
        let other = verdict(push("refs/heads/trunk"), subscription())
        #expect(other.reason == "branch trunk is neither main nor master, and no branch is configured")
    }

    @Test func `changed files decide where they are known`() {
        let wanted = subscription(
            include: [.prefix("apps/web"), .glob("libs/*/go.mod"), .regex("\\.proto$")],
            exclude: [.prefix("apps/web/docs/")]
        )
        for files in [["apps/web/a.go"], ["apps/web"], ["libs/x/go.mod"], ["deep/x.proto"], ["README", "apps/web/a"]] {
            #expect(verdict(push("refs/heads/main", files: files), wanted).isEligible, "\(files)")
        }
        for files in [["apps/website/a"], ["apps"], ["libs/x/y/go.mod"], ["apps/web/docs/x.proto"]] {
            let verdict = verdict(push("refs/heads/main", files: files), wanted)
            #expect(verdict.concernsBranch)
            #expect(!verdict.isEligible, "\(files)")
        }
        // T8: a list that is left out, empty or cut proves nothing, and neither do files of which only some count.
        for files in [nil, [], ["apps/web/a", "README"]] {
            let verdict = verdict(push("refs/heads/main", files: files), wanted)
            #expect(verdict.isEligible && !verdict.isCertain, "\(files ?? [])")
        }
        var cut = push("refs/heads/main", files: ["README"])
        cut.commitsTruncated = true
        #expect(verdict(cut, wanted).isEligible && !verdict(cut, wanted).isCertain)
        for files in [["README"], ["apps/web/a", "apps/web/b"]] {
            #expect(verdict(push("refs/heads/main", files: files), wanted).isCertain, "\(files)")
        }
        #expect(verdict(push("refs/heads/main", files: []), subscription()).isEligible)
        let excluding = subscription(exclude: [.prefix("docs")])
        #expect(verdict(push("refs/heads/main", files: ["docs/a", "b"]), excluding).isEligible)
        #expect(!verdict(push("refs/heads/main", files: ["docs/a"]), excluding).isEligible)
        #expect(verdict(push("refs/heads/main", files: ["a"]), subscription(include: [.prefix(".")])).isEligible)
    }

    @Test func `strategies for tags look at tags only, and one for branches at branches`() {
        let tag = TagEvent(repoKeys: [key], ref: "refs/tags/v1.2.3")
        func fits(_ subscription: GitSubscription) -> Bool {
            CommitSelection.verdict(on: tag, for: subscription, matcher: patterns).isEligible
        }
        #expect(!verdict(push("refs/heads/main"), subscription(.semVer)).concernsBranch)
        #expect(!fits(subscription()))
        #expect(fits(subscription(.semVer)))
        #expect(fits(subscription(.semVer, constraint: "^1.0.0")))
        #expect(!fits(subscription(.semVer, constraint: "^2.0.0")))
        #expect(fits(subscription(.lexical)))
        #expect(fits(subscription(.newestTag)))
    }

    @Test func `tags stand in the order of their strategy`() throws {
        let first = try #require(ObjectID("0123456789abcdef0123456789abcdef01234567"))
        let second = try #require(ObjectID("1123456789abcdef0123456789abcdef01234567"))
        func commit(_ id: ObjectID, _ tag: String?, at seconds: Int64 = 0) -> CommitArtifact {
            CommitArtifact(repoURL: "r", id: id, tag: tag, createdAt: Timestamp(seconds: seconds))
        }
        let semVer = subscription(.semVer)
        #expect(CommitSelection.compare(commit(first, "1.10.0"), to: commit(second, "1.9.0"), for: semVer) == .newer)
        #expect(CommitSelection.compare(commit(first, "1.8.0"), to: commit(second, "1.9.0"), for: semVer) == .older)
        #expect(CommitSelection.compare(commit(first, "1.9.0"), to: commit(first, "1.9.0"), for: semVer) == .same)
        #expect(CommitSelection.compare(commit(first, "1.9.0"), to: commit(second, "1.9.0"), for: semVer) == .newer)
        let newest = subscription(.newestTag)
        #expect(
            CommitSelection.compare(commit(first, "a", at: 2), to: commit(second, "b", at: 1), for: newest) == .newer
        )
        let branch = subscription()
        #expect(CommitSelection.compare(commit(first, nil), to: commit(first, nil), for: branch) == .same)
        #expect(
            CommitSelection.compare(commit(first, nil, at: 1), to: commit(second, nil, at: 2), for: branch) == .newer
        )
        let tags = CommitSelection.candidates(
            amongTags: ["b", "c", "a"],
            for: subscription(.lexical),
            matcher: patterns
        )
        #expect(tags == ["c", "b", "a"])
    }
}
