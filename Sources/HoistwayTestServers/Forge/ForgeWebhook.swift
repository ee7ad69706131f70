import Foundation
import HoistwayCrypto

/// Where a host sends its signed webhooks.
package struct ForgeWebhook: Sendable {
    package var port: Int
    package var path: String
    /// The secret of the signature.
    package var secret: String
    /// Whether a push of the target branch is sent too.
    package var sendsPush: Bool
    /// Called before the first byte of each delivery is sent.
    package var onSend: (@Sendable () -> Void)?

    package init(port: Int, path: String, secret: String, sendsPush: Bool = false) {
        self.port = port
        self.path = path
        self.secret = secret
        self.sendsPush = sendsPush
    }

    /// Sends a delivery in GitHub's form:
    /// <https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries>.
    ///
    /// Gives the status of the answer.
    @discardableResult
    func sendAsGitHub(event: String, body: [UInt8]) async throws -> Int {
        let code = try HMAC.sha256(key: Array(secret.utf8), message: body)
        return try await deliver(
            body,
            headers: [
                "X-GitHub-Event": event, "X-GitHub-Delivery": UUID().uuidString.lowercased(),
                "X-Hub-Signature-256": "sha256=\(Hex.encode(code))", "User-Agent": "GitHub-Hookshot/test",
            ]
        )
    }

    /// Sends a delivery in GitLab's form, with a token in place of a signature:
    /// <https://docs.gitlab.com/user/project/integrations/webhooks/>.
    @discardableResult
    func sendAsGitLab(event: String, body: [UInt8]) async throws -> Int {
        let id = UUID().uuidString.lowercased()
        return try await deliver(
            body,
            headers: [
                "X-Gitlab-Event": event, "X-Gitlab-Event-UUID": id, "Idempotency-Key": id, "X-Gitlab-Token": secret,
                "User-Agent": "GitLab/test",
            ]
        )
    }

    /// Sends a delivery in Gitea's form: <https://docs.gitea.com/usage/webhooks>.
    @discardableResult
    func sendAsGitea(event: String, body: [UInt8]) async throws -> Int {
        let code = try HMAC.sha256(key: Array(secret.utf8), message: body)
        return try await deliver(
            body,
            headers: [
                "X-Gitea-Event": event, "X-Gitea-Event-Type": event, "X-Gitea-Delivery": UUID().uuidString.lowercased(),
                "X-Gitea-Signature": Hex.encode(code), "User-Agent": "Go-http-client/1.1",
            ]
        )
    }

    private func deliver(_ body: [UInt8], headers: [String: String]) async throws -> Int {
        var head = "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nContent-Type: application/json\r\n"
        for (name, value) in headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
        head += "Content-Length: \(body.count)\r\nConnection: close\r\n\r\n"
        let bytes = Array(head.utf8) + body
        let port = port
        onSend?()
        return try await withCheckedThrowingContinuation { continuation in
            // A socket blocks: it has a thread of its own.
            Thread { continuation.resume(with: Result { try Self.exchange(bytes, port: port) }) }.start()
        }
    }

    private static func exchange(_ bytes: [UInt8], port: Int) throws -> Int {
        guard let handle = LoopbackPort.connect(to: port) else {
            throw TestServerError.failed("sending a webhook", detail: "nobody listens on port \(port)")
        }
        defer { close(handle) }
        var limit = timeval(tv_sec: Int(Patience.limit.components.seconds), tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes {
                send(handle, $0.baseAddress?.advanced(by: sent), $0.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw TestServerError.failed("sending a webhook", detail: "it was cut") }
            sent += count
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        // The status is enough; the receiver may keep the connection open.
        while answer.count < 1 << 16, !answer.contains(UInt8(ascii: "\n")) {
            let count = recv(handle, &buffer, buffer.count, 0)
            guard count > 0 else { break }
            answer += buffer[..<count]
        }
        let line = String(decoding: answer.prefix(64), as: UTF8.self).split(separator: " ")
        guard line.count >= 2, let status = Int(line[1]) else {
            throw TestServerError.failed("sending a webhook", detail: "there was no answer")
        }
        return status
    }
}
