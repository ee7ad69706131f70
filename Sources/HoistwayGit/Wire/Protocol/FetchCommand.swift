import HoistwayModel
import HoistwayPorts

/// Requests a pack, in protocol v2 and in v0, and reads the answer.
///
/// Everything is sent at once and closed with `done`, so that an answer costs one round trip: there is no negotiation.
/// `thin-pack` is never requested, since a delta's base may be absent here.
/// See <https://git-scm.com/docs/protocol-v2#_fetch> and <https://git-scm.com/docs/pack-protocol>.
enum FetchCommand {
    static func request(_ request: FetchRequest, greeting: Greeting) -> [UInt8] {
        switch greeting.version {
        case .two: version2(request, abilities: greeting.serverAbilities, greeting: greeting)
        case .zero: version0(request, abilities: greeting.serverAbilities, greeting: greeting)
        }
    }

    private static func version2(
        _ request: FetchRequest,
        abilities: ServerAbilities,
        greeting: Greeting
    ) -> [UInt8] {
        var writer = PacketWriter()
        writer.line("command=fetch")
        writer.line("agent=\(Agent.name)")
        if greeting.has("object-format") { writer.line("object-format=sha1") }
        writer.delimiter()
        writer.line("no-progress")
        writer.line("ofs-delta")
        for want in request.wants { writer.line("want \(want)") }
        for have in request.haves { writer.line("have \(have)") }
        if let depth = request.depth, abilities.canDeepen { writer.line("deepen \(depth)") }
        if let filter = request.filter.text, abilities.canFilter { writer.line("filter \(filter)") }
        writer.line("done")
        writer.flush()
        return writer.bytes
    }

    private static func version0(
        _ request: FetchRequest,
        abilities: ServerAbilities,
        greeting: Greeting
    ) -> [UInt8] {
        var asked = ["side-band-64k", "ofs-delta", "no-progress"].filter(greeting.has)
        if request.depth != nil, abilities.canDeepen { asked.append("shallow") }
        if request.filter != .none, abilities.canFilter { asked.append("filter") }
        if greeting.has("object-format") { asked.append("object-format=sha1") }
        asked.append("agent=\(Agent.name)")
        var writer = PacketWriter()
        for (index, want) in request.wants.enumerated() {
            writer.line(index == 0 ? "want \(want) \(asked.joined(separator: " "))" : "want \(want)")
        }
        if let depth = request.depth, abilities.canDeepen { writer.line("deepen \(depth)") }
        if let filter = request.filter.text, abilities.canFilter { writer.line("filter \(filter)") }
        writer.flush()
        for have in request.haves { writer.line("have \(have)") }
        writer.line("done")
        return writer.bytes
    }
}

extension ObjectFilter {
    /// The filter in the protocol's form; `nil` where nothing is filtered.
    var text: String? {
        switch self {
        case .none: nil
        case .tree(let depth): "tree:\(depth)"
        case .noBlobs: "blob:none"
        }
    }
}

/// Reads the answer to a fetch and passes its pack on.
struct FetchAnswer {
    let url: String
    let greeting: Greeting
    /// In bytes.
    let maxPackBytes: Int

    func read(
        from reader: PacketReader,
        sink: @Sendable (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        switch greeting.version {
        case .two:
            try await skipSections(reader)
            try await readPack(reader, first: nil, sink: sink)
        case .zero:
            let first = try await skipNegotiation(reader)
            try await readPack(reader, first: first, sink: sink)
        }
    }

    /// v2: `acknowledgments`, `shallow-info` and so on come before `packfile`.
    private func skipSections(_ reader: PacketReader) async throws(GitFailure) {
        var left = WireLimits.overhead
        while true {
            let packet = try await reader.expect("its pack")
            try spend(packet, of: &left)
            if packet == .flush { throw .protocolViolation(url: url, detail: "it sent no pack") }
            guard let line = packet.line else { continue }
            try ServerWords.check(line, url: url)
            if line == "packfile" { return }
        }
    }

    /// v0: `shallow` lines with a flush, then `ACK` and `NAK` lines; gives the first unit of the side-band.
    private func skipNegotiation(_ reader: PacketReader) async throws(GitFailure) -> ArraySlice<UInt8> {
        guard greeting.has("side-band-64k") else {
            throw .unsupported(url: url, what: "it speaks neither protocol v2 nor side-band-64k")
        }
        var left = WireLimits.overhead
        while true {
            let packet = try await reader.expect("its pack")
            try spend(packet, of: &left)
            guard case .data(let bytes) = packet else { continue }
            if let channel = bytes.first, channel < 4 { return bytes }
            try ServerWords.check(packet.line ?? "", url: url)
        }
    }

    /// Limits the number of shallow lines and acknowledgements.
    private func spend(_ packet: Packet, of left: inout Int) throws(GitFailure) {
        left -= 4
        if case .data(let bytes) = packet { left -= bytes.count }
        guard left >= 0 else {
            throw .tooLarge(url: url, what: "it says more than \(WireLimits.overhead) bytes before its pack")
        }
    }

    private func readPack(
        _ reader: PacketReader,
        first: ArraySlice<UInt8>?,
        sink: @Sendable (ArraySlice<UInt8>) async throws(GitFailure) -> Void
    ) async throws(GitFailure) {
        var band = SideBand(url: url)
        var left = maxPackBytes
        var words = WireLimits.overhead
        var next = first
        while true {
            if next == nil {
                guard case .data(let bytes) = try await reader.expect("the end of its pack") else { break }
                next = bytes
            }
            guard let packet = next else { break }
            next = nil
            guard let data = try band.data(in: packet) else {
                words -= packet.count + 4
                guard words >= 0 else {
                    throw .tooLarge(url: url, what: "it says more than \(WireLimits.overhead) bytes beside its pack")
                }
                continue
            }
            left -= data.count
            guard left >= 0 else {
                throw .tooLarge(url: url, what: "the pack is larger than \(maxPackBytes) bytes")
            }
            try await sink(data)
        }
        guard left < maxPackBytes else {
            throw .protocolViolation(url: url, detail: "its pack is empty")
        }
    }
}
