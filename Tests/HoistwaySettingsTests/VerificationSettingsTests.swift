import HoistwayModel
import Testing

@testable import HoistwaySettings

/// What takes the place of a verification that is not executed is the operator's choice, and `check` names the stages.
struct VerificationSettingsTests {
    private static let manifests =
        DemoPipeline.head
        + DemoPipeline.stage("  verification: {analysisTemplates: [{name: smoke}]}", named: "tested")
        + DemoPipeline.stage("", named: "plain")

    private func rules(_ more: String) throws -> [MissingVerification?] {
        let loaded = try load(Self.manifests, more: more).0
        let stages = loaded?.pipelines.projects["demo"]?.stages
        return [loaded?.settings.missingVerification, stages?["tested"]?.missingVerification]
    }

    @Test func `by default such a stage waits, and a warning names it, its place and the line to write`() throws {
        let (loaded, problems) = try load(Self.manifests)
        let told = problems.filter { $0.message.contains("verification") }
        #expect(
            told.map(\.message) == [
                "the stage tested asks for a verification, which is not executed: its freight waits for "
                    + "`hoistway verify tested` before it is available to the stages after it"
            ]
        )
        #expect(told.first?.hint?.contains("`verification: {whenMissing: health}`") == true)
        #expect(told.first?.hint?.contains("projects.demo") == true)
        #expect(told.first?.place.line == 15)
        let stages = try #require(loaded?.pipelines.projects["demo"]?.stages)
        #expect(stages["tested"]?.hasVerification == true && stages["plain"]?.hasVerification == false)
        #expect(try rules("") == [.wait, .wait])
    }

    @Test func `whenMissing is read for the program and for a project, which goes before`() throws {
        let health = "verification: {whenMissing: health}"
        #expect(try rules(health) == [.health, .health])
        #expect(try rules(health + "\nprojects: {demo: {verification: {whenMissing: wait}}}") == [.health, .wait])
        #expect(try rules("projects: {demo: {verification: {whenMissing: health}}}") == [.wait, .health])
        let told = try load(Self.manifests, more: health).1.filter { $0.message.contains("verification") }
        #expect(told.count == 1 && told.first?.message.contains("its health verifies its freight") == true)
    }

    @Test(arguments: ["verification: {whenMissing: never}", "verification: {whenmissing: wait}", "verification: wait"])
    func `what cannot be read there is an error with its place`(text: String) throws {
        let problems = try load(Self.manifests, more: text).1
        #expect(problems.errors.contains { $0.place.path.hasPrefix("verification") }, "\(problems)")
    }
}
