import Foundation
import HoistwayModel
import HoistwaySettings
import HoistwaySteps
import HoistwayTestKit
import HoistwayTestServers
import Testing

/// The pipeline that a newcomer writes first.
struct GettingStartedTests {
    @Test func `the pipeline on the page loads without a problem, and promotes to one stage`() throws {
        let page = try Documentation.page("\(Documentation.folder)/GettingStarted.md")
        let yaml = page.blocks.filter { $0.language == "yaml" }.map(\.text)
        try #require(yaml.count == 2)
        let folder = try TemporaryFolder("hoistway-getting-started")
        defer { folder.remove() }
        for name in ["pipelines", "secrets"] {
            try FileManager.default.createDirectory(
                atPath: "\(folder.path)/\(name)",
                withIntermediateDirectories: false
            )
        }
        try folder.write(yaml[0], to: "hoistway.yaml")
        try folder.write(yaml[1], to: "pipelines/checkout.yaml")
        try folder.write("0123456789abcdef0123456789abcdef\n", to: "secrets/app")
        let (loaded, problems) = Settings.load(
            path: "\(folder.path)/hoistway.yaml",
            environment: ["GITHUB_PAT": "a token"],
            schemas: StepRegistry.schemas
        )
        #expect(problems == [])
        #expect(loaded?.pipelines.projects.values.map { $0.stages.count } == [1])
    }
}
