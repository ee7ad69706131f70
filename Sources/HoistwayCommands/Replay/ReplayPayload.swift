import HoistwayCrypto
import HoistwayEvents
import HoistwayModel
import HoistwayPorts
import HoistwayReceiver
import HoistwaySettings
import HoistwayStore
import Logging

/// A body with the headers that its sender would set, on its way to a receiver.
struct ReplayPayload: Sendable {
    var receiver: HoistwaySettings.ReceiverSettings
    var headers: [HeaderLine]
    var body: [UInt8]

    var contentType: String {
        headers.first { $0.name.lowercased() == "content-type" }?.value ?? "application/json"
    }

    /// From files.
    static func read(
        receiver: HoistwaySettings.ReceiverSettings,
        headers: String?,
        body: String
    ) throws -> ReplayPayload {
        let lines = try headers.map { path in
            try HeaderFile.parse(try FileBytes.read(path, limit: HeaderFile.maxBytes), path: path)
        }
        return ReplayPayload(
            receiver: receiver,
            headers: lines ?? [],
            body: try FileBytes.read(body, limit: EventDecoder.maxBytes)
        )
    }

    /// One that was received before, as long as its body is kept.
    static func recorded(_ id: DeliveryID, composition: Composition) async throws -> ReplayPayload {
        let store = try SQLiteStore.openReadOnly(composition.settings.storeSettings(), logger: Logger(label: "replay"))
        defer { store.close() }
        guard let delivery = try await store.delivery(id), !delivery.body.isEmpty else {
            throw CommandFailure.failed(
                "delivery \(id) is not in the inbox, or its body is kept no longer",
                hint: "`hoistway get deliveries` lists what is there"
            )
        }
        guard let receiver = composition.settings.webhooks.receivers.first(where: { $0.name == delivery.receiver })
        else {
            throw CommandFailure.failed("its receiver \(delivery.receiver) is no longer configured")
        }
        return ReplayPayload(receiver: receiver, headers: delivery.headers, body: delivery.body)
    }

    /// All headers of the request: the sender's, what proves it, and the mark of a replay.
    func signed(isMarked: Bool, now: Timestamp) throws -> [HeaderLine] {
        let authentication = receiver.authentication
        let id = headers.first { receiver.sender.traits.deliveryIDHeaders.contains($0.name.lowercased()) }?.value
        let signer = try PayloadSigner(sender: receiver.sender, authentication: authentication)
        let proof = try signer.headers(
            body: body,
            deliveryID: id ?? "replay-\(now.microseconds)",
            now: now
        )
        var all = headers.filter { line in !proof.contains { $0.name.lowercased() == line.name.lowercased() } }
        if !all.contains(where: { $0.name.lowercased() == "content-type" }) {
            all.append(HeaderLine("Content-Type", contentType))
        }
        all += proof
        if isMarked, let secret = authentication.secrets.first {
            all.append(try ReplayMark.make(body: body, secret: secret, now: now))
        }
        return all
    }

    /// What the inbox would hold of it.
    func delivery(id: DeliveryID, now: Timestamp) throws -> StoredDelivery {
        let verifier = try EventVerifier(receiver)
        let verdict = verifier.verify(headers: try signed(isMarked: false, now: now), body: body, now: now)
        guard case .accepted(let accepted) = verdict else {
            throw CommandFailure.failed("receiver \(receiver.name) would refuse what was signed for it")
        }
        return StoredDelivery(
            id: id,
            receiver: receiver.name,
            senderID: nil,
            headers: headers,
            body: body,
            receivedAt: now,
            verdict: accepted.verdict,
            isEvidence: accepted.isEvidence,
            state: .received,
            reason: ""
        )
    }
}
