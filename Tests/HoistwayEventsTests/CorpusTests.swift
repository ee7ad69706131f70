import HoistwayEvents
import HoistwayModel
import Testing

/// Real payloads, as far as the corpus lies beside the repository.
@Suite(.enabled(if: CorpusEntry.isPresent, "the shared corpus is not here"))
struct CorpusTests {
    @Test func `every sender of the corpus is served, or listed as coming later`() {
        for entry in CorpusEntry.all where entry.sender == nil {
            #expect(CorpusEntry.laterSenders.contains(entry.senderName), "\(entry.file)")
        }
        #expect(CorpusEntry.supported.count >= 40)
    }

    @Test(arguments: CorpusEntry.supported)
    func `a real payload becomes the event that the index expects`(_ entry: CorpusEntry) throws {
        let sender = try #require(entry.sender)
        let events = try EventDecoder.decode(sender: sender, headers: entry.headers, body: entry.body)
        #expect(events.allSatisfy { $0.kind == entry.kind })
        switch entry.kind {
        case "ImageEvent": try compareImages(events, entry)
        case "Ignored": compareIgnored(events, entry)
        default:
            #expect(events.count == 1)
            let keys = Set(events[0].repoKeys.map(\.text))
            #expect(entry.keys.isEmpty ? keys.isEmpty : entry.keys.contains(where: keys.contains))
            compare(events[0], entry)
        }
    }

    @Test(
        arguments: CorpusEntry.supported.filter {
            ["github", "ghes", "gitea", "forgejo", "gogs"].contains($0.senderName)
        }
    )
    func `a real payload says the same as a form`(_ entry: CorpusEntry) throws {
        let sender = try #require(entry.sender)
        let headers = try entry.headers.map { line in
            line.isNamed("content-type") ? HeaderLine("Content-Type", "application/x-www-form-urlencoded") : line
        }
        let plain = try EventDecoder.decode(sender: sender, headers: entry.headers, body: entry.body)
        let form = try EventDecoder.decode(sender: sender, headers: headers, body: Form.encode(entry.body))
        #expect(plain == form)
    }

    private func compareImages(_ events: [Event], _ entry: CorpusEntry) throws {
        let images = events.compactMap { event -> ImageEvent? in
            guard case .image(let image) = event else { return nil }
            return image
        }
        #expect(images.map(\.image.text) == entry.keys)
        #expect(images.flatMap(\.tags) == entry.reference.split { $0 == "," || $0 == " " }.map(String.init))
        #expect(images.compactMap(\.digest) == entry.hash.split(separator: " ").map(String.init))
    }

    private func compareIgnored(_ events: [Event], _ entry: CorpusEntry) {
        guard events.count == 1, case .ignored(let keys, let reason) = events[0] else {
            Issue.record("expected one ignored event")
            return
        }
        #expect(reason == entry.notes["reason"])
        if !keys.isEmpty { #expect(entry.keys.contains(where: keys.map(\.text).contains)) }
    }

    private func compare(_ event: Event, _ entry: CorpusEntry) {
        switch event {
        case .push(let push):
            #expect(push.ref == entry.reference)
            #expect(push.commit ?? "" == entry.hash)
            compare(push.before, push.created, push.deleted, push.forced, push.changedFiles, entry)
            #expect(push.commitsTruncated == (entry.notes["commitsTruncated"] == "1"))
        case .tag(let tag):
            #expect(tag.ref == entry.reference)
            #expect(tag.commit ?? "" == entry.hash)
            #expect(tag.tagObject == entry.notes["tagObject"])
            #expect(tag.viaRelease == (entry.notes["viaRelease"] == "1"))
            if !tag.viaRelease { compare(tag.before, tag.created, tag.deleted, tag.forced, tag.changedFiles, entry) }
        case .pullRequest(let request):
            #expect("\(request.sourceBranch)->\(request.targetBranch)" == entry.reference)
            #expect(request.mergeSHA ?? "" == entry.hash)
            #expect("\(request.number)" == entry.notes["number"])
            #expect(request.action.rawValue == entry.notes["action"])
            #expect(request.headSHA.map { String($0.prefix(12)) } == entry.notes["headSha"])
        default: break
        }
    }

    private func compare(
        _ before: String?,
        _ created: Bool,
        _ deleted: Bool,
        _ forced: Bool?,
        _ changedFiles: [String]?,
        _ entry: CorpusEntry
    ) {
        #expect(before.map { String($0.prefix(12)) } == entry.notes["before"])
        #expect((created ? "1" : "0") == entry.notes["created"])
        #expect((deleted ? "1" : "0") == entry.notes["deleted"])
        #expect(forced.map { $0 ? "1" : "0" } == entry.notes["forced"])
        // The index counts what is listed; we say "unknown" where that cannot be all.
        let isUnknown =
            created || forced == true || entry.notes["commitsTruncated"] == "1" || entry.notes["noFileLists"] == "1"
            || before == nil
        if isUnknown, !deleted {
            #expect(changedFiles == nil)
        } else if let expected = entry.notes["changedFiles"], before != nil {
            #expect(changedFiles.map { "\($0.count)" } == expected)
        }
    }
}

extension Event {
    var kind: String {
        switch self {
        case .push: "PushEvent"
        case .tag: "TagEvent"
        case .pullRequest: "PullRequestEvent"
        case .image: "ImageEvent"
        case .chart: "ChartEvent"
        case .ping: "Ping"
        case .ignored: "Ignored"
        }
    }
}

/// Forms, as Git hosts send them.
enum Form {
    static func encode(_ json: [UInt8]) -> [UInt8] {
        let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.".utf8)
        let digits = Array("0123456789ABCDEF".utf8)
        var result = Array("payload=".utf8)
        for byte in json {
            if plain.contains(byte) {
                result.append(byte)
            } else if byte == UInt8(ascii: " ") {
                result.append(UInt8(ascii: "+"))
            } else {
                result += [UInt8(ascii: "%"), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return result
    }
}
