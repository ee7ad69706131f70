import HummingbirdCore
import NIOCore

extension HTTPServerBuilder {
    /// HTTP/1.1 with small limits and strict heads: Hoistway's clients need little, and an idle connection is closed.
    static let quietHTTP1: HTTPServerBuilder = .http1(
        configuration: HTTP1Channel.Configuration(
            additionalChannelHandlers: [StrictHeadsInstaller()],
            idleTimeout: .seconds(30),
            httpDecoderConfiguration: HTTP1Channel.Configuration.DecoderConfiguration(
                maxHeaderFieldSize: 8 * 1024,
                maxHeaderListSize: 16 * 1024,
                maxHeaderFieldCount: 100
            )
        )
    )
}
