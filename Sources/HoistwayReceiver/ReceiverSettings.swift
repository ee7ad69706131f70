package import NIOCore

/// Settings of the public listener, except its routes.
package struct ReceiverSettings: Sendable {
    package var host: String
    /// 0: any free one.
    package var port: Int
    /// One was as fast as two when it was measured: the writer is the limit.
    package var eventLoops: Int
    package var tls: ReceiverTLS?
    /// Proxies whose `X-Forwarded-For` is trusted: for logs, and for the addresses that `maxPerSecondPerAddress`
    /// counts.
    package var trustedProxies: [AddressRange]
    /// Requests a second from one address, whatever their outcome; above it the answer is 429.
    ///
    /// `nil`: no limit.
    package var maxPerSecondPerAddress: Int?
    package var limits: ReceiverLimits

    package init(
        host: String,
        port: Int,
        eventLoops: Int = 1,
        tls: ReceiverTLS? = nil,
        trustedProxies: [AddressRange] = [],
        maxPerSecondPerAddress: Int? = nil,
        limits: ReceiverLimits = ReceiverLimits()
    ) {
        self.host = host
        self.port = port
        self.eventLoops = eventLoops
        self.tls = tls
        self.trustedProxies = trustedProxies
        self.maxPerSecondPerAddress = maxPerSecondPerAddress
        self.limits = limits
    }
}

/// Limits for all clients.
package struct ReceiverLimits: Sendable {
    /// Bytes of request target and headers, names and values.
    package var headerBytes = 16 << 10
    package var headerCount = 100
    /// Bytes of all bodies that are being read or wait for the disk.
    package var bodyBytesInFlight = 64 << 20
    package var connections = 10_000
    /// From the first byte to the end of the headers; also for the TLS handshake.
    package var headerTime: TimeAmount = .seconds(5)
    /// From the headers to the end of the body.
    package var bodyTime: TimeAmount = .seconds(10)
    /// How long a connection may wait for its next request.
    package var idleTime: TimeAmount = .seconds(30)
    /// From the end of the body to the answer: the strictest sender gives up after a second.
    package var answerTime: TimeAmount = .milliseconds(850)
    /// How long a client that was answered early may continue to send.
    package var lingerTime: TimeAmount = .seconds(1)
    package var lingerBytes = 256 << 10
    /// How much of a body is read, and dropped, so that a sender that must send again later can read that answer.
    ///
    /// It is read for at most `bodyTime`, and while some of it arrives within each `lingerTime`.
    package var drainBytes = 32 << 20
    /// How long a shutdown waits for running requests.
    package var drainTime: TimeAmount = .seconds(10)

    package init() {}
}
