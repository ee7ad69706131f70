import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayGit

/// What a server says of its abilities ends at 64 KiB, whichever greeting it is. (S11)
struct GreetingBoundsTests {
    private static let id = String(repeating: "ab", count: 20)

    private static func lines(_ lines: [String]) -> [UInt8] {
        var writer = PacketWriter()
        for line in lines { writer.line(line) }
        writer.flush()
        return writer.bytes
    }

    private static func greeting(_ bytes: [UInt8]) async throws -> Greeting {
        let reader = PacketReader(CollectedBytes(bytes), url: "https://git.example.com/a", limit: 64 << 20) { _ in }
        return try await Greeting.read(from: reader, url: "https://git.example.com/a")
    }

    private static func version2(bytes count: Int) -> [UInt8] {
        let more = (0..<count / 50).map { "x\($0)=".padding(45) }
        return lines(["version 2", "ls-refs", "fetch=shallow filter"] + more)
    }

    @Test func `a long greeting is read, and a longer one refused for good`() async throws {
        #expect(try await Self.greeting(Self.version2(bytes: 50_000)).abilities.count > 900)
        let failure = await #expect(throws: GitFailure.self) { try await Self.greeting(Self.version2(bytes: 70_000)) }
        #expect(failure?.message.contains("abilities is longer than 65536 bytes") == true)
        #expect(failure?.retry == .never)
    }

    @Test func `lines without a word count as well`() async throws {
        var writer = PacketWriter()
        writer.line("version 2")
        for _ in 0..<20_000 { writer.data([]) }
        writer.flush()
        let bytes = writer.bytes
        await #expect(throws: GitFailure.self) { try await Self.greeting(bytes) }
    }

    /// One pkt-line cannot hold more than 64 KiB; the refs behind it have a bound of their own.
    @Test func `the abilities of v0 stand in one line, and many refs are no abilities`() async throws {
        let abilities = (0..<6000).map { "a\($0)" }.joined(separator: " ")
        var all = ["\(Self.id) refs/heads/main\0\(abilities)"]
        all += (0..<3000).map { "\(Self.id) refs/heads/b\($0)" }
        let greeting = try await Self.greeting(Self.lines(all))
        #expect(greeting.snapshot.refs.count == 3001)
        #expect(greeting.abilities.count == 6000)
    }

    @Test func `refs that nobody asked for are not kept`() async throws {
        let all =
            ["\(Self.id) HEAD symref-target:refs/heads/main"] + (0..<500).map { "\(Self.id) refs/pull/\($0)/head" }
            + ["\(Self.id) refs/heads/stage/a", "\(Self.id) refs/heads/main"]
        let reader = PacketReader(CollectedBytes(Self.lines(all)), url: "u", limit: 1 << 20) { _ in }
        let snapshot = try await LsRefs.answer(from: reader, prefixes: ["refs/heads/stage/"], url: "u")
        #expect(Set(snapshot.refs.keys) == ["refs/heads/main", "refs/heads/stage/a"])
    }
}

extension String {
    fileprivate func padding(_ count: Int) -> String {
        self + String(repeating: "y", count: max(0, count - utf8.count))
    }
}
