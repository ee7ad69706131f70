import HoistwayTestKit
import Testing

@testable import HoistwaySettings

/// The YAML that the documentation shows.
struct PageYAMLTests {
    @Test func `every block of YAML is read, and gives no key twice`() throws {
        var read = 0
        for page in try Documentation.pages() {
            for block in page.blocks where block.language == "yaml" {
                let problems = ProblemList()
                let reading = YamlDocuments.read(block.text, file: "\(page.path):\(block.line)", problems: problems)
                #expect(reading.isComplete && problems.all == [], "\(page.path):\(block.line)")
                read += 1
            }
        }
        #expect(read > 50)
    }
}
