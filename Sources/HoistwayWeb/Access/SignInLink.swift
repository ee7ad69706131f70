import FoundationEssentials
import HoistwayConsole
import HoistwayPorts
import Hummingbird
import NIOCore

/// The answer to `POST /sign-in/links`: a link that signs a browser in once.
package struct SignInLink: Codable, Sendable {
    /// Begins with the path of `console.publicURL`.
    package var path: String
    /// The whole address; `nil` where `console.publicURL` is not set.
    package var url: String?
    /// How long it works.
    package var seconds: Int64
}

extension PageResponder {
    /// Makes a link for the token that the request carries in `Authorization`; for `hoistway open`.
    ///
    /// The only path beside the API that takes a token: the link signs in as that token, so that it gives nobody more
    /// than they have. No browser sends this header by itself.
    func makeLink(_ request: Request, _ context: ConsoleContext) async throws -> Response {
        guard request.method == .post else { throw PageFailure.method(allow: "POST") }
        let parts = (request.headers[.authorization] ?? "").split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            let record = try await console.tokens.record(token: String(parts[1]))
        else { return APIError.unauthenticated.response(requestID: context.requestID) }
        let code = try await web.sessions.makeLink(for: record)
        let path = paths("sign-in", "link", query: [("code", code)]).text
        let link = SignInLink(
            path: path,
            url: origin.map { $0 + path },
            seconds: SignInLinkRecord.lifetime.components.seconds
        )
        return Response(
            status: .created,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try JSONEncoder().encode(link)))
        )
    }

    /// Scheme and host of `console.publicURL`.
    private var origin: String? {
        guard let url = web.configuration.publicURL, let scheme = url.firstRange(of: "://") else { return nil }
        return String(
            url[..<scheme.upperBound] + url[scheme.upperBound...].prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        )
    }
}
