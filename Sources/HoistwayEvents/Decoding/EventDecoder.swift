package import HoistwayModel

/// Decodes an authentic delivery into events.
package enum EventDecoder {
    /// The largest decoded body, in bytes, whatever a receiver accepts.
    package static let maxBytes = 32 * 1024 * 1024

    /// At least one event; more if a sender puts several into one delivery.
    ///
    /// - Parameter registryHost: replaces the registry's own name for its host, which may be wrong behind a proxy.
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
            body: try object(sender, headers, body),
            registryHost: registryHost
        )
        do throws(EventError) {
            let events = try events(of: delivery)
            if let misreading = delivery.body.misreading { throw misreading }
            return events
        } catch {
            guard case .lacks(let field, let event, nil) = error else { throw error }
            // This value is deeper, or explains why another one was not found.
            if case .wrongSort(let path, _, _)? = delivery.body.misreading, path != field {
                throw delivery.body.misreading ?? error
            }
            throw .lacks(field: field, event: event, found: delivery.body.sort(at: field))
        }
    }

    private static func events(of delivery: Delivery) throws(EventError) -> [Event] {
        switch delivery.sender {
        case .github, .ghes, .ghcr: [try GitHub.decode(delivery)]
        case .gitlab: [try GitLab.decode(delivery)]
        case .gitea: [try Gitea.decode(delivery, Gitea.dialect)]
        case .forgejo: [try Gitea.decode(delivery, Forgejo.dialect)]
        case .gogs: [try Gitea.decode(delivery, Gogs.dialect)]
        case .harbor: try Harbor.decode(delivery)
        case .distribution: try Distribution.decode(delivery)
        }
    }

    private static func object(
        _ sender: Sender,
        _ headers: [HeaderLine],
        _ body: [UInt8]
    ) throws(EventError) -> JSONObject {
        // An inspected file may have no content type; then the usual one is assumed.
        let type = headers.value("content-type") ?? "application/json"
        guard let announced = sender.bodyForm(contentType: type) else { throw .wrongType(sender: sender) }
        let isForm = body.withUnsafeBytes { sender.bodyForm(of: $0) } == .form
        var document = body
        if isForm {
            let decoded = body.withUnsafeBytes { bytes in
                Result { () throws(FormFault) in try FormBody.payload(in: bytes) }
            }
            switch decoded {
            case .success(let payload): document = payload
            case .failure(let fault): throw .malformedForm(fault)
            }
        }
        do throws(EventError) {
            return try JSONDocument.object(document)
        } catch {
            if isForm { throw .inForm(error) }
            // A JSON body is read as JSON, whatever its type is: no signature covers the type.
            if announced == .form, case .notJSON = error { throw .malformedForm(.isNone) }
            throw error
        }
    }
}

/// The input of a sender's decoder.
struct Delivery {
    var sender: Sender
    var headers: [HeaderLine]
    var body: JSONObject
    var registryHost: String?
}
