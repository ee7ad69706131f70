import Foundation
import HoistwayEvents
import HoistwayModel
import Testing

struct FixtureTests {
    @Test(arguments: Fixture.all)
    func `a recorded delivery becomes the recorded events`(_ fixture: Fixture) throws {
        let events = try EventDecoder.decode(sender: fixture.sender, headers: fixture.headers, body: fixture.body)
        let lines = events.map { InspectLine.json($0) + "\n" }.joined()
        let golden = fixture.folder.appending(path: "events")
        let expected = try? String(decoding: Files.bytes(golden), as: UTF8.self)  // none yet is a difference too
        if expected != lines, ProcessInfo.processInfo.environment["RECORD"] != nil {
            try Data(lines.utf8).write(to: golden)
        }
        #expect(lines == expected)
    }

    // T16
    @Test(arguments: Fixture.all)
    func `whoever looks at an ignored delivery reads a sentence`(_ fixture: Fixture) throws {
        for event in try EventDecoder.decode(sender: fixture.sender, headers: fixture.headers, body: fixture.body) {
            guard case .ignored(_, let code) = event else { continue }
            let sentence = IgnoredReason.sentence(for: code)
            // What the sender calls it stands in quotes.
            let ours = sentence.split(separator: "\"", omittingEmptySubsequences: false).enumerated()
                .filter { $0.offset.isMultiple(of: 2) }.map { String($0.element) }.joined(separator: " ")
            #expect(sentence.contains(" ") && PlainError.programmersNames(in: ours).isEmpty, "\(sentence)")
        }
    }

    @Test func `each reason for refusing a request has a sentence`() {
        for refusal in Refusal.allCases {
            #expect(RefusalReason.sentence(for: refusal.rawValue).contains(" "), "\(refusal)")
        }
    }

    @Test func `every sender has deliveries of its own`() {
        #expect(Set(Fixture.all.map(\.sender)) == Set(Sender.allCases))
    }

    @Test(arguments: Fixture.all)
    func `a line of inspect is JSON with known keys only`(_ fixture: Fixture) throws {
        let known: Set<String> = [
            "kind", "repoKeys", "ref", "before", "commit", "created", "deleted", "forced", "changedFiles",
            "commitsTruncated", "number", "action", "sourceBranch", "targetBranch", "headSHA", "mergeSHA", "image",
            "tags", "digest", "chart", "version", "reason",
        ]
        for event in try EventDecoder.decode(sender: fixture.sender, headers: fixture.headers, body: fixture.body) {
            let line = InspectLine.json(event)
            #expect(!line.contains("\n") && !line.contains("\u{1b}"))
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            )
            #expect(Set(object.keys).isSubset(of: known))
            #expect(object["kind"] as? String == event.kind)
        }
    }

    @Test func `what a push tells beside the printed keys is kept`() throws {
        let fixture = try Fixture.named(.github, "push")
        let events = try EventDecoder.decode(sender: .github, headers: fixture.headers, body: fixture.body)
        guard case .push(let push) = try #require(events.first) else {
            Issue.record("expected a push")
            return
        }
        #expect(push.actor == "ada")
        #expect(push.defaultBranch == "main")
        #expect(push.head?.author == "Ada Example <ada@example.com>")
        #expect(push.head?.timestamp == Timestamp(tolerant: "2026-01-02T02:04:05Z"))
    }

    @Test func `what an image event tells beside the printed keys is kept`() throws {
        let fixture = try Fixture.named(.distribution, "push")
        let events = try EventDecoder.decode(sender: .distribution, headers: fixture.headers, body: fixture.body)
        guard case .image(let image) = try #require(events.first) else {
            Issue.record("expected an image")
            return
        }
        #expect(image.mediaType == "application/vnd.oci.image.index.v1+json")
        #expect(image.actor == "ci")
        #expect(image.occurredAt == Timestamp(tolerant: "2026-01-02T02:04:05.123456Z"))
    }

    @Test func `a configured host stands for the one that a registry calls itself`() throws {
        for (sender, name) in [(Sender.distribution, "push"), (.harbor, "push"), (.gitea, "package-container")] {
            let fixture = try Fixture.named(sender, name)
            let events = try EventDecoder.decode(
                sender: sender,
                headers: fixture.headers,
                body: fixture.body,
                registryHost: "images.example.org"
            )
            #expect(events.first?.imageKey?.host == "images.example.org")
        }
    }

    @Test func `forks are told from branches of the same repository`() throws {
        for (name, expected) in [("pr-opened", false), ("pr-synchronize-fork", true), ("pr-fork-gone", true)] {
            let fixture = try Fixture.named(.github, name)
            let events = try EventDecoder.decode(sender: .github, headers: fixture.headers, body: fixture.body)
            guard case .pullRequest(let request) = try #require(events.first) else {
                Issue.record("expected a pull request")
                continue
            }
            #expect(request.fromFork == expected)
        }
    }
}
