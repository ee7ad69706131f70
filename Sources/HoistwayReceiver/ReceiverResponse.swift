import NIOCore

/// An answer as bytes: a few fixed forms need no encoder.
struct ReceiverResponse {
    private var statusLine: StaticString
    private var extra: StaticString = ""
    private var body: String

    static func accepted(_ delivery: String) -> ReceiverResponse {
        ReceiverResponse(
            statusLine: "HTTP/1.1 202 Accepted\r\n",
            body: "{\"status\":\"accepted\",\"delivery\":\"\(delivery)\"}"
        )
    }

    static func duplicate(of delivery: String) -> ReceiverResponse {
        ReceiverResponse(
            statusLine: "HTTP/1.1 200 OK\r\n",
            body: "{\"status\":\"duplicate\",\"delivery\":\"\(delivery)\"}"
        )
    }

    /// To a HEAD: the receiver exists, and accepts POST.
    static let reachable = ReceiverResponse(
        statusLine: "HTTP/1.1 200 OK\r\n",
        extra: allow,
        body: "{\"status\":\"listening\"}"
    )

    private static let allow: StaticString = "allow: HEAD, POST\r\n"

    static let malformed = error("HTTP/1.1 400 Bad Request\r\n", "the request is malformed")
    /// It never shows which part was wrong.
    static let unauthorized = error("HTTP/1.1 401 Unauthorized\r\n", "the request could not be authenticated")
    static let notFound = error("HTTP/1.1 404 Not Found\r\n", "not found")
    static let wrongMethod = error("HTTP/1.1 405 Method Not Allowed\r\n", "only POST is served", allow)
    static let tooSlow = error("HTTP/1.1 408 Request Timeout\r\n", "the request came too slowly")
    static let tooLarge = error("HTTP/1.1 413 Content Too Large\r\n", "the body is too large")
    static let unsupported = error("HTTP/1.1 415 Unsupported Media Type\r\n", "the content type is not accepted here")
    static let tooMany = error(
        "HTTP/1.1 429 Too Many Requests\r\n",
        "too many requests; send it again",
        "retry-after: 1\r\n"
    )
    static let headersTooLarge = error(
        "HTTP/1.1 431 Request Header Fields Too Large\r\n",
        "the headers are too large"
    )
    static let unavailable = error(
        "HTTP/1.1 503 Service Unavailable\r\n",
        "not available now; send it again",
        "retry-after: 5\r\n"
    )

    private static func error(
        _ statusLine: StaticString,
        _ text: String,
        _ extra: StaticString = ""
    ) -> ReceiverResponse {
        ReceiverResponse(statusLine: statusLine, extra: extra, body: "{\"error\":\"\(text)\"}")
    }

    /// - Parameter hasBody: false for the answer to a HEAD, which has the body's length but no body.
    func write(to buffer: inout ByteBuffer, date: String, closes: Bool, hasBody: Bool = true) {
        buffer.writeStaticString(statusLine)
        buffer.writeStaticString("content-type: application/json\r\ndate: ")
        buffer.writeString(date)
        buffer.writeStaticString("\r\ncontent-length: ")
        buffer.writeString(String(body.utf8.count))
        buffer.writeStaticString(closes ? "\r\nconnection: close\r\n" : "\r\n")
        buffer.writeStaticString(extra)
        buffer.writeStaticString("\r\n")
        if hasBody { buffer.writeString(body) }
    }
}
