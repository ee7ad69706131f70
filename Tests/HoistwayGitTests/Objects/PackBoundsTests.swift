import Foundation
import HoistwayModel
import HoistwayPorts
import HoistwayTestServers
import Logging
import Testing

@testable import HoistwayGit

/// What a pack may take is decided before it is built. (S2, S7)
struct PackBoundsTests {
    private static func sealed(_ count: Int, _ fill: (inout PackWriter) -> [UInt8]) -> [UInt8] {
        var writer = PackWriter(level: 1)
        var pack = writer.header(count: count)
        pack += fill(&writer)
        return pack + writer.trailer()
    }

    /// A delta that makes `size` bytes out of a base of `base` bytes by copying it again and again.
    private static func copying(_ base: Int, to size: Int, mark: UInt8) -> [UInt8] {
        var builder = DeltaBuilder(baseSize: base, targetSize: size)
        builder.insert([mark])
        var left = size - 1
        while left > 0 {
            builder.copy(0..<min(base, left))
            left -= min(base, left)
            // Two copies of the same bytes are not neighbours, so that they stay two.
            if left > 0 {
                builder.insert([mark])
                left -= 1
            }
        }
        return builder.finish()
    }

    /// The finding: one object of 1 MiB and 200 deltas that each make 60 MiB of it.
    private static func bomb(areEqual: Bool) -> [UInt8] {
        let base = GitObject(kind: .blob, bytes: [UInt8](repeating: 7, count: 1 << 20))
        return sealed(201) { writer in
            var bytes = writer.object(base)
            for index in 0..<200 {
                let delta = copying(base.bytes.count, to: 60 << 20, mark: areEqual ? 1 : UInt8(index))
                bytes += writer.delta(delta, base: base.id)
            }
            return bytes
        }
    }

    private static func store(_ folder: String, _ limits: ObjectStore.Limits = .init()) -> ObjectStore {
        ObjectStore(root: folder, name: "r", limits: limits, logger: Logger(label: "test"))
    }

    private static func take(_ pack: [UInt8], into store: ObjectStore, isWhole: Bool = false) async throws {
        let id = await store.startIntake(isWhole: isWhole)
        try await store.append(pack[...], to: id)
        try await store.finish(id)
    }

    @Test(arguments: [true, false], [true, false])
    func `a small pack that would grow to gigabytes is refused before it is built`(
        areEqual: Bool,
        isWhole: Bool
    ) async throws {
        let folder = try TemporaryFolder("hoistway-bounds")
        let pack = Self.bomb(areEqual: areEqual)
        #expect(pack.count < 1 << 20)
        let failure = await #expect(throws: GitFailure.self) {
            try await Self.take(pack, into: Self.store(folder.path), isWhole: isWhole)
        }
        // Nothing was made of it, since the sizes alone are too much.
        guard case .tooLarge = failure else {
            Issue.record("\(String(describing: failure))")
            return
        }
        #expect(failure?.retry == .never)
    }

    @Test(arguments: [true, false])
    func `an object that comes twice is refused, from memory and from disk`(isDelta: Bool) async throws {
        let base = GitObject(kind: .blob, bytes: Array("base of a delta".utf8))
        let twin = GitObject(kind: .blob, bytes: Array("base of a delta!".utf8))
        let delta = DeltaBuilder.aroundOneChange(from: base.bytes, to: twin.bytes) ?? []
        let pack = Self.sealed(3) { writer in
            writer.object(base) + writer.delta(delta, base: base.id)
                + (isDelta ? writer.delta(delta, base: base.id) : writer.object(twin))
        }
        for smallPack in [1 << 20, 10] {
            let folder = try TemporaryFolder("hoistway-bounds")
            var limits = ObjectStore.Limits()
            limits.smallPack = smallPack
            let failure = await #expect(throws: GitFailure.self) {
                try await Self.take(pack, into: Self.store(folder.path, limits))
            }
            #expect(failure?.message.contains("stands in it twice") == true)
            #expect(failure?.retry == .never)
            #expect(PackFolder.packs(in: "\(folder.path)/r").isEmpty)
        }
    }

    /// Each object is a delta on the next one in the pack, so that nothing can be built before the last is there.
    private static func chain(_ count: Int, isReversed: Bool) -> (pack: [UInt8], ids: Set<ObjectID>) {
        let objects = (0..<count).map { GitObject(kind: .blob, bytes: Array("object number \($0 + 100_000)".utf8)) }
        var order = Array(objects.indices)
        if isReversed { order.reverse() }
        let pack = sealed(count) { writer in
            var bytes: [UInt8] = []
            for index in order {
                guard index > 0 else {
                    bytes += writer.object(objects[0])
                    continue
                }
                let delta = DeltaBuilder.aroundOneChange(from: objects[index - 1].bytes, to: objects[index].bytes) ?? []
                bytes += writer.delta(delta, base: objects[index - 1].id)
            }
            return bytes
        }
        return (pack, Set(objects.map(\.id)))
    }

    @Test(.timeLimit(.minutes(10)), arguments: [false, true])
    func `twenty thousand deltas that wait for each other are read in one go`(isReversed: Bool) throws {
        let (pack, ids) = Self.chain(20_000, isReversed: isReversed)
        #expect(try Set(PackReader(limit: 32 << 20).objects(in: pack).keys) == ids)
    }

    @Test(.timeLimit(.minutes(10)))
    func `many deltas of one base that comes last are read in one go, and so they are from disk`() async throws {
        let base = GitObject(kind: .blob, bytes: Array("object number 000000".utf8))
        let objects = (1...20_000).map { GitObject(kind: .blob, bytes: Array("object number \($0 + 100_000)".utf8)) }
        let pack = Self.sealed(objects.count + 1) { writer in
            var bytes: [UInt8] = []
            for object in objects {
                let delta = DeltaBuilder.aroundOneChange(from: base.bytes, to: object.bytes) ?? []
                bytes += writer.delta(delta, base: base.id)
            }
            return bytes + writer.object(base)
        }
        let folder = try TemporaryFolder("hoistway-bounds")
        var limits = ObjectStore.Limits()
        limits.smallPack = 1000
        let store = Self.store(folder.path, limits)
        try await Self.take(pack, into: store)
        #expect(await store.missing(among: objects.map(\.id) + [base.id]).isEmpty)
        #expect(await store.object(objects[12_345].id) == objects[12_345])
    }

    @Test func `a chain longer than git makes is not left on disk for a reader`() async throws {
        let folder = try TemporaryFolder("hoistway-bounds")
        var limits = ObjectStore.Limits()
        limits.smallPack = 1000
        let failure = await #expect(throws: GitFailure.self) {
            try await Self.take(Self.chain(5000, isReversed: true).pack, into: Self.store(folder.path, limits))
        }
        #expect(failure?.message.contains("a chain of more than 4095 deltas") == true)
    }

    @Test func `bases that go round in a circle, or are missing, are told`() throws {
        let left = GitObject(kind: .blob, bytes: Array("left".utf8))
        let right = GitObject(kind: .blob, bytes: Array("right".utf8))
        let pack = Self.sealed(2) { writer in
            let there = DeltaBuilder.aroundOneChange(from: left.bytes, to: right.bytes) ?? []
            let back = DeltaBuilder.aroundOneChange(from: right.bytes, to: left.bytes) ?? []
            return writer.delta(there, base: left.id) + writer.delta(back, base: right.id)
        }
        #expect(throws: PackError.missingBase(min(left.id, right.id))) {
            try PackReader(limit: 1 << 20).objects(in: pack)
        }
    }

    @Test func `the index of a pack is the one that git makes`() async throws {
        let rig = try await LocalRig()
        for turn in 0..<8 {
            let text = (0..<300).map { "\($0 == turn * 20 ? "changed" : "line") \($0)\n" }.joined()
            try await rig.repository.commit(["a/file.yaml": text, "b/\(turn).txt": "\(turn)"])
        }
        let tip = Array("\(try await rig.repository.git("rev-parse", "main"))\n".utf8)
        for arguments in [["--delta-base-offset"], []] {
            let pack = try await TestProgram.check(
                "git",
                ["pack-objects", "--revs", "--stdout", "-q"] + arguments,
                in: rig.repository.path,
                input: tip
            ).output
            let folder = try TemporaryFolder("hoistway-index")
            let file = try PackFile(folder: folder.path)
            try file.append(pack)
            let stem = try file.install(file.read(isWhole: true))
            let place = "\(folder.path)/theirs.pack"
            try Data(pack).write(to: URL(fileURLWithPath: place))
            try await TestProgram.check("git", ["index-pack", place], in: rig.repository.path)
            let ours = try Data(contentsOf: URL(fileURLWithPath: stem + ".idx"))
            #expect(try ours == Data(contentsOf: URL(fileURLWithPath: "\(folder.path)/theirs.idx")))
        }
    }

    @Test func `a reading that nobody waits for any more ends`() async throws {
        let (pack, _) = Self.chain(2000, isReversed: true)
        let folder = try TemporaryFolder("hoistway-bounds")
        let store = Self.store(folder.path)
        let task = Task {
            while !Task.isCancelled { await Task.yield() }
            try await Self.take(pack, into: store)
        }
        task.cancel()
        let failure = await #expect(throws: GitFailure.self) { try await task.value }
        #expect(failure?.message.contains("cancelled") == true)
    }
}
