import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// A request with accepted headers, and the part of its body that was received.
final class PendingRequest {
    let head: RequestHead
    let route: LiveRoute
    private(set) var body: [UInt8] = []
    /// The bytes that it uses of the budget.
    ///
    /// They are returned after the answer, though the body itself may be released earlier.
    private var lent = 0

    init(head: RequestHead, route: LiveRoute) {
        self.head = head
        self.route = route
    }

    func append(_ bytes: ByteBuffer) {
        // The announced length is only trusted up to a usual size: the client is not authenticated yet.
        if body.isEmpty { body.reserveCapacity(min(head.contentLength ?? 0, 64 << 10)) }
        bytes.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        lent += bytes.readableBytes
    }

    func releaseBody() -> Int {
        defer { lent = 0 }
        body = []
        return lent
    }

    /// Moves the body to the inbox.
    func delivery(
        _ accepted: AcceptedRequest,
        storing stored: StoredHeaders,
        receivedAt: Timestamp
    ) -> IncomingDelivery {
        defer { body = [] }
        return IncomingDelivery(
            receiver: route.route.name,
            senderID: senderID,
            bodySHA256: accepted.documentSHA256 ?? SHA256.hash(body),
            headers: stored.pick(from: head.headers),
            body: body,
            receivedAt: receivedAt,
            verdict: accepted.verdict,
            isEvidence: accepted.isEvidence,
            isReplay: accepted.isReplay,
            isSenderIDProven: accepted.isSenderIDProven
        )
    }

    /// The first of the route's id headers that exists.
    ///
    /// An id that is too long for any sender is ignored: the body's hash still shows duplicates.
    private var senderID: String? {
        for name in route.route.idHeaders {
            if let value = head.headers.first(name: name), !value.isEmpty, value.utf8.count <= 200 { return value }
        }
        return nil
    }
}
