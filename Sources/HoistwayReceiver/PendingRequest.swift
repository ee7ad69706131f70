import HoistwayCrypto
import HoistwayModel
import HoistwayPorts
import NIOCore
import NIOHTTP1

/// A request whose headers were found good, and as much of its body as has come.
final class PendingRequest {
    let head: RequestHead
    let route: LiveRoute
    private(set) var body: [UInt8] = []
    /// What the budget lent.
    ///
    /// It is given back when the answer is out, though the body itself may go earlier.
    private var lent = 0

    init(head: RequestHead, route: LiveRoute) {
        self.head = head
        self.route = route
    }

    func append(_ bytes: ByteBuffer) {
        // What is announced is not believed beyond a usual size: it is memory before authentication.
        if body.isEmpty { body.reserveCapacity(min(head.contentLength ?? 0, 64 << 10)) }
        bytes.withUnsafeReadableBytes { body.append(contentsOf: $0) }
        lent += bytes.readableBytes
    }

    func releaseBody() -> Int {
        defer { lent = 0 }
        body = []
        return lent
    }

    /// Hands the body over; it is the inbox's from now on.
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

    /// The first of the route's id headers that is there.
    ///
    /// One longer than any sender's is left out: the body's hash still tells duplicates.
    private var senderID: String? {
        for name in route.route.idHeaders {
            if let value = head.headers.first(name: name), !value.isEmpty, value.utf8.count <= 200 { return value }
        }
        return nil
    }
}
