import Foundation
import HoistwayTestServers
import Testing

@testable import HoistwayCommands

/// Commands that print for as long as they run, when nobody reads their output any longer.
struct ReaderGoneTests {
    @Test func `a pipe is closed when its reader has closed it, and a file never is`() throws {
        var ends: [Int32] = [-1, -1]
        try #require(pipe(&ends) == 0)
        defer { close(ends[1]) }
        #expect(!OutputReader.isClosed(ends[1]))
        close(ends[0])
        #expect(OutputReader.isClosed(ends[1]))
        let file = open("/dev/null", O_WRONLY)
        defer { close(file) }
        #expect(!OutputReader.isClosed(file))
    }

    @Test(arguments: [["get", "stages", "--watch"], ["events", "--after", "0"], ["api", "events"]])
    func `a command ends silently when the reader of its pipe is gone`(_ words: [String]) async throws {
        let shop = try await SimpleShop()
        defer { shop.stop() }
        try await shop.served.serving {
            #expect(try await shop.source.announce("app", "1.1.0", to: shop.served) == 202)
            #expect(try await shop.served.lastPromotion(of: "test").phase == "Succeeded")
            let command = ([try ServedProgram.program] + words + ["--config", shop.served.configFile])
                .map { "'\($0)'" }.joined(separator: " ")
            // The limit is generous; without the look at the output, the command would run for ever.
            let script = "timeout 300 \(command) | head -1; echo \"status ${PIPESTATUS[0]}\""
            let result = try await TestProgram.run("bash", ["-c", script], in: shop.served.folder.path)
            #expect(result.text.hasSuffix("\nstatus 141\n"), "\(result.text)")
            #expect(result.errors.isEmpty, "\(result.errors)")
        }
    }
}
