import HoistwayModel
import Testing

@testable import HoistwaySettings

/// Whether promotions show as commit statuses: off unless somebody says so, for all or for one project.
struct StatusSettingsTests {
    private static let manifests = DemoPipeline.head + DemoPipeline.stage("", named: "plain")

    private func statuses(_ more: String) throws -> [Bool?] {
        let settings = try load(Self.manifests, more: more).0?.settings
        return [settings?.statuses, settings?.projects["demo"]?.statuses]
    }

    @Test func `statuses are read for the program and for a project`() throws {
        #expect(try statuses("") == [false, nil])
        #expect(try statuses("promotions: {statuses: true}") == [true, nil])
        let off = "promotions: {statuses: true}\nprojects: {demo: {promotions: {statuses: false}}}"
        #expect(try statuses(off) == [true, false])
    }

    @Test(arguments: ["promotions: {statuses: maybe}", "promotions: {status: true}", "promotions: true"])
    func `what cannot be read there is an error with its place`(text: String) throws {
        let problems = try load(Self.manifests, more: text).1
        #expect(problems.errors.contains { $0.place.path.hasPrefix("promotions") }, "\(problems)")
    }

    @Test func `a reload names what it changes of them`() throws {
        let old = try #require(try load(Self.manifests).0)
        let more = "promotions: {statuses: true}\nprojects: {demo: {promotions: {statuses: false}}}"
        let new = try #require(try load(Self.manifests, more: more).0)
        // Each is read from a folder of its own, with other known hosts.
        let lines = ConfigurationChanges.lines(from: old, to: new).filter { $0.contains("statuses") }
        #expect(lines == ["promotions.statuses changed", "project demo: its promotions.statuses changed"])
    }

    @Test func `a host that the configuration knows needs no provider in a step`() throws {
        let step = "{uses: git-wait-for-pr, config: {repoURL: \"https://git.example.com:8443/acme/ops\", prNumber: 1}}"
        let stage = DemoPipeline.stage("  promotionTemplate: {spec: {steps: [\(step)]}}", named: "pulls")
        let told = { (more: String) in
            try load(DemoPipeline.head + stage, more: more).1.filter { $0.message.contains("which Git host") }
        }
        #expect(try told("").count == 1)
        #expect(try told("git: {hosts: [{host: \"git.example.com:8443\", provider: gitea}]}").isEmpty)
        #expect(try told("git: {hosts: [{host: \"git.example.com:8443\"}]}").count == 1)
    }
}
