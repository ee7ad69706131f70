import Foundation
import Testing

/// What the sources of the program may not import.
struct ImportsTests {
    /// Of tests and tools: nobody installs them.
    private static let tools = [
        "HoistwayBenchmarks", "HoistwayFuzz", "HoistwayTestBrowser", "HoistwayTestCluster", "HoistwayTestKit",
        "HoistwayTestServers",
    ]

    /// One import of it brings ICU's tables, 34 MB, into the program.
    ///
    /// `FoundationEssentials` brings none. See the decision about SQLite and YAML through their own libraries.
    @Test func `no room of the program imports the whole of Foundation`() throws {
        let sources = URL(filePath: "\(Shipped.package)/Sources")
        let files = try #require(FileManager.default.enumerator(at: sources, includingPropertiesForKeys: nil))
        let modules = "Foundation|FoundationInternationalization|FoundationNetworking|FoundationXML"
        let whole = try Regex(#"^\s*(@\w+ )*((package|internal|private|public) )?import (\w+ )?(\#(modules))\b"#)
            .anchorsMatchLineEndings()
        var read = 0
        for case let file as URL in files where file.pathExtension == "swift" {
            let room = file.pathComponents[sources.pathComponents.count]
            guard !Self.tools.contains(room) else { continue }
            read += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            #expect(text.firstMatch(of: whole) == nil, "\(room)/\(file.lastPathComponent)")
        }
        #expect(read > 1_000)
    }
}
