/// Scripts of hostile clients against a listener for webhooks.
package enum HostileHTTPBehaviour: String, CaseIterable, Sendable {
    /// Slow clients, which occupy connections.
    case silence, slowHead, slowBody, slowChunks, expectsAndNeverSends, promisesMoreThanItSends
    /// Endless requests, which occupy memory.
    case endlessHeaders, endlessHeaderLine, endlessRequestLine, endlessChunks, endlessTrailers, endlessEmptyLines
    case hugeChunkExtension, unreadAnswers
    /// Clients with many requests at a time.
    case pipelinesTenThousand, manyConnections, manyHalfRequests
    /// Clients that close the connection.
    case halfClosed, halfClosedInBody, resetInHead, resetInBody
    /// Requests that two readers understand in two ways.
    case twoLengths, lengthAndChunks, emptyTransferEncoding, twoContentTypes, twoHosts, hostWithUser, noHost
    case absoluteTarget, foldedHeader, bareLineFeeds, nulInHeader, chunkSizeOverflow, negativeLength
    case bodyBehindItsLength, blankBeforeColon, chunksInOldVersion
    /// Clients of another protocol.
    case upgradesToHTTP2, http2Preface, tlsToPlainPort, noise

    /// Connections at a time.
    package var connections: Int {
        switch self {
        case .manyConnections: 200
        case .manyHalfRequests: 100
        default: 1
        }
    }

    /// Statuses that an answer may have; an empty set: no answer.
    package var allowedStatuses: Set<String> {
        switch self {
        case .silence, .manyConnections, .resetInHead, .resetInBody, .noise: ["400", "408"]
        case .slowHead, .slowBody, .slowChunks, .promisesMoreThanItSends, .manyHalfRequests, .halfClosedInBody:
            ["408", "400"]
        case .expectsAndNeverSends: ["100", "408"]
        case .endlessHeaders, .endlessHeaderLine, .endlessRequestLine, .endlessEmptyLines: ["431", "400", "408"]
        case .endlessChunks: ["413", "408"]
        case .endlessTrailers: ["431", "400", "413", "408"]
        case .hugeChunkExtension: ["400", "413", "431", "408"]
        case .unreadAnswers, .pipelinesTenThousand, .halfClosed: ["401"]
        case .bodyBehindItsLength: ["401", "400"]
        case .upgradesToHTTP2: ["401"]
        case .twoLengths, .lengthAndChunks, .emptyTransferEncoding, .twoContentTypes, .twoHosts, .hostWithUser,
            .noHost, .absoluteTarget, .foldedHeader, .bareLineFeeds, .nulInHeader, .chunkSizeOverflow,
            .negativeLength, .blankBeforeColon, .chunksInOldVersion, .http2Preface, .tlsToPlainPort:
            ["400"]
        }
    }

    /// Whether there has to be an answer.
    package var mustAnswer: Bool {
        switch self {
        case .twoLengths, .lengthAndChunks, .emptyTransferEncoding, .twoContentTypes, .twoHosts, .hostWithUser,
            .noHost, .absoluteTarget, .foldedHeader, .bareLineFeeds, .nulInHeader, .chunkSizeOverflow,
            .negativeLength, .blankBeforeColon, .chunksInOldVersion, .http2Preface, .slowHead, .slowBody, .slowChunks,
            .promisesMoreThanItSends, .expectsAndNeverSends, .halfClosed, .pipelinesTenThousand:
            true
        default: false
        }
    }

    package func steps(path: String) -> [HostileHTTPClient.Step] {
        let line = "POST \(path) HTTP/1.1\r\n"
        let start = line + "host: localhost\r\ncontent-type: application/json\r\n"
        let chunked = start + "transfer-encoding: chunked\r\n\r\n"
        let whole = start + "content-length: 2\r\n\r\n{}"
        switch self {
        case .silence, .manyConnections: return [.wait]
        case .slowHead: return [.trickle(bytes("P"))]
        case .slowBody: return [send(start + "content-length: 900\r\n\r\n"), .trickle(bytes("x"))]
        case .slowChunks: return [send(chunked), .trickle(bytes("1\r\nx\r\n"))]
        case .expectsAndNeverSends:
            return [send(start + "expect: 100-continue\r\ncontent-length: 5\r\n\r\n"), .wait]
        case .promisesMoreThanItSends: return [send(start + "content-length: 900\r\n\r\n{}"), .wait]
        case .endlessHeaders: return [send(start), .flood(bytes("x-a: b\r\n"), times: 1 << 22)]
        case .endlessHeaderLine: return [send(start + "x-a: "), .flood(bytes(block), times: 1 << 14)]
        case .endlessRequestLine: return [send("POST /"), .flood(bytes(block), times: 1 << 14)]
        case .endlessChunks: return [send(chunked), .flood(bytes("1000\r\n\(block)\r\n"), times: 1 << 14)]
        case .endlessTrailers: return [send(chunked + "0\r\n"), .flood(bytes("x-a: b\r\n"), times: 1 << 22)]
        case .endlessEmptyLines: return [.flood(bytes(String(repeating: "\r\n", count: 2048)), times: 1 << 14)]
        case .hugeChunkExtension: return [send(chunked + "1;x="), .flood(bytes(block), times: 1 << 14)]
        case .unreadAnswers:
            return [.deafen, .flood(bytes(String(repeating: whole, count: 200)), times: 1 << 12)]
        case .pipelinesTenThousand:
            return [.flood(bytes(String(repeating: whole, count: 100)), times: 100), .halfClose, .wait]
        case .manyHalfRequests: return [send(start), .wait]
        case .halfClosed: return [send(whole), .halfClose, .wait]
        case .halfClosedInBody: return [send(start + "content-length: 9\r\n\r\n{"), .halfClose, .wait]
        case .resetInHead: return [send(start), .reset]
        case .resetInBody: return [send(start + "content-length: 9\r\n\r\n{"), .reset]
        case .twoLengths: return [send(start + "content-length: 2\r\ncontent-length: 2\r\n\r\n{}")]
        case .lengthAndChunks:
            return [send(start + "content-length: 2\r\ntransfer-encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n")]
        case .emptyTransferEncoding: return [send(start + "transfer-encoding:\r\n\r\n" + whole)]
        case .twoContentTypes:
            let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 2\r\n\r\n{}"
            return [send(start + form)]
        case .twoHosts: return [send(start + "host: evil.test\r\ncontent-length: 2\r\n\r\n{}")]
        case .hostWithUser: return [send(line + "host: localhost:1@evil\r\ncontent-length: 2\r\n\r\n{}")]
        case .noHost: return [send(line + "content-type: application/json\r\ncontent-length: 2\r\n\r\n{}")]
        case .absoluteTarget:
            return [send("POST http://evil.test\(path) HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n{}")]
        case .foldedHeader: return [send(start + "x-a: b\r\n c\r\ncontent-length: 2\r\n\r\n{}")]
        case .bareLineFeeds: return [send(whole.replacing("\r\n", with: "\n"))]
        case .nulInHeader: return [send(start + "x-a: b\0c\r\ncontent-length: 2\r\n\r\n{}")]
        case .chunkSizeOverflow: return [send(chunked + "fffffffffffffffff\r\n{}\r\n0\r\n\r\n")]
        case .negativeLength: return [send(start + "content-length: -1\r\n\r\n{}")]
        case .bodyBehindItsLength: return [send(whole + "GET /evil HTTP/1.1\r\n"), .halfClose, .wait]
        case .blankBeforeColon: return [send(start + "content-length : 2\r\n\r\n{}")]
        case .chunksInOldVersion: return [send(chunked.replacing("HTTP/1.1", with: "HTTP/1.0") + "0\r\n\r\n")]
        case .upgradesToHTTP2:
            let upgrade = "connection: upgrade, http2-settings\r\nupgrade: h2c\r\nhttp2-settings: AAMAAABk\r\n"
            return [send(start + upgrade + "content-length: 2\r\n\r\n{}"), .wait]
        case .http2Preface: return [send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), .wait]
        case .tlsToPlainPort:
            return [.send([0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03]), .wait]
        case .noise: return [.send((0..<4096).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ 7) }), .wait]
        }
    }

    private var block: String { String(repeating: "a", count: 4096) }
    private func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
    private func send(_ text: String) -> HostileHTTPClient.Step { .send(bytes(text)) }
}
