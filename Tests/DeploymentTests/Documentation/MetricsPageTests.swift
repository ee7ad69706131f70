import Foundation
import HoistwayTestKit
import Testing

/// The page of metrics has each metric of the program, and no other.
struct MetricsPageTests {
    /// Names between quotes in the sources of the program.
    private func made() throws -> Set<String> {
        let sources = Documentation.root.appending(path: "Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        var names: Set<String> = []
        for case let file as URL in files where file.pathExtension == "swift" {
            // Benchmarks read metrics and make none.
            guard !file.path.contains("/HoistwayBenchmarks/") else { continue }
            let text = try String(contentsOf: file, encoding: .utf8)
            guard text.contains("\"hoistway_") else { continue }
            for match in text.matches(of: /"(hoistway_[a-z_]+)[" ]/) { names.insert(String(match.1)) }
        }
        return names
    }

    private func listed() throws -> Set<String> {
        let page = try Documentation.page("\(Documentation.folder)/Metrics.md")
        return Set(page.codeSpans.map(\.text).filter { $0.hasPrefix("hoistway_") })
    }

    @Test func `the page lists each metric that the program makes`() throws {
        let made = try made()
        #expect(made.count > 40)
        #expect(made == (try listed()))
    }

    @Test func `alerts and the dashboard use metrics that are on the page`() throws {
        let listed = try listed()
        for name in ["alerts.yaml", "grafana-dashboard.json"] {
            let file = Documentation.root.appending(path: "config/monitoring/\(name)")
            let used = try String(contentsOf: file, encoding: .utf8).matches(of: /hoistway_[a-z_]+/)
            #expect(!used.isEmpty)
            // A histogram has three series.
            let plain = Set(used.map { String($0.0).replacing(/_(bucket|sum|count)$/, with: "") })
            #expect(plain.isSubset(of: listed), "\(name): \(plain.subtracting(listed))")
        }
    }
}
