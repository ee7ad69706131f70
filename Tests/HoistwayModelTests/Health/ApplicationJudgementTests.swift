import HoistwayModel
import Testing

/// Each row of Kargo's health check of `argocd-update`, and where we differ.
struct ApplicationJudgementTests {
    private typealias Samples = HealthSamples

    private func judge(
        _ application: Application,
        _ check: ApplicationCheck = Samples.check(),
        history: (RevisionQuestion) -> RevisionStanding = { _ in .absent }
    ) -> ApplicationHealth {
        Samples.judgement(.found(application), of: check, history: history).health
    }

    @Test func `an Application that is missing or cannot be read is Unknown, with the reason`() {
        let missing = Samples.judgement(.missing).health
        #expect(missing.status == .unknown)
        #expect(missing.reason == "there is no Application argocd/shop-test in the cluster main")
        let unreadable = Samples.judgement(.unreadable("the cluster main did not answer: refused")).health
        #expect(unreadable.status == .unknown)
        #expect(
            unreadable.reason == "Application argocd/shop-test cannot be read: the cluster main did not answer: refused"
        )
    }

    @Test func `an Application that is being deleted is Progressing`() {
        let health = judge(Samples.application { $0.isBeingDeleted = true })
        #expect(health.status == .progressing)
        #expect(health.reason == "Application argocd/shop-test is being deleted")
    }

    @Test(arguments: [nil, -1, 0, 1] as [Int64?])
    func `health from before the last operation is not trusted, from the same second on it is`(seconds: Int64?) {
        let health = judge(
            Samples.application { application in
                let finished = application.status.operation?.finishedAt
                application.status.reconciledAt = seconds.flatMap { after in finished.map { $0 + .seconds(after) } }
            }
        )
        #expect(health.status == (seconds ?? -1 < 0 ? .unknown : .healthy))
    }

    @Test(arguments: ["ComparisonError", "InvalidSpecError", "SyncError", "OrphanedResourceWarning"])
    func `conditions that prevent a comparison are Unhealthy, others do not matter`(type: String) {
        let health = judge(
            Samples.application { $0.status.conditions = [.init(type: type, message: "no such\nfolder")] }
        )
        guard type.hasPrefix("Comparison") || type.hasPrefix("Invalid") else {
            #expect(health.status == .healthy)
            return
        }
        #expect(health.status == .unhealthy)
        #expect(health.reason == "Application argocd/shop-test has the condition \(type): no such folder")
    }

    @Test func `with a desired revision, an operation that has not ended is Unknown, without one it does not matter`() {
        let pending = Samples.application { $0.pendingOperation = ApplicationOperation() }
        let running = Samples.application { application in
            application.status.operation = Application.OperationState(phase: "Running")
        }
        let terminating = Samples.application { application in
            application.status.operation = Application.OperationState(phase: "Terminating")
        }
        let never = Samples.application { $0.status.operation = nil }
        for application in [pending, running, terminating, never] {
            #expect(judge(application).status == .unknown)
            #expect(judge(application, Samples.check([""])).status == .healthy)
        }
        #expect(judge(running).reason == "Application argocd/shop-test has an operation that has not ended")
        #expect(judge(never).reason == "Application argocd/shop-test was never synchronised")
    }

    @Test func `another number of sources or revisions is Unknown`() {
        let one = Samples.application()
        let two = Samples.check([Samples.wanted, ""])
        #expect(judge(one, two).status == .unknown)
        #expect(judge(one, two).reason == "Application argocd/shop-test has 1 source, and had 2 when it was promoted")
        let unseen = Samples.application(revisions: [Samples.wanted, Samples.other]) { $0.status.revisions = [] }
        #expect(judge(unseen, two).status == .unknown)
        #expect(
            judge(unseen, two).reason
                == "Argo CD has compared Application argocd/shop-test with 0 revisions, not with 2"
        )
    }

    @Test func `each desired revision must be live, and those that are not named may be any`() {
        let check = Samples.check([Samples.wanted, "", "1.2.3"])
        #expect(
            judge(Samples.application(revisions: [Samples.wanted, Samples.other, "1.2.3"]), check).status == .healthy
        )
        let chart = judge(Samples.application(revisions: [Samples.wanted, Samples.other, "1.2.2"]), check)
        #expect(chart.status == .unhealthy)
        #expect(chart.reason == "Application argocd/shop-test is at 1.2.2, not at the promoted 1.2.3")
        let commit = judge(Samples.application(revisions: [Samples.other, Samples.other, "1.2.3"]), check)
        #expect(commit.status == .unhealthy)
        #expect(commit.reason == "Application argocd/shop-test is at bbbbbbb, not at the promoted aaaaaaa")
    }

    @Test func `a live revision that contains the desired one is as good`() {
        let application = Samples.application(revisions: [Samples.other])
        var asked: [RevisionQuestion] = []
        let health = judge(application) { question in
            asked.append(question)
            return .contained
        }
        #expect(health.status == .healthy)
        #expect(asked.map(\.repository) == [Samples.repository])
        #expect(asked.map(\.live.hex) == [Samples.other] && asked.map(\.wanted) == [Samples.wanted])
        #expect(ApplicationJudgement.questions(Samples.check(), about: application) == asked)
        #expect(ApplicationJudgement.questions(Samples.check(), about: Samples.application()) == [])
        // A tag may stand for the commit; a chart's version stands for itself alone.
        #expect(ApplicationJudgement.questions(Samples.check(["v1.0"]), about: application).map(\.wanted) == ["v1.0"])
        let chart = Samples.application(revisions: ["1.0.1"]) { $0.sources[0].chart = "app" }
        #expect(ApplicationJudgement.questions(Samples.check(["1.0.0"]), about: chart) == [])
    }

    @Test func `where a history cannot be read the health is Unknown, with the reason, and is looked at again`() {
        let judgement = Samples.judgement(.found(Samples.application(revisions: [Samples.other]))) { _ in
            .unknown("git.example.com did not answer")
        }
        #expect(judgement.health.status == .unknown)
        #expect(judgement.health.reason.contains("cannot be said: git.example.com did not answer"))
        #expect(judgement.nextLook == Samples.now + ApplicationJudgement.pause)
    }

    @Test func `one source at a wrong revision weighs more than one that is not known`() {
        let check = Samples.check([Samples.wanted, Samples.wanted])
        let application = Samples.application(revisions: [Samples.other, String(repeating: "c", count: 40)])
        let health = judge(application, check) { question in
            question.live.hex == Samples.other ? .unknown("no answer") : .absent
        }
        #expect(health.status == .unhealthy)
    }

    @Test(arguments: [
        ("Healthy", HealthStatus.healthy), ("Progressing", .progressing), ("Suspended", .progressing),
        ("", .progressing), ("Missing", .unhealthy), ("Unknown", .unhealthy), ("Sleepy", .unhealthy),
    ])
    func `Argo CD's health becomes the stage's`(word: String, status: HealthStatus) {
        let health = judge(Samples.application(health: word, message: "1 of 3\nreplicas"))
        #expect(health.status == status)
        #expect(health.reason.hasSuffix(": 1 of 3 replicas") == (status != .healthy))
        #expect(health.reason.isEmpty == (status == .healthy))
        // Being out of sync by itself does not matter.
        let outOfSync = judge(Samples.application(health: word) { $0.status.sync = "OutOfSync" })
        #expect(outOfSync.status == status)
    }

    // MARK: Degraded

    @Test func `Degraded counts as Progressing for half a minute, and as Unhealthy from then on`() throws {
        let degraded = ApplicationReading.found(Samples.application(health: "Degraded", message: "crash loop"))
        let first = Samples.judgement(degraded)
        #expect(first.health.status == .progressing)
        #expect(
            first.health.reason
                == "Application argocd/shop-test is Degraded: crash loop; it counts as Unhealthy after 30 s"
        )
        let end = try #require(first.nextLook)
        #expect(end == Samples.now + .seconds(30))
        let before = Samples.judgement(degraded, previous: first.health, at: end + .seconds(-1))
        #expect(before.health == first.health && before.nextLook == end)
        let after = Samples.judgement(degraded, previous: before.health, at: end)
        #expect(after.health.status == .unhealthy && after.nextLook == nil)
        #expect(after.health.reason == "Application argocd/shop-test is Degraded: crash loop")
        #expect(after.health.since == end)
        // It stays so without a look at the clock, also when the clock was set back.
        let back = Samples.judgement(degraded, previous: after.health, at: Samples.now + .seconds(-600))
        #expect(back.health.status == .unhealthy && back.health.since == end)
    }

    @Test func `a rollout that is Degraded for a moment has never been unhealthy`() {
        let degraded = Samples.judgement(.found(Samples.application(health: "Degraded")))
        let healthy = Samples.judgement(
            .found(Samples.application()),
            previous: degraded.health,
            at: Samples.now + .seconds(5)
        )
        #expect(healthy.health.status == .healthy && healthy.health.degradedSince == nil)
        let again = Samples.judgement(
            .found(Samples.application(health: "Degraded")),
            previous: healthy.health,
            at: Samples.now + .seconds(60)
        )
        #expect(again.health.status == .progressing)
    }

    @Test(arguments: ["Failed", "Error"])
    func `Degraded after a failed operation is Unhealthy at once`(phase: String) {
        let application = Samples.application(health: "Degraded") { $0.status.operation?.phase = phase }
        #expect(judge(application).status == .unhealthy)
    }

    // MARK: Lost refreshes

    @Test func `Argo CD is asked to look again where it has not looked since an operation, ever more rarely`() throws {
        let application = Samples.application { application in
            application.status.operation?.finishedAt = Samples.now
            application.status.reconciledAt = Samples.now + .seconds(-1)
        }
        let reading = ApplicationReading.found(application)
        let first = Samples.judgement(reading)
        #expect(first.health.status == .unknown && !first.needsRefresh)
        #expect(first.nextLook == Samples.now + ApplicationJudgement.patience)

        var moment = Samples.now + ApplicationJudgement.patience
        var health = first.health
        var pauses: [Int64] = []
        for attempt in 1...8 {
            var judgement = Samples.judgement(reading, previous: health, at: moment)
            #expect(judgement.needsRefresh, "attempt \(attempt)")
            judgement.refreshed(at: moment, failure: nil, previous: health)
            #expect(!judgement.needsRefresh && judgement.health.refresh?.attempts == attempt)
            #expect(judgement.health.reason.contains("Argo CD was asked to look again at \(moment.rfc3339)"))
            let next = try #require(judgement.nextLook)
            pauses.append((next - moment).components.seconds)
            let early = Samples.judgement(reading, previous: judgement.health, at: next + .seconds(-1))
            #expect(!early.needsRefresh && early.nextLook == next)
            // Nothing is new: nothing is to be written.
            #expect(early.health == judgement.health)
            health = judgement.health
            moment = next
        }
        #expect(pauses == [30, 60, 120, 240, 480, 900, 900, 900])
        let seen = Samples.judgement(.found(Samples.application()), previous: health, at: moment)
        #expect(seen.health.status == .healthy && seen.health.refresh == nil)
    }

    @Test func `a request that is refused stands in the reason`() {
        let application = Samples.application { $0.status.reconciledAt = nil }
        var judgement = Samples.judgement(.found(application))
        #expect(judgement.needsRefresh)
        judgement.refreshed(at: Samples.now, failure: "the cluster main does not allow to patch", previous: nil)
        #expect(judgement.health.reason.hasSuffix(", but that failed: the cluster main does not allow to patch"))
    }

    @Test func `a wrong revision is asked about again only where Argo CD has not looked since the promotion`() {
        let stale = Samples.application(revisions: [Samples.other]) {
            $0.status.reconciledAt = Samples.promoted + .seconds(-1)
        }
        let first = Samples.judgement(.found(stale))
        #expect(first.health.status == .unhealthy && first.needsRefresh)
        #expect(
            first.health.reason
                == "Application argocd/shop-test is at bbbbbbb, not at the promoted aaaaaaa, and Argo CD has not looked "
                + "since the promotion ended"
        )
        let looked = Samples.application(revisions: [Samples.other])
        let second = Samples.judgement(.found(looked))
        #expect(second.health.status == .unhealthy && !second.needsRefresh && second.nextLook == nil)
    }

    @Test func `Argo CD's own words are one line, and not many`() {
        let long = String(repeating: "many\u{1B}[2J words\n", count: 200)
        let health = judge(Samples.application(health: "Missing", message: long))
        #expect(health.reason.count < 500 && !health.reason.contains("\n") && !health.reason.contains("\u{1B}"))
    }
}
