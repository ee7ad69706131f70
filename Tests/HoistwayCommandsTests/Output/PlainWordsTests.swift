import HoistwayModel
import HoistwayPorts
import Testing

@testable import HoistwayCommands

/// What people read of failures: sentences, without names out of a program.
struct PlainWordsTests {
    private static let id = ObjectID(String(repeating: "a", count: 40)) ?? .zero

    private static let git: [GitFailure] = [
        .invalidURL("https://a", reason: "no host"), .unreachable(url: "https://a", detail: "closed"),
        .timedOut(url: "https://a", seconds: 3), .unauthorized(url: "https://a", detail: "401"),
        .notFound(url: "https://a"), .limited(url: "https://a", after: nil),
        .serverError(url: "https://a", status: 500, detail: "broken"),
        .protocolViolation(url: "https://a", detail: "half a line"), .unsupported(url: "https://a", what: "SHA-256"),
        .missingObject(url: "https://a", id), .tooLarge(url: "https://a", what: "a pack"),
        .refused(url: "https://a", words: "protected"), .invalidContent("a tree"),
        .local(operation: "reading a file", detail: "permission denied"),
    ]

    private static let ports: [any Diagnosable] =
        git
        + [
            RegistryFailure.unreachable(host: "a", detail: "closed"),
            RegistryFailure.limited(host: "a", after: nil, detail: "slow"),
            RegistryFailure.refused(host: "a", status: 403, detail: "denied"),
            RegistryFailure.malformed(host: "a", detail: "no list"),
            NotifyFailure.unknownTarget("a"), NotifyFailure.unreachable(target: "a", detail: "closed"),
            NotifyFailure.refused(target: "a", status: 400), NotifyFailure.limited(target: "a", after: nil),
            StoreFailure.full(path: "/a"), StoreFailure.locked(path: "/a"), StoreFailure.inUse(path: "/a"),
            StoreFailure.newerSchema(path: "/a", found: 2, known: 1), StoreFailure.corrupt(path: "/a", detail: "bad"),
            StoreFailure.failed(operation: "reading", detail: "closed"),
            WorkspaceFailure.git(.notFound(url: "https://a")), WorkspaceFailure.notMounted(path: "a"),
            WorkspaceFailure.missingOutside(path: "a"), WorkspaceFailure.holdsFiles(path: "a"),
            WorkspaceFailure.scratchFull(path: "a", files: 1, bytes: 1 << 20),
            WorkspaceFailure.alreadyMounted(path: "a"), WorkspaceFailure.noSuchRef(url: "https://a", .branch("b")),
            WorkspaceFailure.noSuchRef(url: "https://a", .tag("b")),
            WorkspaceFailure.noSuchRef(url: "https://a", .defaultBranch),
            WorkspaceFailure.tooManyChanges(path: "a", limit: 5),
            WorkspaceFailure.notAFile(path: "a"), WorkspaceFailure.missing(path: "a"),
            WorkspaceFailure.invalidName("a"),
            OperatorFailure.notFound("no stage"), OperatorFailure.denied("no", hint: "yes"),
        ]

    private static let commands: [any Diagnosable] = [
        KeyError.empty, KeyError.tooLong, KeyError.noHost, KeyError.badHost, KeyError.badPort, KeyError.noPath,
        KeyError.relativePath, KeyError.badEncoding, KeyError.badImageName, KeyError.badTag, KeyError.badDigest,
        CommandFailure.answered(status: 500, message: "it is broken", hint: nil),
        CommandFailure.unreachable(server: "http://a", detail: "closed"), CommandFailure.badAddress("a"),
        CommandFailure.plainHTTP(server: "http://a"), CommandFailure.noToken(tried: "a file"),
        CommandFailure.unreadable(path: "/a", detail: "denied"), CommandFailure.timedOut("it is late", hint: nil),
        ManifestFailure.noBranch(source: "a", branch: "b"), ManifestFailure.nothingThere(source: "a"),
        ManifestFailure.tooMuch(source: "a", what: "files"), ManifestFailure.notAFile(source: "a", path: "b"),
        ManifestFailure.notText(source: "a", path: "b"), ManifestFailure.oddName(source: "a", path: "b"),
        ManifestFailure.tooSlow(source: "a", limit: .seconds(3)),
    ]

    // T16
    @Test func `every failure is a sentence without snake case and without names of types`() {
        for failure in Self.ports + Self.commands {
            let text = failure.description
            #expect(text.contains(" "), "\(text)")
            #expect(PlainError.libraryNames(in: text).isEmpty, "\(text)")
        }
    }
}
