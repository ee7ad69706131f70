import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Testing

@testable import HoistwayGit

/// What every transport must keep, each over a real server.
struct TransportContractTests {
    @Test(arguments: TransportKind.allCases)
    func `refs are told by prefix, with tags peeled and the default branch`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try await kind.withTransport(root: seed.folder.path) { transport in
            let all = try await transport.refs(prefixes: [])
            let tag = try await seed.id("refs/tags/v1")
            #expect(
                all.snapshot.refs == [
                    "refs/heads/main": seed.second, "refs/heads/stage/dev": seed.second, "refs/tags/v1": tag,
                ]
            )
            #expect(all.snapshot.peeled == ["refs/tags/v1": seed.first])
            #expect(all.snapshot.defaultBranch == "refs/heads/main")
            if kind.isNative { #expect(all.abilities.isVersion2 == kind.speaksVersion2) }
            #expect(all.abilities.canFilter && all.abilities.canDeepen && all.abilities.canWantAnyObject)

            let some = try await transport.refs(prefixes: ["refs/heads/stage/"]).snapshot
            #expect(some.refs == ["refs/heads/stage/dev": seed.second])
            #expect(some.peeled.isEmpty)
            #expect(some.defaultBranch == "refs/heads/main")

            let head = try await transport.refs(prefixes: ["HEAD", "refs/heads/new"]).snapshot
            #expect(head.refs == ["refs/heads/main": seed.second])
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a commit, one folder and one file are fetched by their ids alone`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try await kind.withTransport(root: seed.folder.path) { transport in
            let tip = try await transport.pack(FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1))
            let root = try await seed.id("main^{tree}")
            #expect(try await tip.objects() == ["commit": [seed.second], "tree": [root]])

            let folder = try await seed.id("main:env")
            let level = try await transport.pack(FetchRequest(wants: [folder], filter: .tree(depth: 0)))
            #expect(try await level.objects() == ["tree": [folder]])

            let file = try await seed.id("main:env/dev/app.yaml")
            let leaf = try await transport.pack(FetchRequest(wants: [file], filter: .tree(depth: 0)))
            #expect(try await leaf.objects() == ["blob": [file]])
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a history stops at what is known`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let third = try await seed.repository.commit(["README.md": "bye\n"], message: "Third")
        let wanted = try #require(ObjectID(third))
        try await kind.withTransport(root: seed.folder.path) { transport in
            let request = FetchRequest(wants: [wanted], filter: .tree(depth: 0), haves: [seed.first])
            let commits = try await transport.pack(request).objects()["commit"] ?? []
            // The git program starts from nothing each time and gets the larger set.
            #expect(kind.isNative ? commits == [wanted, seed.second] : commits.isSuperset(of: [wanted, seed.second]))
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `everything can be fetched at once`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try await kind.withTransport(root: seed.folder.path) { transport in
            let objects = try await transport.pack(FetchRequest(wants: [seed.second])).objects()
            #expect(objects["commit"] == [seed.first, seed.second])
            #expect(objects["blob"]?.count == 3)
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `an object that the server lacks is told by its id`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let absent = try #require(ObjectID(String(repeating: "ab", count: 20)))
        try await kind.withTransport(root: seed.folder.path) { transport in
            let failure = await #expect(throws: GitFailure.self) {
                try await transport.pack(FetchRequest(wants: [absent]))
            }
            #expect(failure == .missingObject(url: transport.displayURL, absent))
            // And the transport is as good as before.
            _ = try await transport.refs(prefixes: [])
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a push moves and makes branches; what is elsewhere is told`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let (commit, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        try await kind.withTransport(root: seed.folder.path) { transport in
            let updates = [
                RefUpdate(ref: "refs/heads/main", old: seed.second, new: commit),
                RefUpdate(ref: "refs/heads/stage/dev", old: seed.first, new: commit),
                RefUpdate(ref: "refs/heads/stage/new", old: .zero, new: commit),
                RefUpdate(ref: "refs/heads/main/below", old: .zero, new: commit),
            ]
            let results = try await transport.push(updates, bytes: pack)
            #expect(results[0] == .pushed)
            #expect(results[1] == .moved("refs/heads/stage/dev is at \(seed.second), not at \(seed.first)"))
            #expect(results[2] == .pushed)
            #expect(results[3] == .refused("refs/heads/main/below cannot exist beside refs/heads/main"))
            #expect(try await seed.id("main") == commit)
            #expect(try await seed.id("stage/new") == commit)
            #expect(try await seed.id("stage/dev") == seed.second)
            try await seed.repository.fsck()
        }
        // A lost answer: the same push after a restart finds its work done.
        try await kind.withTransport(root: seed.folder.path) { transport in
            let update = RefUpdate(ref: "refs/heads/main", old: seed.second, new: commit)
            let results = try await transport.push([update], bytes: [])
            #expect(results == [.pushed])
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `of twenty branches only the one that an update hook protects is refused`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let updates = try await seed.branches(20)
        try seed.repository.setHook(
            "update",
            "case $1 in refs/heads/b7) printf 'b7 is \\033[31mprotected\\033[0m\\n' >&2; exit 1;; esac"
        )
        let (commit, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        try await kind.withTransport(root: seed.folder.path) { transport in
            let results = try await transport.push(updates.map { $0.moved(to: commit) }, bytes: pack)
            for (update, result) in zip(updates, results) where update.ref != "refs/heads/b7" {
                #expect(result == .pushed)
            }
            guard case .refused(let words) = results[7] else {
                Issue.record("b7 was not refused: \(results[7])")
                return
            }
            #expect(words.contains("hook declined") && words.contains("b7 is [31mprotected[0m"))
            #expect(!words.contains("\u{1b}"))
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a pre-receive hook refuses all with its words`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let updates = try await seed.branches(20)
        try seed.repository.setHook(
            "pre-receive",
            "while read old new ref; do [ $ref = refs/heads/b7 ] && { echo 'b7 is protected' >&2; exit 1; }; done; exit 0"
        )
        let (commit, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        try await kind.withTransport(root: seed.folder.path) { transport in
            let results = try await transport.push(updates.map { $0.moved(to: commit) }, bytes: pack)
            #expect(results.count == 20)
            for result in results {
                guard case .refused(let words) = result else {
                    Issue.record("not refused: \(result)")
                    continue
                }
                #expect(words.contains("pre-receive hook declined") && words.contains("b7 is protected"))
            }
            // The way out: the guilty branch alone.
            let rest = updates.filter { $0.ref != "refs/heads/b7" }.map { $0.moved(to: commit) }
            #expect(try await transport.push(rest, bytes: pack) == rest.map { _ in .pushed })
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a branch that moves while the push is under way counts as moved`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try seed.repository.setHook(
            "pre-receive",
            "env -u GIT_QUARANTINE_PATH git update-ref refs/heads/main \(seed.first); exit 0"
        )
        let (commit, pack) = try await seed.change(from: seed.second, content: "tag: 3\n")
        try await kind.withTransport(root: seed.folder.path) { transport in
            let update = RefUpdate(ref: "refs/heads/main", old: seed.second, new: commit)
            let results = try await transport.push([update], bytes: pack)
            guard case .moved = results.first else {
                Issue.record("not moved: \(results)")
                return
            }
            #expect(try await seed.id("main") == seed.first)
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a repository that is not there is told as such`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try await kind.withTransport(root: seed.folder.path, name: "other.git") { transport in
            let failure = await #expect(throws: GitFailure.self) { try await transport.refs(prefixes: []) }
            #expect(failure == .notFound(url: transport.displayURL))
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `a SHA-256 repository is refused in clear words`(_ kind: TransportKind) async throws {
        let folder = try TemporaryFolder("hoistway-git")
        let modern = try await GitRepositoryFixture.bare(at: "\(folder.path)/app.git", objectFormat: "sha256")
        try await modern.commit(["a": "b\n"])
        try await kind.withTransport(root: folder.path) { transport in
            let failure = await #expect(throws: GitFailure.self) { try await transport.refs(prefixes: []) }
            guard case .unsupported(_, let what) = failure else {
                Issue.record("\(String(describing: failure))")
                return
            }
            #expect(what.contains("sha256") && what.contains("SHA-1"))
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `an empty repository has no refs and takes a first branch`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        let empty = try await GitRepositoryFixture.bare(at: "\(seed.folder.path)/empty.git")
        let pack = try await seed.repository.pack(of: [seed.second.hex])
        try await kind.withTransport(root: seed.folder.path, name: "empty.git") { transport in
            #expect(try await transport.refs(prefixes: []).snapshot.refs.isEmpty)
            let update = RefUpdate(ref: "refs/heads/main", old: .zero, new: seed.second)
            #expect(try await transport.push([update], bytes: pack) == [.pushed])
            #expect(try await empty.id(of: "refs/heads/main") == seed.second.hex)
            try await empty.fsck()
        }
    }

    @Test(arguments: TransportKind.allCases)
    func `many may ask at once`(_ kind: TransportKind) async throws {
        let seed = try await SeededRepository.make()
        try await kind.withTransport(root: seed.folder.path) { transport in
            let request = FetchRequest(wants: [seed.second], filter: .tree(depth: 1), depth: 1)
            let sizes = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<(kind.isNative ? 8 : 2) {
                    group.addTask {
                        _ = try await transport.refs(prefixes: ["refs/heads/"])
                        return try await transport.pack(request).bytes.count
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(sizes).count == 1)
        }
    }
}

extension SeededRepository {
    /// Branches `b0`, `b1` and so on at the second commit.
    func branches(_ count: Int) async throws -> [RefUpdate] {
        let names = (0..<count).map { "refs/heads/b\($0)" }
        let commands = names.map { "create \($0) \(second)\n" }.joined()
        try await repository.git("update-ref", "--stdin", input: Array(commands.utf8))
        return names.map { RefUpdate(ref: $0, old: second, new: second) }
    }
}

extension RefUpdate {
    func moved(to id: ObjectID) -> RefUpdate { RefUpdate(ref: ref, old: old, new: id) }
}
