import Foundation
import Testing

@testable import HoistwayModel

/// Whose Applications are refreshed, and what of it is kept in the state.
struct RefreshRulesTests {
    private static func application(_ name: String, stage: String? = nil) -> Application {
        Application(
            key: ApplicationKey(namespace: "argocd", name: name),
            annotations: stage.map { [ApplicationAuthorization.kargoKey: $0] } ?? [:],
            sources: [ApplicationSource(repoURL: "https://git.test/a", targetRevision: "main")]
        )
    }

    private static let all = [
        application("free"), application("shop", stage: "shop:test"), application("bank", stage: "bank:test"),
        application("other", stage: "shop:gone"),
    ]

    private static func record(_ projects: [String]? = nil, branch: String = "main") -> RefreshRecord {
        RefreshRecord(
            news: SourceNews(repositories: ["git.test/a"], what: .branch(branch, isDefault: nil)),
            cause: "hook delivery 1",
            projects: projects,
            clusters: ["main"],
            since: Timestamp(seconds: 1)
        )
    }

    private static func rule(_ project: String, cluster: String = "main") -> RefreshRules.ProjectRule {
        RefreshRules.ProjectRule(
            options: ArgoCDOptions(cluster: cluster, refreshes: true),
            stages: [StageKey(project: project, name: "test")]
        )
    }

    private static func concerned(_ rules: RefreshRules, _ record: RefreshRecord = record()) -> [String] {
        rules.concerned(by: record, in: "main", among: all) { RepositoryKey(url: $0) }.map(\.key.name)
    }

    @Test func `a project's are those that authorise one of its stages`() {
        let rules = RefreshRules(projects: ["shop": Self.rule("shop")])
        #expect(Self.concerned(rules) == ["shop"])
        #expect(Self.concerned(rules, Self.record(["bank"])) == [])
        #expect(Self.concerned(RefreshRules(projects: ["shop": Self.rule("shop", cluster: "edge")])) == [])
        #expect(rules.clusters(for: nil) == ["main"] && rules.clusters(for: ["bank"]) == [])
    }

    @Test func `the whole cluster's are all, but for those of projects that have switched it off`() {
        let rules = RefreshRules(wholeCluster: "main", exempt: ["bank": Self.rule("bank")])
        #expect(Self.concerned(rules) == ["free", "shop", "other"])
        // A receiver that speaks for one project speaks for nobody else's Applications.
        #expect(Self.concerned(rules, Self.record(["shop"])) == [])
        #expect(rules.clusters(for: nil) == ["main"] && rules.clusters(for: ["shop"]) == [])
    }

    @Test(arguments: ["", "blue"])
    func `an Application is a project's exactly where it authorises one of its stages`(instance: String) {
        let values: [String?] = [
            nil, "", "shop:test", "shop:prod , bank:test", "shop:gone", "shop:*", "bank:test,", "blue/shop:test",
            "green/shop:test,bank:test", "blue/bank:test, green/shop:test", "test:shop",
        ]
        let stages = ["shop", "bank"].flatMap { project in
            ["test", "prod"].map { StageKey(project: project, name: $0) }
        }
        for kargo in values {
            for own in values {
                var application = Self.application("web")
                application.annotations[ApplicationAuthorization.kargoKey] = kargo
                application.annotations[ApplicationAuthorization.ownKey] = own
                for (stage, acceptsKargo) in stages.flatMap({ [($0, true), ($0, false)] }) {
                    let options = ArgoCDOptions(
                        cluster: "main",
                        instance: instance,
                        acceptsKargoAnnotation: acceptsKargo
                    )
                    let rule = RefreshRules.ProjectRule(options: options, stages: [stage])
                    let isAuthorized = ApplicationAuthorization.of(application, for: stage, options) == .authorized
                    let on = RefreshRules(projects: [stage.project: rule])
                    #expect(on.covers(application, of: "main", for: nil) == isAuthorized)
                    let off = RefreshRules(wholeCluster: "main", exempt: [stage.project: rule])
                    #expect(off.covers(application, of: "main", for: nil) == !isAuthorized)
                }
            }
        }
    }

    @Test func `what is being deleted, or passed over by the controller, is left alone`() {
        var gone = Self.all[0]
        gone.isBeingDeleted = true
        var skipped = Self.all[0]
        skipped.annotations["argocd.argoproj.io/skip-reconcile"] = "true"
        let rules = RefreshRules(wholeCluster: "main")
        let found = rules.concerned(by: Self.record(), in: "main", among: [gone, skipped]) { RepositoryKey(url: $0) }
        #expect(found.isEmpty)
    }

    // MARK: The state

    @Test func `pushes to one ref are one record, until every cluster was told`() {
        var state = PipelineState()
        state.apply(state.noting(Self.record(["shop"])))
        var second = Self.record(["bank"])
        second.causes = ["hook delivery 2"]
        second.clusters = ["edge"]
        state.apply(state.noting(second))
        let joined = state.refreshes.values.first
        #expect(state.refreshes.count == 1 && joined?.count == 2)
        #expect(joined?.causes == ["hook delivery 1", "hook delivery 2"])
        #expect(joined?.projects == ["bank", "shop"] && joined?.clusters == ["edge", "main"])
        guard let joined else { return }
        // What was told of the former one is not all.
        #expect(state.telling("main", of: Self.record()) == [])
        state.apply(state.telling("main", of: joined))
        #expect(state.refreshes.values.first?.clusters == ["edge"])
        state.apply(state.telling("edge", of: joined))
        #expect(state.refreshes.isEmpty)
        #expect(state.telling("edge", of: joined) == [])
    }

    @Test func `its age counts from what was joined last, also in the state`() throws {
        var later = Self.record()
        later.since = Timestamp(seconds: 90)
        let joined = Self.record().joined(with: later)
        #expect(joined.since == Timestamp(seconds: 1) && joined.newest == Timestamp(seconds: 90))
        #expect(later.joined(with: Self.record()).newest == Timestamp(seconds: 90))
        let stored = try JSONEncoder().encode(joined)
        #expect(try JSONDecoder().decode(RefreshRecord.self, from: stored) == joined)
        // As they were stored before.
        let former = try JSONEncoder().encode(Self.record())
        #expect(!String(decoding: former, as: UTF8.self).contains("joinedAt"))
        #expect(try JSONDecoder().decode(RefreshRecord.self, from: former).newest == Timestamp(seconds: 1))
    }

    @Test func `one that speaks for all goes before one that speaks for some`() {
        #expect(Self.record(["shop"]).joined(with: Self.record()).projects == nil)
    }

    @Test func `there are never more than a bound`() {
        var state = PipelineState()
        for number in 0...PipelineState.maxRefreshes {
            var record = Self.record(branch: "b\(number)")
            record.since = Timestamp(seconds: Int64(number))
            state.apply(state.noting(record))
        }
        #expect(state.refreshes.count == PipelineState.maxRefreshes)
        #expect(!state.refreshes.values.contains { $0.since == Timestamp(seconds: 0) })
    }
}
