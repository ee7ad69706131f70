import Dispatch
import HoistwayCrypto
import HoistwayGit

extension FuzzTarget {
    /// Answers of Git servers: pkt-lines, greetings, refs, reports of pushes.
    static let packets = FuzzTarget(
        name: "packets",
        seeds: [
            packets(["version 2", "agent=git/2.39", "ls-refs=unborn", "fetch=shallow filter", "object-format=sha1"]),
            packets([
                "1111111111111111111111111111111111111111 HEAD symref-target:refs/heads/main",
                "2222222222222222222222222222222222222222 refs/tags/v1 peeled:1111111111111111111111111111111111111111",
                "unborn HEAD symref-target:refs/heads/main",
            ]),
            packets([
                "1111111111111111111111111111111111111111 refs/heads/main\0report-status delete-refs side-band-64k ofs-delta"
            ]) + packets(["\u{1}000eunpack ok\n0017ok refs/heads/main\n0000", "\u{2}remote says\n"]),
            packets(["# service=git-upload-pack"])
                + packets([
                    "1111111111111111111111111111111111111111 HEAD\0multi_ack shallow symref=HEAD:refs/heads/main filter"
                ]),
            packets(["unpack ok", "ng refs/heads/main protected branch hook declined", "ok refs/heads/x"]),
            packets(["ERR access denied"]),
        ],
        words: [
            "0000", "0001", "0002", "0003", "0004", "fff0", "ffff", "ERR ", "version 2", "shallow ", "unpack ", "ng ",
            "ok ",
            "refs/heads/", "symref=HEAD:", "peeled:", "\u{1}", "\u{2}", "\u{3}", "\0", "object-format=sha256",
        ],
        run: { input in
            // The readers suspend only where bytes are missing, which is not so here.
            let done = DispatchSemaphore(value: 0)
            Task.detached {
                await GitDecoders.answer(input, limit: 1 << 20)
                done.signal()
            }
            done.wait()
        }
    )

    private static func packets(_ lines: [String]) -> [UInt8] {
        let bytes = lines.flatMap { line in
            let length = String(line.utf8.count + 5, radix: 16)
            return Array("\(String(repeating: "0", count: 4 - length.count))\(length)\(line)\n".utf8)
        }
        return bytes + Array("0000".utf8)
    }

    /// Packs with a valid frame and invalid entries: random bytes would never have the right checksum.
    ///
    /// An input lists entries. Each has a byte for the kind, two for the declared size, and one for the length of the
    /// rest. Then come the name or the distance of a delta's base, and the content. ``PackScript`` makes a pack of it.
    static let packs = FuzzTarget(
        name: "packs",
        seeds: [
            PackScript.entry(kind: 3, content: Array("a blob".utf8)),
            PackScript.entry(kind: 3, content: Array("base base base".utf8))
                + PackScript.entry(kind: 6, base: [1], content: [14, 7, 0x90, 7]),
            PackScript.entry(kind: 7, base: [UInt8](repeating: 7, count: 20), content: [6, 6, 0x90, 6])
                + PackScript.entry(kind: 2, content: Array("100644 a\0".utf8) + [UInt8](repeating: 1, count: 20)),
            PackScript.entry(kind: 1, content: Array("tree 1111111111111111111111111111111111111111\n".utf8)),
        ],
        words: ["100644 a\0", "40000 b\0", "tree ", "parent ", "\u{90}", "\u{7F}"],
        run: { input in
            guard let objects = GitDecoders.pack(PackScript.pack(of: input), limit: 1 << 20) else { return }
            promise(objects.values.reduce(0) { $0 + $1.count } <= 1 << 20, "a pack's objects stay within their bound")
        }
    )

    /// A delta with its base: the first byte of an input is the base's length.
    static let deltas = FuzzTarget(
        name: "deltas",
        seeds: [
            [14] + Array("base base base".utf8) + [14, 7, 0x90, 7],
            [4] + Array("base".utf8) + [4, 9, 0x90, 4, 5] + Array("other".utf8),
            [2, 1, 2, 2, 4, 0x91, 0, 2, 0x91, 0, 2],
        ],
        words: ["\u{90}", "\u{7F}"],
        run: { input in
            guard let length = input.first else { return }
            let base = Array(input.dropFirst().prefix(Int(length)))
            let delta = Array(input.dropFirst(1 + Int(length)))
            guard let result = GitDecoders.delta(delta, base: base, limit: 1 << 20) else { return }
            promise(result.count <= 1 << 20, "a delta's result stays within its bound")
        }
    )

    /// Tree objects: two in one input, split in the middle.
    static let trees = FuzzTarget(
        name: "trees",
        seeds: [
            tree([("100644", "a"), ("40000", "b"), ("100755", "c.sh")]),
            tree([("120000", "link"), ("160000", "module"), ("40755", "old")]),
            tree([("100644", "a-"), ("40000", "a"), ("100644", "a0"), ("100644", "\u{FF}")]),
        ],
        words: ["100644 ", "40000 ", "160000 ", "120000 ", "\0", "..", ".git", "git~1", "/", "a", "é", "e\u{301}"],
        run: { input in
            if let tree = GitDecoders.tree(input), let rewritten = tree.rewritten, tree.entries > 0 {
                let again = GitDecoders.tree(rewritten)
                promise(again?.entries == tree.entries, "a tree that is written again has the same entries")
            }
            let middle = input.count / 2
            let old = Array(input[..<middle])
            let new = Array(input[middle...])
            guard let result = GitDecoders.treeDelta(from: old, to: new, limit: 1 << 20) else { return }
            promise(result == new, "a tree's delta gives the tree")
        }
    )

    private static func tree(_ entries: [(mode: String, name: String)]) -> [UInt8] {
        entries.flatMap { Array("\($0.mode) \($0.name)\0".utf8) + [UInt8](repeating: 0x11, count: 20) }
    }
}

/// Makes packs from any bytes: the frame, the compression and the checksum are always valid.
private enum PackScript {
    static func entry(kind: UInt8, base: [UInt8] = [], content: [UInt8]) -> [UInt8] {
        [kind, UInt8(content.count & 0xFF), UInt8(content.count >> 8), UInt8(content.count)] + base + content
    }

    static func pack(of script: [UInt8]) -> [UInt8] {
        var entries: [UInt8] = []
        var count: UInt32 = 0
        var rest = script[...]
        while rest.count >= 4 {
            let head = Array(rest.prefix(4))
            rest = rest.dropFirst(4)
            let kind = head[0] & 7
            entries += header(kind: kind, size: Int(head[1]) | Int(head[2]) << 8 | Int(head[0] & 0x80) << 20)
            let baseLength = kind == 7 ? 20 : kind == 6 ? 1 : 0
            entries += rest.prefix(baseLength)
            rest = rest.dropFirst(baseLength)
            entries += stored(rest.prefix(Int(head[3])))
            rest = rest.dropFirst(Int(head[3]))
            count += 1
        }
        let pack = Array("PACK".utf8) + bigEndian(2) + bigEndian(count) + entries
        return pack + pack.withUnsafeBytes { Digest.hash(.sha1, $0) }
    }

    /// Four bits of the size beside the kind, then seven in each byte: <https://git-scm.com/docs/gitformat-pack>.
    private static func header(kind: UInt8, size: Int) -> [UInt8] {
        var left = size >> 4
        var bytes = [kind << 4 | UInt8(size & 15)]
        while left > 0 {
            bytes[bytes.count - 1] |= 0x80
            bytes.append(UInt8(left & 0x7F))
            left >>= 7
        }
        return bytes
    }

    /// Zlib's format with one stored block: <https://www.rfc-editor.org/rfc/rfc1950>.
    private static func stored(_ content: ArraySlice<UInt8>) -> [UInt8] {
        let length = UInt16(content.count)
        var low: UInt32 = 1
        var high: UInt32 = 0
        for byte in content {
            low = (low + UInt32(byte)) % 65521
            high = (high + low) % 65521
        }
        let lengths = [length, ~length].flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
        return [0x78, 0x01, 0x01] + lengths + content + bigEndian(high << 16 | low)
    }

    private static func bigEndian(_ number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(number >> $0 & 0xFF) }
    }
}
