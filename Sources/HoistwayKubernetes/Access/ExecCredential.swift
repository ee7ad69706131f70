import FoundationEssentials
import Glibc
import HoistwayCrypto
import HoistwayModel

/// The result of a credential program.
struct ExecCredential: Sendable, Equatable {
    /// A login is renewed this long before its end, so that it does not end during a request.
    static let margin: Duration = .seconds(10)

    var token: Secret?
    /// PEM.
    var chain: [UInt8]?
    /// PEM.
    var key: Secret?
    /// `nil`: valid until the server refuses it.
    var ends: Timestamp?

    func isEnding(at moment: Timestamp) -> Bool { ends.map { $0 < moment + Self.margin } ?? false }

    private struct Answer: Decodable {
        struct Status: Decodable {
            var token: String?
            var clientCertificateData: String?
            var clientKeyData: String?
            var expirationTimestamp: String?
        }

        var apiVersion: String?
        var kind: String?
        var status: Status?
    }

    /// The secrets of an answer, whether or not it is a valid login; empty where there are none, or it is no answer.
    static func secrets(in output: [UInt8]) -> [String] {
        let status = (try? JSONDecoder().decode(Answer.self, from: Data(output)))?.status
        return [status?.token, status?.clientKeyData].compactMap(\.self).filter { !$0.isEmpty }
    }

    /// - Throws: why it is no login, without a part of the output.
    static func read(_ output: [UInt8], of plugin: ExecPlugin) throws(ClusterLogin.Failure) -> ExecCredential {
        guard let answer = try? JSONDecoder().decode(Answer.self, from: Data(output)) else {
            throw plugin.failure("its output is no ExecCredential in JSON")
        }
        guard answer.kind == "ExecCredential", answer.apiVersion == plugin.version.rawValue else {
            let found = "\(answer.kind ?? "nothing") of \(answer.apiVersion ?? "no version")"
            throw plugin.failure(
                "it made \(ShownText.bare(found)), not an ExecCredential of \(plugin.version.rawValue)",
                hint: "write the version that the program makes as exec.apiVersion"
            )
        }
        guard let status = answer.status else { throw plugin.failure("its ExecCredential has no status") }
        var credential = ExecCredential()
        if let token = status.token, !token.isEmpty {
            guard KubeconfigUser.isHeader(token) else {
                throw plugin.failure("its token has a character that no token has")
            }
            credential.token = Secret(token)
        }
        if let chain = status.clientCertificateData, let key = status.clientKeyData {
            credential.chain = Array(chain.utf8)
            credential.key = Secret(key)
        } else if status.clientCertificateData != nil || status.clientKeyData != nil {
            throw plugin.failure("it made a certificate without a key, or a key without a certificate")
        }
        guard credential.token != nil || credential.chain != nil else {
            throw plugin.failure("it made neither a token nor a certificate")
        }
        if let text = status.expirationTimestamp {
            guard let ends = Timestamp(rfc3339: text) else {
                throw plugin.failure("its expirationTimestamp is no time of RFC 3339")
            }
            guard ends > Timestamp.present else { throw plugin.failure("the login that it made has ended already") }
            credential.ends = ends
        }
        return credential
    }
}

extension ExecPlugin {
    /// `message` never holds a token or a key.
    func failure(_ message: String, hint: String? = nil) -> ClusterLogin.Failure {
        ClusterLogin.Failure(message: "the program \(ShownText.bare(command)) made none: \(message)", hint: hint)
    }
}
