import HoistwayModel

/// Why the public listener could not start.
package enum ReceiverFailure: Diagnosable, Equatable {
    case cannotListen(address: String, detail: String)
    case certificate(file: String, key: String, detail: String)

    package var message: String {
        switch self {
        case .cannotListen(let address, let detail): "cannot listen on \(address) for webhooks: \(detail)"
        case .certificate(let file, let key, let detail):
            "cannot serve TLS with certificate \(file) and key \(key): \(detail)"
        }
    }

    package var hint: String? {
        switch self {
        case .cannotListen: "another program may have the port; webhooks.listen names it"
        case .certificate: "both must be PEM files that belong together, readable by this user"
        }
    }
}
