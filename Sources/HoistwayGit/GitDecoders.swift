package import HoistwayModel
import HoistwayPorts

/// Each decoder of bytes that a Git server chose, on its own: a fuzzer runs them without a server.
///
/// All limits are the same as in a promotion. Results are reduced to values of the model.
package enum GitDecoders {
    /// The objects of a pack, by id.
    ///
    /// - Returns: `nil` where the pack is refused.
    package static func pack(_ bytes: [UInt8], limit: Int) -> [ObjectID: [UInt8]]? {
        (try? PackReader(limit: limit).objects(in: bytes))?.mapValues { $0.bytes }
    }

    /// The result of a delta on its base; `nil` where the delta is refused.
    package static func delta(_ delta: [UInt8], base: [UInt8], limit: Int) -> [UInt8]? {
        try? PackDelta.apply(delta, to: base, limit: limit)
    }

    /// A tree written again with the same entries, and its number of entries; `nil` where it is refused.
    package static func tree(_ bytes: [UInt8]) -> (entries: Int, rewritten: [UInt8]?)? {
        let tree = TreeBytes(bytes: bytes)
        guard let entries = try? tree.entries() else { return nil }
        let same = Dictionary(entries.map { ($0.name, Optional($0)) }, uniquingKeysWith: { first, _ in first })
        return (entries.count, (try? tree.editing(same))?.bytes)
    }

    /// The second tree after it was sent as a delta on the first one; `nil` where one of them is refused.
    package static func treeDelta(from old: [UInt8], to new: [UInt8], limit: Int) -> [UInt8]? {
        guard let delta = try? TreeBytes(bytes: new).delta(from: TreeBytes(bytes: old)) else { return nil }
        return try? PackDelta.apply(delta, to: old, limit: limit)
    }

    /// Reads an answer as pkt-lines, as a greeting, as refs, and as the report of a push.
    package static func answer(_ bytes: [UInt8], limit: Int) async {
        let url = "https://git.example.com/repository.git"
        func reader() -> PacketReader { PacketReader(CollectedBytes(bytes), url: url, limit: limit, count: { _ in }) }
        let packets = reader()
        while let packet = try? await packets.next() { _ = packet.line }
        _ = try? await LsRefs.answer(from: reader(), url: url)
        guard let greeting = try? await Greeting.read(from: reader(), url: url) else { return }
        _ = try? await PushReport.read(from: reader(), greeting: greeting, url: url)
    }
}
