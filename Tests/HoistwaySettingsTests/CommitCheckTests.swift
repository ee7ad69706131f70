import HoistwayModel
import Testing

@testable import HoistwaySettings

/// T1: `check` names the stages that deliver another commit than the one that is promoted.
struct CommitCheckTests {
    private static let url = "https://git.example.com/acme/deploy"
    private static let git = "git: {repoURL: \(url), branch: main}"

    private static func warehouse(_ name: String, _ subscriptions: [String]) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Warehouse
        metadata: {name: \(name), namespace: demo}
        spec:
          subscriptions:
        \(subscriptions.map { "    - \($0)" }.joined(separator: "\n"))
        """
    }

    private static func stage(_ name: String, of warehouses: [String] = ["main"], _ promotion: String) -> String {
        """
        apiVersion: kargo.akuity.io/v1alpha1
        kind: Stage
        metadata: {name: \(name), namespace: demo}
        spec:
          requestedFreight:
        \(warehouses.map { "    - {origin: {kind: Warehouse, name: \($0)}, sources: {direct: true}}" }
            .joined(separator: "\n"))
          \(promotion)
        """
    }

    /// Copies `base` of the first checkout to the branch of the stage.
    private static func copying(_ source: String, to branch: String = "stage/a", url: String = url) -> String {
        "promotionTemplate: {spec: {steps: ["
            + "{uses: git-clone, config: {repoURL: '\(url)', checkout: "
            + "[{\(source.isEmpty ? "" : "\(source), ")path: ./src}, {branch: \(branch), create: true, path: ./out}]}}, "
            + "{uses: copy, config: {inPath: ./src/base, outPath: ./out}}, {uses: git-commit, config: {path: ./out}}, "
            + "{uses: git-push, config: {path: ./out}}]}}"
    }

    private func found(_ stages: [String], warehouses: [String] = [warehouse("main", [git])]) throws -> [Problem] {
        try all(stages, warehouses: warehouses).filter { $0.message.contains("commit") }
    }

    private func all(_ stages: [String], warehouses: [String] = [warehouse("main", [git])]) throws -> [Problem] {
        let project = "apiVersion: kargo.akuity.io/v1alpha1\nkind: Project\nmetadata: {name: demo}"
        return try problems(of: ([project] + warehouses + stages).joined(separator: "\n---\n"))
    }

    @Test(arguments: [
        ("branch: main", "the branch main"), ("", "the default branch"), ("tag: v1", "the tag v1"),
        ("commit: 955658b6324df47355b3a0a005f18a6d11875d12", "the commit 955658b"),
    ])
    func `T1: a checkout that does not take the freight's commit is told, with the lines to write`(
        source: String,
        what: String
    ) throws {
        let found = try found([Self.stage("a", Self.copying(source))])
        #expect(found.map(\.severity) == [.warning])
        #expect(
            found.first?.message
                == "the stage a checks out \(what) of git.example.com/acme/deploy, of which the freight carries a commit: "
                + "what is there when a promotion runs is delivered, and not the commit that was promoted"
        )
        let hint = try #require(found.first?.hint)
        #expect(hint.contains("`commit: '${{ commitFrom(\"\(Self.url)\").ID }}'`"), "\(hint)")
    }

    @Test func `T1: what the hint names is accepted, and takes the warning away`() throws {
        #expect(try found([Self.stage("a", Self.copying("fromFreight: true"))]) == [])
    }

    @Test(arguments: [
        "https://GIT.example.com/acme/deploy.git", "ssh://git@git.example.com/acme/deploy",
        "git@git.example.com:acme/deploy.git",
    ])
    func `T1: a repository is the same, however its URL is written`(url: String) throws {
        let found = try found([Self.stage("a", Self.copying("branch: main", url: url))])
        #expect(found.count == 1)
        #expect(found.first?.hint?.contains("git@") == false)
    }

    @Test func `T1: stages with one fault are told in one warning`() throws {
        let stages = ["a", "b"].map { Self.stage($0, Self.copying("branch: main", to: "stage/\($0)")) }
        let found = try found(stages)
        #expect(found.map { String($0.message.prefix(39)) } == ["the stages a and b check out the branch"])
    }

    @Test func `T1: a branch that is edited in place and pushed is no such checkout`() throws {
        let steps =
            "promotionTemplate: {spec: {steps: [{uses: git-clone, config: {repoURL: '\(Self.url)', checkout: "
            + "[{branch: main, path: ./w}]}}, {uses: kustomize-set-image, config: {path: ./w/env}}, "
            + "{uses: git-commit, config: {path: ./w}}, {uses: git-push, config: {path: ./w}}]}}"
        #expect(try found([Self.stage("a", steps)]) == [])
    }

    @Test func `T1: without a subscription to the repository there is nothing to tell`() throws {
        let image = Self.warehouse("main", ["image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}"])
        #expect(try found([Self.stage("a", Self.copying("branch: main"))], warehouses: [image]) == [])
    }

    @Test func `T1: a commit that no freight of the stage can carry is an error`() throws {
        let image = Self.warehouse("main", ["image: {repoURL: ghcr.io/acme/app, constraint: ^1.0.0}"])
        let absent = try found([Self.stage("a", Self.copying("fromFreight: true"))], warehouses: [image])
        #expect(absent.map(\.severity) == [.error])
        #expect(absent.first?.message.hasSuffix("but no warehouse of the stage a watches it") == true)
        let other = "fromFreight: true, fromOrigin: {kind: Warehouse, name: other}"
        let named = try found([Self.stage("a", Self.copying(other))])
        #expect(named.map(\.severity) == [.error])
        #expect(named.first?.message.hasSuffix("but the warehouse 'other' of the stage a does not watch it") == true)
        #expect(named.first?.hint == "watching it: main")
    }

    @Test func `T1: two warehouses with one repository need the name of one`() throws {
        let both = [Self.warehouse("main", [Self.git]), Self.warehouse("other", [Self.git])]
        let unclear = try found(
            [Self.stage("a", of: ["main", "other"], Self.copying("fromFreight: true"))],
            warehouses: both
        )
        #expect(unclear.map(\.severity) == [.error])
        #expect(unclear.first?.message.contains("(main and other): it is not clear which commit is meant") == true)
        #expect(unclear.first?.hint?.contains("fromOrigin: {kind: Warehouse, name: main}") == true)
        let named = "fromFreight: true, fromOrigin: {kind: Warehouse, name: other}"
        #expect(try found([Self.stage("a", of: ["main", "other"], Self.copying(named))], warehouses: both) == [])
    }

    @Test func `T1: the origin of legacy updates is read, and missed where it is needed`() throws {
        let both = [Self.warehouse("main", [Self.git]), Self.warehouse("other", [Self.git])]
        func stage(_ origin: String) -> String {
            Self.stage(
                "a",
                of: ["main", "other"],
                "promotionMechanisms: {gitRepoUpdates: [{repoURL: '\(Self.url)', writeBranch: stage/a\(origin)}]}"
            )
        }
        let unclear = try found([stage("")], warehouses: both)
        #expect(unclear.map(\.severity) == [.error])
        #expect(unclear.first?.hint?.contains("origin: {kind: Warehouse, name: main}") == true)
        #expect(try found([stage(", origin: {kind: Warehouse, name: other}")], warehouses: both) == [])
    }

    @Test func `T1: an expression for the commit is accepted, and takes the warning away`() throws {
        let stage = Self.stage("a", Self.copying("commit: '${{ commitFrom(\"\(Self.url)\").ID }}'"))
        #expect(try all([stage]).filter { !$0.message.hasPrefix("no receiver handles events of") } == [])
    }
}
