import HoistwayModel
import Testing

/// Which pull request is the promotion's, what becomes of it, and what it says.
struct PullRequestDecisionTests {
    private static func commit(_ digit: Character) -> ObjectID? { ObjectID(String(repeating: digit, count: 40)) }

    private static func pull(
        _ number: Int = 1,
        _ state: PullRequest.State = .open,
        head: Character = "a",
        target: String = "main",
        isFromFork: Bool = false
    ) -> PullRequest {
        PullRequest(
            number: number,
            url: "https://git.test/\(number)",
            state: state,
            sourceBranch: "promotion",
            targetBranch: target,
            head: commit(head),
            isFromFork: isFromFork
        )
    }

    // MARK: Adoption

    @Test func `one with the same head is taken over: an open one first, then a merged one, the newest first`() {
        let merged = PullRequest.State.merged(commit: nil)
        let head = Self.commit("a")
        let cases: [([PullRequest], PullRequestAdoption)] = [
            ([], .open), ([Self.pull(1, .closed)], .open), ([Self.pull(1, merged, head: "b")], .open),
            ([Self.pull(3, merged), Self.pull(2, merged), Self.pull(1)], .adopt(Self.pull(1))),
            ([Self.pull(3, merged), Self.pull(2, merged)], .adopt(Self.pull(3, merged))),
            ([Self.pull(2, head: "b")], .behind(Self.pull(2, head: "b"))),
            ([Self.pull(2, isFromFork: true)], .open),
        ]
        for (found, expected) in cases {
            #expect(PullRequestAdoption.of(found, head: head, before: nil) == expected)
        }
    }

    @Test func `the head of the intent still counts where the branch is gone or has moved on`() {
        let merged = Self.pull(1, .merged(commit: nil))
        #expect(PullRequestAdoption.of([merged], head: nil, before: Self.commit("a")) == .adopt(merged))
        #expect(PullRequestAdoption.of([merged], head: Self.commit("b"), before: Self.commit("a")) == .adopt(merged))
        #expect(PullRequestAdoption.of([merged], head: nil, before: nil) == .open)
    }

    // MARK: Progress

    @Test func `each state of a pull request and of its branches has one end and one sentence`() {
        typealias Branches = PullRequestProgress.Branches
        let landed = PullRequest.State.merged(commit: Self.commit("c"))
        let cases: [(PullRequest, Branches, PullRequestProgress)] = [
            (Self.pull(), Branches(), .waiting("the pull request #1 is open")),
            (
                Self.pull(1, landed), Branches(),
                .landed(commit: Self.commit("c"), "the pull request #1 was merged into main at ccccccc")
            ),
            (
                Self.pull(1, .merged(commit: nil)), Branches(),
                .landed(commit: nil, "the pull request #1 was merged into main")
            ), (Self.pull(1, .closed), Branches(), .failed("the pull request #1 was closed and not merged")),
            (
                Self.pull(1, .closed), Branches(hasSource: false),
                .failed("the pull request #1 was closed and not merged; its branch promotion is gone")
            ),
            (
                Self.pull(), Branches(hasSource: false),
                .failed("the pull request #1 can no longer be merged: its branch promotion is gone")
            ),
            (
                Self.pull(1, .closed), Branches(hasSource: false, targetHasHead: true),
                .landed(
                    commit: Self.commit("a"),
                    "main has the head aaaaaaa of the pull request #1: somebody has pushed it there"
                )
            ),
            (
                Self.pull(1, target: "other"), Branches(),
                .waiting("the pull request #1 goes into other now, and not into main")
            ),
            (
                Self.pull(1, landed, target: "other"), Branches(),
                .failed("the pull request #1 was retargeted, and merged into other: main does not have the change")
            ),
            (
                Self.pull(1, .closed, target: "other"), Branches(),
                .failed("the pull request #1 was retargeted to other, and closed")
            ),
        ]
        for (pull, branches, expected) in cases {
            #expect(PullRequestProgress.of(pull, target: "main", branches: branches) == expected)
        }
    }

    // MARK: Text

    @Test func `what the step does not give comes of the commit's message`() {
        let message = "Promote web\n\nto 1.2.3\n"
        let both = PullRequestText(title: nil, description: nil, message: message, link: nil)
        #expect(both.title == "Promote web" && both.body == "to 1.2.3")
        let titled = PullRequestText(title: "Mine", description: nil, message: message, link: "https://h/x")
        #expect(titled.title == "Mine")
        #expect(titled.body == "Promote web\n\nto 1.2.3\n\n[View in Hoistway](https://h/x)")
        let described = PullRequestText(title: nil, description: "Why", message: message, link: nil)
        #expect(described.title == "Promote web" && described.body == "Why")
    }

    @Test func `no title and no description is longer than every host takes`() {
        let long = String(repeating: "x", count: 10_000)
        let text = PullRequestText(title: long, description: long, message: "", link: "https://h/x")
        #expect(text.title.count == PullRequestText.maxTitle && text.title.hasSuffix("…"))
        #expect(text.body.count == PullRequestText.maxBody)
        #expect(text.body.hasSuffix("…\n\n[View in Hoistway](https://h/x)"))
    }

    // MARK: Waking

    @Test func `an event is about a pull request by its number and its repository`() {
        let wait = PullRequestWait(repository: "https://github.com/acme/ops.git", provider: nil, number: 7)
        let event = { (number: Int, repository: String) in
            PullRequestEvent(
                repoKeys: [RepositoryKey(normalised: repository)],
                number: number,
                action: .merged,
                sourceBranch: "a",
                targetBranch: "main"
            )
        }
        #expect(wait.concerns(event(7, "github.com/acme/ops")))
        #expect(!wait.concerns(event(8, "github.com/acme/ops")) && !wait.concerns(event(7, "github.com/acme/web")))
    }
}
