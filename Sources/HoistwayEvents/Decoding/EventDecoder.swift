package import HoistwayModel

/// Turns an authentic delivery into events.
package enum EventDecoder {
    /// The largest body decoded, in bytes, whatever a receiver is set to take.
    package static let maxBytes = 32 * 1024 * 1024

    /// At least one event; several from senders that put several into one delivery.
    ///
    /// `registryHost` replaces the host that a registry calls itself, which may be a name behind a proxy.
    package static func decode(
        sender: Sender,
        headers: [HeaderLine],
        body: [UInt8],
        registryHost: String? = nil
    ) throws(EventError) -> [Event] {
        guard body.count <= maxBytes else { throw .tooLarge(bytes: body.count, limit: maxBytes) }
        let delivery = Delivery(
            sender: sender,
            headers: headers,
            body: try JSONDocument.object(try document(sender, headers, body)),
            registryHost: registryHost
        )
        return switch sender {
        case .github, .ghes, .ghcr: [try GitHub.decode(delivery)]
        case .gitlab: [try GitLab.decode(delivery)]
        case .gitea: [try Gitea.decode(delivery, Gitea.dialect)]
        case .forgejo: [try Gitea.decode(delivery, Forgejo.dialect)]
        case .gogs: [try Gitea.decode(delivery, Gogs.dialect)]
        case .harbor: try Harbor.decode(delivery)
        case .distribution: try Distribution.decode(delivery)
        }
    }

    private static func document(
        _ sender: Sender,
        _ headers: [HeaderLine],
        _ body: [UInt8]
    ) throws(EventError) -> [UInt8] {
        // A file that is inspected may come without a content type; then it is what is usual.
        let type = headers.value("content-type") ?? "application/json"
        guard sender.bodyForm(contentType: type) != nil else { throw .wrongType(sender: sender) }
        switch body.withUnsafeBytes({ sender.bodyForm(of: $0) }) {
        case .json: return body
        case .form:
            guard let payload = body.withUnsafeBytes({ FormBody.payload(in: $0) }) else { throw .malformedForm }
            return payload
        }
    }
}

/// What a sender's decoder works on.
struct Delivery {
    var sender: Sender
    var headers: [HeaderLine]
    var body: JSONObject
    var registryHost: String?
}
