import HoistwayCrypto
import HoistwayModel
import Testing

struct IntakeTests {
    @Test func `a proven event with a digest is freight without asking anybody`() throws {
        var world = World()
        let result = world.receive("1.0.0")
        #expect(result.needs.isEmpty)
        #expect(result.freight.count == 1)
        #expect(world.freight("1.0.0")?.cause == "hook delivery 1")
    }

    @Test func `a hint is confirmed at the registry, and the registry is right`() throws {
        var world = World()
        let first = world.receive("1.0.0", digest: World.digest("a"), isEvidence: false)
        let question = try #require(first.needs.first)
        #expect(first.changes.isEmpty)
        let second = world.receive(
            "1.0.0",
            digest: World.digest("a"),
            isEvidence: false,
            answers: [question: .image(.found(World.digest("b")))]
        )
        #expect(second.freight.count == 1)
        #expect(world.freight("1.0.0")?.freight.images.first?.digest == World.digest("b"))
        #expect(second.trace.contains { $0.contains("the registry is right") })
    }

    @Test func `an event without a digest waits for the registry`() {
        var world = World()
        #expect(world.receive("1.0.0", digest: nil).needs.count == 1)
    }

    @Test func `a tag that the registry does not have is no freight`() throws {
        var world = World()
        let question = try #require(world.receive("1.0.0", digest: nil).needs.first)
        let result = world.receive("1.0.0", digest: nil, answers: [question: .image(.absent)])
        #expect(result.freight.isEmpty)
        #expect(result.trace.contains { $0.hasSuffix("the registry has no 1.0.0") })
    }

    @Test func `an older version is not promoted, whenever it arrives`() {
        var world = World()
        world.receive("1.2.0")
        let result = world.receive("1.1.9", digest: World.digest("b"))
        #expect(result.freight.isEmpty)
        #expect(result.trace.contains { $0.contains("1.1.9 is older than 1.2.0") })
    }

    @Test(arguments: [ImageSubscription.MovedTagRule.hold, .refuse, .follow])
    func `a tag with another digest is dealt with as the subscription says`(
        _ rule: ImageSubscription.MovedTagRule
    ) throws {
        var world = World(
            subscription: ImageSubscription(
                repoURL: World.image,
                key: ImageKey(normalised: World.image),
                onTagMoved: rule,
                place: World.place
            )
        )
        world.receive("1.0.0", digest: World.digest("a"))
        // Events come late and in any order: the registry says whether it was moved.
        let asked = world.receive("1.0.0", digest: World.digest("b"))
        #expect(asked.changes.isEmpty)
        let question = try #require(asked.needs.first)
        let late = world.receive(
            "1.0.0",
            digest: World.digest("b"),
            answers: [question: .image(.found(World.digest("a")))]
        )
        #expect(late.freight.isEmpty && late.trace.contains { $0.hasSuffix("is known already") })
        let moved = world.receive(
            "1.0.0",
            digest: World.digest("b"),
            answers: [question: .image(.found(World.digest("b")))]
        )
        #expect(moved.freight.isEmpty == (rule != .follow))
        #expect(moved.trace.contains { $0.contains("was moved from") })
        let held = world.state.subscriptions.values.first?.held
        let tag = SubscriptionRecord.HeldTag(tag: "1.0.0", known: World.digest("a"), found: World.digest("b"))
        #expect(held == (rule == .follow ? nil : [tag]))
    }

    // T7
    @Test func `what is no image is no version, and its name is told`() throws {
        var world = World()
        world.receive("1.0.0")
        let question = try #require(world.receive("1.1.0", digest: nil).needs.first)
        let result = world.receive(
            "1.1.0",
            digest: nil,
            answers: [question: .image(.notRunnable(kind: "a Helm chart"))]
        )
        #expect(result.changes.isEmpty)
        #expect(result.trace.contains { $0.hasSuffix("1.1.0 is a Helm chart, not an image that can run") })
    }

    @Test func `a receiver speaks only for its sources`() throws {
        var world = World()
        let scope = SourceScope([try SourcePattern("github.com/other/*")])
        let result = world.receive("1.0.0", scope: scope)
        #expect(result.changes.isEmpty)
        #expect(result.trace == ["receiver hook may not report ghcr.io/acme/app: not among its sources"])
    }

    @Test func `the same event again changes nothing`() {
        var world = World()
        world.receive("1.0.0")
        #expect(world.receive("1.0.0").changes.isEmpty)
    }

    @Test func `a warehouse waits until every subscription has an artifact, and says for which`() throws {
        var world = World()
        let git = GitSubscription(
            repoURL: "https://github.com/acme/base",
            key: RepositoryKey(normalised: "github.com/acme/base"),
            branch: "main",
            place: World.place
        )
        world.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions.append(.git(git))
        let result = world.receive("1.0.0")
        #expect(result.freight.isEmpty)
        #expect(result.trace.last == "warehouse app waits for an artifact of git github.com/acme/base")
        let push = push(after: "1", before: "0")
        let asked = decide(push, world: world, answers: [:])
        let question = try #require(asked.needs.first)
        let answered = decide(push, world: world, answers: [question: .head(ObjectID(Self.commit("1")))])
        #expect(answered.freight.count == 1)
    }

    @Test func `a push that follows the known head is believed, another one is looked up`() throws {
        let (made, key, head) = Self.following(including: ["deploy"])
        var world = made
        let first = decide(
            push(after: "1", before: "0"),
            world: world,
            answers: [head: .head(ObjectID(Self.commit("1")))]
        )
        world.state.apply(first.changes)
        let next = decide(push(after: "2", before: "1"), world: world, answers: [:])
        #expect(next.needs.isEmpty)
        #expect(next.freight.count == 1)
        world.state.apply(next.changes)
        #expect(decide(push(after: "9", before: "7"), world: world, answers: [:]).needs == [head])
        var elsewhere = push(after: "3", before: "2")
        elsewhere.changedFiles = ["docs/readme.md"]
        let ignored = decide(elsewhere, world: world, answers: [:])
        #expect(ignored.freight.isEmpty)
        world.state.apply(ignored.changes)
        #expect(world.state.subscriptions[key]?.head == ObjectID(Self.commit("3")))
        // The push of 4 was lost, or comes later: whatever it changed is in 5.
        var later = push(after: "5", before: "4")
        later.changedFiles = ["docs/readme.md"]
        let caught = decide(
            later,
            world: world,
            answers: [head: .head(ObjectID(Self.commit("5")), after: ObjectID(Self.commit("3")))]
        )
        #expect(caught.freight.count == 1)
    }

    @Test func `a look finds the first commit, although an event about other files told of it before`() throws {
        let (made, key, head) = Self.following(including: ["deploy"])
        var world = made
        let warehouse = try #require(world.pipelines.projects["shop"]?.warehouses["app"])
        let commit = try #require(ObjectID(Self.commit("1")))
        var elsewhere = push(after: "1", before: "0")
        elsewhere.changedFiles = ["docs/readme.md"]
        let first = decide(elsewhere, world: world, answers: [head: .head(commit, leftOut: "only docs")])
        #expect(first.freight.isEmpty)
        world.state.apply(first.changes)
        let seen = Artifact.commit(CommitArtifact(repoURL: Self.repoURL, id: commit, branch: "main"))
        let look = Intake(pipelines: world.pipelines, now: world.now, answers: [:], sha1: { SHA1.hash($0) }).decide(
            [Observation(subscription: key, newest: seen, known: world.state.subscriptions[key])],
            of: warehouse,
            on: world.state,
            cause: "discovery",
            matcher: world.matcher
        )
        #expect(look.freight.count == 1)
    }

    @Test func `a push whose sender alone is proven moves no head, whatever it says it follows`() throws {
        let (made, key, head) = Self.following()
        var world = made
        let known = ObjectID(Self.commit("1"))
        let first = push(after: "1", before: "0")
        world.state.apply(decide(first, world: world, answers: [head: .head(known)], isEvidence: false).changes)
        let forged = push(after: "6", before: "1")
        let asked = decide(forged, world: world, answers: [:], isEvidence: false)
        #expect(asked.needs == [head] && asked.changes.isEmpty)
        let refuted = decide(forged, world: world, answers: [head: .head(known)], isEvidence: false)
        #expect(refuted.changes.isEmpty)
        #expect(refuted.trace.contains { $0.contains("the repository is at 1111111") }, "\(refuted.trace)")
        let borneOut = decide(
            forged,
            world: world,
            answers: [head: .head(ObjectID(Self.commit("6")), after: known)],
            isEvidence: false
        )
        #expect(borneOut.freight.count == 1)
        // A promotion of ours came on top before the repository was asked: what it says lies between counts.
        let own = try #require(ObjectID(Self.commit("7")))
        let branch = BranchKey(remote: "https://github.com/acme/base", branch: "main")
        var later = world
        later.state.apply(.putBranch(BranchRecord(key: branch, head: own, ownCommits: [own])))
        #expect(
            decide(forged, world: later, answers: [head: .head(own, after: known)], isEvidence: false).freight.count
                == 1
        )
        let left = decide(
            forged,
            world: later,
            answers: [head: .head(own, after: known, leftOut: "all ours")],
            isEvidence: false
        )
        #expect(left.freight.isEmpty && left.trace.contains { $0.hasSuffix("all ours") })
        later.state.apply(left.changes)
        #expect(later.state.subscriptions[key]?.head == own)
        // An answer about a head that is not the known one any more is asked for again.
        let late = decide(
            forged,
            world: later,
            answers: [head: .head(ObjectID(Self.commit("6")), after: known)],
            isEvidence: false
        )
        #expect(late.needs == [head] && late.changes.isEmpty)
        #expect(decide(forged, world: world, answers: [:], isEvidence: true).freight.count == 1)
    }

    @Test func `a look that took long puts nothing back that was told of meanwhile`() throws {
        let (made, key, head) = Self.following()
        var world = made
        let warehouse = try #require(world.pipelines.projects["shop"]?.warehouses["app"])
        let old = try #require(ObjectID(Self.commit("1")))
        let first = decide(push(after: "1", before: "0"), world: world, answers: [head: .head(old)])
        world.state.apply(first.changes)
        let begun = world.state.subscriptions[key]
        world.state.apply(decide(push(after: "2", before: "1"), world: world, answers: [:]).changes)
        let seen = Artifact.commit(CommitArtifact(repoURL: Self.repoURL, id: old, branch: "main"))
        let look = Intake(pipelines: world.pipelines, now: world.now, answers: [:], sha1: { SHA1.hash($0) }).decide(
            [Observation(subscription: key, newest: seen, known: begun)],
            of: warehouse,
            on: world.state,
            cause: "discovery",
            matcher: world.matcher
        )
        #expect(look.changes.isEmpty)
        #expect(look.trace.contains { $0.contains("the next look compares again") }, "\(look.trace)")
    }

    @Test func `a version that the rules admit no longer keeps no other from being the newest`() throws {
        var world = World()
        world.receive("2.0.0")
        let narrowed = ImageSubscription(
            repoURL: World.image,
            key: ImageKey(normalised: World.image),
            constraint: "^1",
            place: World.place
        )
        let git = GitSubscription(
            repoURL: "https://github.com/acme/base",
            key: RepositoryKey(normalised: "github.com/acme/base"),
            branch: "main",
            place: World.place
        )
        world.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.image(narrowed), .git(git)]
        // What another subscription brings is not put together with it either.
        let key = SubscriptionKey(warehouse: World.warehouse, subscription: Subscription.git(git).id)
        let head = HoistwayModel.Confirmation.head(key, ref: "refs/heads/main")
        let pushed = decide(
            push(after: "1", before: "0"),
            world: world,
            answers: [head: .head(ObjectID(Self.commit("1")))]
        )
        #expect(pushed.freight.isEmpty)
        world.state.apply(pushed.changes)
        let older = world.receive("1.4.1", digest: World.digest("b"))
        #expect(older.freight.count == 1)
        #expect(older.trace.contains { $0.contains("replaces 2.0.0") }, "\(older.trace)")
    }

    // T6
    @Test func `where the newest tag is deleted, the one before counts and makes no freight by itself`() throws {
        let repository = RepositoryKey(normalised: "github.com/acme/base")
        let git = GitSubscription(repoURL: Self.repoURL, key: repository, strategy: .semVer, place: World.place)
        var world = World()
        world.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.git(git)]
        let key = SubscriptionKey(warehouse: World.warehouse, subscription: Subscription.git(git).id)
        func commit(_ tag: String, _ digit: String) throws -> CommitArtifact {
            CommitArtifact(repoURL: Self.repoURL, id: try #require(ObjectID(Self.commit(digit))), tag: tag)
        }
        func decide(
            _ tag: String,
            deleted: Bool = false,
            _ answers: [HoistwayModel.Confirmation: HoistwayModel.Confirmation.Answer]
        ) -> Intake.Decision {
            let result = Intake(pipelines: world.pipelines, now: world.now, answers: answers, sha1: { SHA1.hash($0) })
                .decide(
                    .tag(TagEvent(repoKeys: [repository], ref: "refs/tags/\(tag)", deleted: deleted)),
                    from: EventSource(
                        receiver: "hook",
                        scope: nil,
                        projects: nil,
                        isEvidence: true,
                        receivedAt: world.now,
                        name: "hook delivery 3"
                    ),
                    on: world.state,
                    matcher: world.matcher
                )
            world.state.apply(result.changes)
            return result
        }
        let question = HoistwayModel.Confirmation.tag(key, ref: "refs/tags/2.0.0")
        #expect(decide("2.0.0", [question: .tag(try commit("2.0.0", "2"))]).freight.count == 1)
        let asked = decide("2.0.0", deleted: true, [question: .tag(nil)])
        #expect(asked.needs == [.look(key)] && asked.changes.isEmpty)
        let left = Observation(
            subscription: key,
            newest: .commit(try commit("1.9.0", "1")),
            known: world.state.subscriptions[key]
        )
        let back = decide("2.0.0", deleted: true, [question: .tag(nil), .look(key): .look(left)])
        #expect(back.freight.isEmpty && back.needs.isEmpty)
        #expect(world.state.subscriptions[key]?.newest == left.newest)
        // The deleted tag stands in nobody's way any more.
        let next = HoistwayModel.Confirmation.tag(key, ref: "refs/tags/1.9.1")
        #expect(decide("1.9.1", [next: .tag(try commit("1.9.1", "3"))]).freight.count == 1)
    }

    // T6
    @Test func `the newest build goes by when it was built, which the registry says`() throws {
        let byTime = ImageSubscription(
            repoURL: World.image,
            key: ImageKey(normalised: World.image),
            strategy: .newestBuild,
            place: World.place
        )
        var world = World(subscription: byTime)
        func answer(_ digest: Character, at seconds: Int64) -> HoistwayModel.Confirmation.Answer {
            .build(.found(World.digest(digest)), at: Timestamp(seconds: seconds))
        }
        let question = try #require(world.receive("b", digest: World.digest("b")).needs.first)
        #expect(
            world.receive("b", digest: World.digest("b"), answers: [question: answer("b", at: 20)]).freight.count == 1
        )
        let other = try #require(world.receive("a", digest: World.digest("a")).needs.first)
        let older = world.receive("a", digest: World.digest("a"), answers: [other: answer("a", at: 10)])
        #expect(older.freight.isEmpty)
        #expect(older.trace.contains { $0.contains("a is older than b") }, "\(older.trace)")
    }

    @Test func `a commit of our own makes no freight`() throws {
        let (made, _, head) = Self.following()
        var world = made
        let first = decide(
            push(after: "1", before: "0"),
            world: world,
            answers: [head: .head(ObjectID(Self.commit("1")))]
        )
        world.state.apply(first.changes)
        let own = try #require(ObjectID(Self.commit("2")))
        let branch = BranchKey(remote: "https://github.com/acme/base", branch: "main")
        world.state.apply(.putBranch(BranchRecord(key: branch, head: own, ownCommits: [own])))
        let result = decide(push(after: "2", before: "1"), world: world, answers: [:])
        #expect(result.freight.isEmpty)
        #expect(result.trace.contains { $0.hasSuffix("is Hoistway's own: it makes no freight") })
    }

    /// One warehouse that follows `main`; with its key, and the question where that branch is.
    private static func following(
        including paths: [String] = []
    ) -> (world: World, key: SubscriptionKey, head: HoistwayModel.Confirmation) {
        var world = World()
        let git = GitSubscription(
            repoURL: repoURL,
            key: RepositoryKey(normalised: "github.com/acme/base"),
            branch: "main",
            includePaths: paths.map { .prefix($0) },
            place: World.place
        )
        world.pipelines.projects["shop"]?.warehouses["app"]?.subscriptions = [.git(git)]
        let key = SubscriptionKey(warehouse: World.warehouse, subscription: Subscription.git(git).id)
        return (world, key, .head(key, ref: "refs/heads/main"))
    }

    private static let repoURL = "https://github.com/acme/base"

    private static func commit(_ digit: String) -> String { String(repeating: digit, count: 40) }

    private func push(after: String, before: String) -> PushEvent {
        PushEvent(
            repoKeys: [RepositoryKey(normalised: "github.com/acme/base")],
            ref: "refs/heads/main",
            before: Self.commit(before),
            commit: Self.commit(after),
            changedFiles: ["deploy/a.yaml"]
        )
    }

    private func decide(
        _ push: PushEvent,
        world: World,
        answers: [HoistwayModel.Confirmation: HoistwayModel.Confirmation.Answer],
        isEvidence: Bool = true
    ) -> Intake.Decision {
        Intake(pipelines: world.pipelines, now: world.now, answers: answers, sha1: { SHA1.hash($0) }).decide(
            .push(push),
            from: EventSource(
                receiver: "hook",
                scope: nil,
                projects: nil,
                isEvidence: isEvidence,
                receivedAt: world.now,
                name: "hook delivery 2"
            ),
            on: world.state,
            matcher: world.matcher
        )
    }
}
