import HoistwayPorts

/// The source of an answer's bytes.
protocol ByteSource: AnyObject {
    /// The next bytes, never an empty list; `nil` at the end.
    func next() async throws(GitFailure) -> [UInt8]?
    /// Reads to the end of the answer, where the connection can be used again only then.
    func drain() async
}

/// Splits an answer into units.
final class PacketReader {
    private let source: any ByteSource
    private let url: String
    private let count: @Sendable (Int) -> Void
    private var buffer: [UInt8] = []
    private var position = 0
    private var left: Int

    /// Throws `.tooLarge` when more than `limit` bytes arrive; `count` gets the number of bytes of each arrival.
    init(_ source: any ByteSource, url: String, limit: Int, count: @escaping @Sendable (Int) -> Void) {
        self.source = source
        self.url = url
        self.count = count
        left = limit
    }

    /// The next unit; `nil` where the answer ends between two of them.
    func next() async throws(GitFailure) -> Packet? {
        guard try await fill(4) else {
            guard position == buffer.count else { throw broken("it ended within a pkt-line's length") }
            return nil
        }
        let length = try length(of: buffer[position..<position + 4])
        switch length {
        case 0, 1, 2:
            position += 4
            return length == 0 ? .flush : length == 1 ? .delimiter : .responseEnd
        case 4...Packet.maxLength:
            guard try await fill(length) else { throw broken("it ended within a pkt-line") }
            defer { position += length }
            return .data(buffer[position + 4..<position + length])
        default:
            throw broken("a pkt-line has the impossible length \(length)")
        }
    }

    /// The next unit; throws where there is none.
    func expect(_ what: String) async throws(GitFailure) -> Packet {
        guard let packet = try await next() else { throw broken("it ended before \(what)") }
        return packet
    }

    /// The next line; throws where there is none.
    ///
    /// An `ERR` line becomes a failure with its message.
    func line(_ what: String) async throws(GitFailure) -> String? {
        let packet = try await expect(what)
        guard let line = packet.line else { return nil }
        try ServerWords.check(line, url: url)
        return line
    }

    /// The unread bytes, as they arrive.
    func rest() async throws(GitFailure) -> ArraySlice<UInt8>? {
        if position < buffer.count {
            defer { position = buffer.count }
            return buffer[position...]
        }
        return try await arrival()?[...]
    }

    func drain() async { await source.drain() }

    /// Reads until `wanted` bytes are available; false where the answer ends before.
    private func fill(_ wanted: Int) async throws(GitFailure) -> Bool {
        while buffer.count - position < wanted {
            guard let arrived = try await arrival() else { return false }
            if position == buffer.count {
                buffer = arrived
            } else {
                var joined = [UInt8]()
                joined.reserveCapacity(buffer.count - position + arrived.count)
                joined.append(contentsOf: buffer[position...])
                joined.append(contentsOf: arrived)
                buffer = joined
            }
            position = 0
        }
        return true
    }

    private func arrival() async throws(GitFailure) -> [UInt8]? {
        guard let arrived = try await source.next() else { return nil }
        count(arrived.count)
        left -= arrived.count
        guard left >= 0 else { throw .tooLarge(url: url, what: "the answer is larger than the limit") }
        return arrived
    }

    private func length(of digits: ArraySlice<UInt8>) throws(GitFailure) -> Int {
        var value = 0
        for digit in digits {
            switch digit {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | Int(digit - UInt8(ascii: "0"))
            case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | Int(digit - UInt8(ascii: "a") + 10)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | Int(digit - UInt8(ascii: "A") + 10)
            default:
                throw broken("the length of a pkt-line is not hexadecimal: is this a Git server?")
            }
        }
        return value
    }

    private func broken(_ detail: String) -> GitFailure {
        .protocolViolation(url: url, detail: detail)
    }
}
