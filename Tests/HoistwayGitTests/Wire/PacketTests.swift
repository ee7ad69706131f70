import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

struct PacketTests {
    private func reader(_ text: String, limit: Int = 1 << 20) -> PacketReader {
        PacketReader(CollectedBytes(Array(text.utf8)), url: "https://host/app", limit: limit, count: { _ in })
    }

    @Test func `lines and the three marks are read as they were written`() async throws {
        var writer = PacketWriter()
        writer.line("hello")
        writer.delimiter()
        writer.data([0xff])
        writer.flush()
        #expect(writer.bytes == Array("000ahello\n00010005".utf8) + [0xff] + Array("0000".utf8))
        let lines = PacketReader(
            CollectedBytes(writer.bytes + Array("0002".utf8)),
            url: "",
            limit: 100,
            count: { _ in }
        )
        #expect(try await lines.next()?.line == "hello")
        #expect(try await lines.next() == .delimiter)
        #expect(try await lines.next() == .data([0xff]))
        #expect(try await lines.next() == .flush)
        #expect(try await lines.next() == .responseEnd)
        #expect(try await lines.next() == nil)
    }

    @Test func `units are found however the bytes arrive`() async throws {
        final class OneByOne: ByteSource {
            var rest = ArraySlice("0006a\n0007bc\n0000".utf8)
            func next() async throws(GitFailure) -> [UInt8]? { rest.popFirst().map { [$0] } }
            func drain() async {}
        }
        let reader = PacketReader(OneByOne(), url: "", limit: 100, count: { _ in })
        #expect(try await reader.next()?.line == "a")
        #expect(try await reader.next()?.line == "bc")
        #expect(try await reader.next() == .flush)
    }

    @Test(arguments: ["<htm", "00", "0003", "fff1", "0010abc", "zzzz", "-001"])
    func `nonsense is a violation of the protocol`(_ text: String) async throws {
        let failure = await #expect(throws: GitFailure.self) { try await reader(text).next() }
        guard case .protocolViolation = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `more than the limit is not taken`() async throws {
        let failure = await #expect(throws: GitFailure.self) { try await reader("000ahello\n", limit: 9).next() }
        guard case .tooLarge = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
    }

    @Test func `a server's words become one harmless line`() {
        let words = "Counting: 1%\rCounting: 100%\r\n\u{1b}[31mno\u{1b}[0m \u{202e}way\u{0}\n\n"
        #expect(ServerWords.clean(words) == "Counting: 100%; [31mno[0m way")
        #expect(ServerWords.clean(String(repeating: "x", count: 10_000)).count == ServerWords.limit + 1)
    }
}

struct PushReportTests {
    private let update = RefUpdate(ref: "refs/heads/main", old: .zero, new: .zero)

    private func result(_ reason: String, words: String = "") throws -> RefResult {
        var report = PushReport()
        report.words = words
        report.add("unpack ok")
        report.add("ng refs/heads/main \(reason)")
        return try #require(try report.results(for: [update], url: "u").first)
    }

    @Test(arguments: [
        "non-fast-forward", "fetch first", "failed to update ref", "incorrect old value provided", "stale info",
        "cannot lock ref 'refs/heads/main': is at 1 but expected 2", "reference already exists",
    ])
    func `a lost race counts as moved`(_ reason: String) throws {
        #expect(try result(reason) == .moved(reason))
    }

    @Test(arguments: [
        "hook declined", "pre-receive hook declined", "protected branch hook declined",
        "push declined due to repository rule violations", "branch is currently checked out", "anything else",
    ])
    func `a decision of the server counts as refused`(_ reason: String) throws {
        #expect(try result(reason) == .refused(reason))
    }

    @Test func `a name that cannot stand beside another is no race`() throws {
        let words = "error: cannot lock ref 'refs/heads/a/b': 'refs/heads/a' exists; cannot create 'refs/heads/a/b'"
        let result = try result("failed to update ref", words: words)
        #expect(result == .refused("failed to update ref; remote: \(words)"))
    }

    @Test func `a report that never came is not a success`() throws {
        let failure = #expect(throws: GitFailure.self) { try PushReport().results(for: [update], url: "u") }
        guard case .unreachable = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        var silent = PushReport()
        silent.add("unpack ok")
        #expect(throws: GitFailure.self) { try silent.results(for: [update], url: "u") }
        var broken = PushReport()
        broken.add("unpack index-pack abnormal exit")
        #expect(throws: GitFailure.self) { try broken.results(for: [update], url: "u") }
    }
}
