import FoundationEssentials
import HoistwayEdits
import HoistwayModel
import HoistwaySteps
import Testing

struct StepReferenceTests {
    @Test(arguments: StepRegistry.names)
    func `every step has an example that its schema passes`(_ name: String) throws {
        let entry = try #require(StepReference.entries[name], "write one for \(name) in StepReference+Entries.swift")
        let document = try DocumentReader.yaml(Array(entry.example.utf8)).configValue
        #expect(document["uses"] == .string(name))
        let schema = try #require(StepRegistry.schemas[name])
        #expect(schema.problems(with: document["config"] ?? .null).map(\.message) == [])
    }

    /// `RECORD=1` rewrites the sections, and still fails.
    @Test func `the page of steps says what the schemas say`() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = root.appending(path: "Sources/hoistway/Documentation.docc/Steps.md")
        let text = try String(contentsOf: page, encoding: .utf8)
        let (start, end) = ("<!-- Made from the program's own schemas. -->\n\n", "<!-- End of what is made. -->")
        let head = try #require(text.firstRange(of: start))
        let tail = try #require(text.firstRange(of: end))
        let present = StepReference.markdown + "\n"
        if ProcessInfo.processInfo.environment["RECORD"] == "1" {
            let new = text[..<head.upperBound] + present + text[tail.lowerBound...]
            try String(new).write(to: page, atomically: true, encoding: .utf8)
        }
        #expect(String(text[head.upperBound..<tail.lowerBound]) == present)
    }
}
