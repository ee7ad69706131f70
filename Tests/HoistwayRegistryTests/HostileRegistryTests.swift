import HoistwayModel
import HoistwayPorts
import HoistwayRegistry
import HoistwayTestServers
import Testing

/// S10: every misbehaviour of the catalogue meets the real client.
struct HostileRegistryTests {
    typealias Behaviour = HostileRegistry.Behaviour

    /// How the questions of one look end.
    private struct Outcome {
        var tags: Result<[String], RegistryFailure>
        var answer: Result<ImageAnswer, RegistryFailure>
        var time: Result<Timestamp?, RegistryFailure>

        var failures: [RegistryFailure] {
            var all: [RegistryFailure] = []
            if case .failure(let failure) = tags { all.append(failure) }
            if case .failure(let failure) = answer { all.append(failure) }
            if case .failure(let failure) = time { all.append(failure) }
            return all
        }
    }

    private static func meet(_ registry: HostileRegistry) async -> Outcome {
        let wanted = RegistryFixture.subscription(registry.host, "team/app")
        // Only those that hang use their time up; the others have as much as a busy machine may need.
        let options = RegistryOptions(
            requestTimeout: registry.behaviour.hangs ? .seconds(10) : .seconds(90),
            listTimeout: .seconds(90)
        )
        let login = (username: HostileRegistry.username, password: HostileRegistry.password)
        let client = RegistryFixture.client(options, logins: [wanted.repoURL: login])
        return Outcome(
            tags: await result { () async throws(RegistryFailure) in try await client.tags(of: wanted, project: "demo")
            },
            answer: await result { () async throws(RegistryFailure) in
                try await client.find("1.0.0", in: wanted, project: "demo")
            },
            time: await result { () async throws(RegistryFailure) in
                try await client.createdAt(of: "1.0.0", in: wanted, project: "demo")
            }
        )
    }

    private static func result<Value>(
        _ question: () async throws(RegistryFailure) -> Value
    ) async -> Result<Value, RegistryFailure> {
        do { return .success(try await question()) } catch { return .failure(error) }
    }

    @Test(.timeLimit(.minutes(5)), arguments: Behaviour.allCases)
    func `a registry that misbehaves takes no more than its share`(_ behaviour: Behaviour) async throws {
        let registry = try HostileRegistry(behaviour)
        defer { registry.stop() }
        let outcome = await Self.meet(registry)
        // What is read of an answer, and what the buffers on the way hold, some times over.
        #expect(registry.sent < 64 << 20, "\(registry.sent) bytes")
        #expect(registry.requests.count <= (behaviour == .endlessPages ? 1200 : 60), "\(registry.requests.count)")
        // Neither the login nor a token goes anywhere else.
        #expect(registry.strays.allSatisfy { $0.header("authorization") == nil })
        #expect(registry.strays.isEmpty)
        for failure in outcome.failures {
            let text = failure.description
            #expect(text.unicodeScalars.allSatisfy { $0.properties.generalCategory != .control }, "\(text)")
            #expect(!text.contains("marked-secret") && !text.contains("cm9ib3Q6bWFya2VkLXNlY3JldA=="), "\(text)")
            #expect(text.utf8.count < 2000)
        }
        Self.expect(outcome, of: behaviour)
    }

    private static func expect(_ outcome: Outcome, of behaviour: Behaviour) {
        let isRead = (try? outcome.tags.get()) == ["1.0.0"]
        let isFound = (try? outcome.answer.get())?.digest != nil
        let isTimed = (try? outcome.time.get()) != nil
        switch behaviour {
        case .endlessPages, .pagesInACircle, .emptyPages, .linkToAnotherHost, .linkToAnotherRepository, .unreadableLink,
            .millionsOfTags, .listWithoutEnd, .deepList, .listAsPage:
            // A list that is not whole is none, and hides no image from an event.
            #expect(!isRead && isFound && isTimed, "\(outcome)")
        case .tagsWithControlBytes, .bothSchemes: #expect(isRead && isFound && isTimed, "\(outcome)")
        case .endlessManifest, .manifestOf100MB, .drippingManifest, .silentManifest, .cutManifest, .digestOfOtherBytes,
            .digestWithEscapes, .manifestAsPage, .manifestOfTwoKinds, .deepManifest, .headersWithoutEnd,
            .garbageForHTTP:
            #expect(isRead && !isFound && !isTimed, "\(outcome)")
        case .indexInItself:
            let kind = "an index without an image for a known platform"
            #expect((try? outcome.answer.get()) == .notRunnable(kind: kind), "\(outcome)")
        case .wideIndex: #expect(isRead && isFound, "\(outcome)")
        case .blobOfOtherBytes, .endlessBlob, .redirectOfBlobToAnotherPort:
            #expect(isRead && isFound && !isTimed, "\(outcome)")
        // The bytes are those of the digest, whatever the header says of them.
        case .blobThatInflates: #expect(isRead && isFound, "\(outcome)")
        case .tokensAtAnotherHost, .tokensAtAnotherPort, .noToken, .endlessToken, .tokenWithLineBreak, .expiredToken,
            .refusedForEver, .challengeWithoutEnd, .redirectInACircle, .redirectToAnotherPort, .redirectToFile,
            .errorThatRepeatsTheLogin, .pauseForEver:
            #expect(!isRead && !isFound && !isTimed, "\(outcome)")
            #expect(outcome.failures.count == 3)
        }
    }
}

extension HostileRegistry.Behaviour {
    /// Whether only a limit of time ends it.
    fileprivate var hangs: Bool {
        switch self {
        case .listWithoutEnd, .drippingManifest, .silentManifest: true
        default: false
        }
    }
}
