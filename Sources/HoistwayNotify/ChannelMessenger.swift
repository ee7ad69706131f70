package import HoistwayCrypto
package import HoistwayModel
package import HoistwayPorts
import Synchronization

/// Sends the messages of the step `send-message` to webhooks.
///
/// Safe to use from any task. Each message is one request, through the same checks as requests of the step `http`: for
/// the host and its present address. The answer is limited, and redirects to other hosts are not followed.
package final class ChannelMessenger: MessageChannels {
    /// From the start of a request to the end of its answer.
    private static let timeout = Duration.seconds(10)

    private let channels: Mutex<[MessageChannelKey: NotifyTarget]>
    private let http: any StepHTTP
    private let clock: any WallClock
    private let redactor: Redactor
    private let timeout: Duration

    /// - Parameters:
    ///   - redactor: gets every secret that is sent.
    ///   - timeout: from the beginning of a request to the end of its answer.
    package init(
        channels: [MessageChannelKey: NotifyTarget],
        http: any StepHTTP,
        clock: any WallClock,
        redactor: Redactor = Redactor(),
        timeout: Duration = ChannelMessenger.timeout
    ) {
        self.channels = Mutex(channels)
        self.http = http
        self.clock = clock
        self.redactor = redactor
        self.timeout = timeout
    }

    /// Takes effect with the next message.
    package func replace(channels: [MessageChannelKey: NotifyTarget]) {
        self.channels.withLock { $0 = channels }
    }

    package func send(
        _ message: ChannelMessage,
        to channel: MessageChannelKey,
        policy: HTTPPolicy,
        secrets: Set<String>
    ) async throws(ChannelFailure) -> SentMessage {
        guard let target = channels.withLock({ $0[channel] }) else { throw .unknown(channel) }
        redactor.add(target.url)
        if let secret = target.secret { redactor.add(secret) }
        guard let address = WebAddress(target.url.revealText()) else {
            throw .unfit(channel, "its url is not an http or https URL with a host, and without a user and a password")
        }
        let body: ChannelBody
        do {
            body = try ChannelBody(message, format: target.format, at: clock.now())
        } catch let problem as ChannelBody.Problem {
            throw .unfit(channel, problem.text)
        } catch {
            throw .unfit(channel, PlainError.text(of: error))
        }
        let request = StepHTTPRequest(
            method: "POST",
            address: address,
            headers: try headers(of: message, body, target, channel),
            body: body.bytes,
            timeout: timeout,
            policy: policy,
            secrets: secrets,
            // Other redirects would become a GET, and the message would be lost.
            keepsBody: true
        )
        let status: Int
        do throws(StepHTTPFailure) {
            status = try await http.send(request).status
        } catch {
            throw .unsent(channel, error)
        }
        guard (200..<300).contains(status) else { throw .refused(channel, status: status) }
        return SentMessage(cutAt: body.cutAt)
    }

    private func headers(
        of message: ChannelMessage,
        _ body: ChannelBody,
        _ target: NotifyTarget,
        _ channel: MessageChannelKey
    ) throws(ChannelFailure) -> [HeaderLine] {
        // Dots separate the parts of the signed text.
        let id = String(message.id.map { $0 == "." ? "_" : $0 })
        var headers = [
            HeaderLine("Content-Type", "application/json"), HeaderLine("Hoistway-Event", "message"),
            HeaderLine("Idempotency-Key", message.id),
        ]
        guard let secret = target.secret else { return headers + [HeaderLine("webhook-id", id)] }
        do {
            headers += try NoticeSignature.headers(id: id, body: body.bytes, secret: secret, at: clock.now())
                .map { HeaderLine($0.0, $0.1) }
        } catch {
            throw .unfit(channel, "it cannot be signed with the channel's secret")
        }
        return headers
    }
}
