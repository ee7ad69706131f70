import Foundation
import NIOCore

/// The common state of all connections of a load; used on one event loop only.
final class LoadState {
    private let pushes: SignedPushes
    private let deadline: NIODeadline
    private var next = 0
    private(set) var tally = LoadTally()
    private(set) var lastAnswer = NIODeadline.now()

    init(pushes: SignedPushes, deadline: NIODeadline) {
        self.pushes = pushes
        self.deadline = deadline
    }

    /// `nil` at the end.
    func nextRequest() -> [UInt8]? {
        guard next < pushes.count, NIODeadline.now() < deadline else { return nil }
        next += 1
        return pushes.request(next - 1)
    }

    func answered(_ status: Int, since: NIODeadline) {
        lastAnswer = .now()
        tally.add(status, microseconds: UInt32(clamping: (lastAnswer - since).nanoseconds / 1000))
    }

    func lost() { tally.other += 1 }
}

/// The numbers of answers by their kind.
struct LoadTally {
    var accepted = 0
    var duplicates = 0
    var unavailable = 0
    var refused = 0
    var other = 0
    var microseconds: [UInt32] = []

    mutating func add(_ status: Int, microseconds time: UInt32) {
        switch status {
        case 202: accepted += 1
        case 200: duplicates += 1
        case 401: refused += 1
        case 503: unavailable += 1
        default: other += 1
        }
        microseconds.append(time)
    }
}

/// Sends a request, waits for the answer, sends the next.
final class LoadConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let state: LoadState
    private var input = ByteBuffer()
    private var sentAt = NIODeadline.now()
    private var isWaiting = false

    init(_ state: LoadState) { self.state = state }

    func channelActive(context: ChannelHandlerContext) { send(context) }

    func channelInactive(context: ChannelHandlerContext) {
        if isWaiting { state.lost() }
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        input.writeBuffer(&bytes)
        while isWaiting, let status = takeAnswer() {
            isWaiting = false
            state.answered(status, since: sentAt)
            send(context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func send(_ context: ChannelHandlerContext) {
        guard let request = state.nextRequest() else { return context.close(promise: nil) }
        sentAt = .now()
        isWaiting = true
        context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: request)), promise: nil)
    }

    /// The status of a complete answer, which is removed from the input.
    private func takeAnswer() -> Int? {
        let found = input.withUnsafeReadableBytes { AnswerHead($0) }
        guard let found else { return nil }
        input.moveReaderIndex(forwardBy: found.head + found.body)
        if input.readableBytes == 0 { input.clear() }
        return found.status
    }
}

/// The needed part of an answer's head.
private struct AnswerHead {
    private static let lengthField = Array("content-length: ".utf8)

    /// In bytes, including the empty line.
    private(set) var head = 0
    /// In bytes.
    private(set) var body = 0
    private(set) var status = 0

    /// `nil` while the answer is not complete.
    init?(_ bytes: UnsafeRawBufferPointer) {
        guard bytes.count > 12, let base = bytes.baseAddress else { return nil }
        status = Self.number(bytes[9..<12])
        while true {
            guard let end = memchr(base + head, 10, bytes.count - head) else { return nil }
            let line = bytes[head..<(UnsafeRawPointer(end) - base)]
            head = line.endIndex + 1
            if line.count <= 1 { break }
            if line.starts(with: Self.lengthField) { body = Self.number(line.dropFirst(Self.lengthField.count)) }
        }
        guard bytes.count >= head + body else { return nil }
    }

    private static func number(_ digits: Slice<UnsafeRawBufferPointer>) -> Int {
        digits.prefix { (48...57).contains($0) }.reduce(0) { $0 * 10 + Int($1) - 48 }
    }
}
