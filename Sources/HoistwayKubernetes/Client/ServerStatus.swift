import FoundationEssentials
import HoistwayCrypto
import HoistwayModel
import NIOHTTP1

/// A refusal of the API server:
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>.
struct ServerStatus: Sendable, Decodable, Equatable {
    struct Details: Sendable, Decodable, Equatable {
        struct Cause: Sendable, Decodable, Equatable {
            var field: String?
            var message: String?
        }

        var name: String?
        var retryAfterSeconds: Int64?
        var causes: [Cause]?
    }

    var kind: String?
    var message: String?
    var reason: String?
    var code: Int?
    var details: Details?

    /// Largest body of a refusal that is read, in bytes.
    static let maxBytes = 64 << 10
    private static let maxCharacters = 500

    /// `nil` where the body is no `Status`: a gateway answered, or the server does not know the path.
    static func read(_ body: [UInt8]) -> ServerStatus? {
        // Without a Status, the HTTP status alone decides.
        let status = try? JSONDecoder().decode(ServerStatus.self, from: Data(body))
        return status?.kind == "Status" ? status : nil
    }

    /// The failure for an HTTP status and a body.
    static func failure(
        code: Int,
        status: ServerStatus?,
        headers: HTTPHeaders,
        cluster: String,
        request: KubernetesRequest,
        redactor: Redactor,
        now: Timestamp
    ) -> KubernetesFailure {
        let asked = headers.first(name: "retry-after").flatMap { RetryAfter.pause($0, now: now) }
        let named = status?.details?.retryAfterSeconds.flatMap { $0 > 0 ? Duration.seconds(min($0, 3600)) : nil }
        return KubernetesFailure(
            reason(code: code, status: status),
            cluster: cluster,
            request: request,
            detail: shown(status?.message ?? "", redactor),
            pause: code == 429 || code >= 500 ? asked ?? named : nil
        )
    }

    private static func reason(code: Int, status: ServerStatus?) -> KubernetesFailure.Reason {
        switch code {
        case 401: .unauthorized
        case 403: .forbidden
        case 404: (status?.details?.name ?? "").isEmpty ? .unknownKind : .notFound
        case 409: status?.reason == "AlreadyExists" ? .alreadyExists : .conflict
        case 410: .expired
        case 400, 415, 422: .invalid
        case 429: .tooManyRequests
        case 500...: .serverError(status: code)
        default: .refused(status: code)
        }
    }

    /// One line, shortened, without control characters, without secrets.
    static func shown(_ text: String, _ redactor: Redactor) -> String {
        let visible = text.unicodeScalars.prefix(4 * maxCharacters).map { scalar -> Unicode.Scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned: " "
            default: scalar
            }
        }
        var line = String.UnicodeScalarView()
        line.append(contentsOf: visible)
        let words = String(line).split(separator: " ").joined(separator: " ")
        let cut = words.unicodeScalars.count > maxCharacters
        let hidden = redactor.hide(cut ? String(words.prefix(maxCharacters)) + "…" : words)
        return hidden
    }
}
