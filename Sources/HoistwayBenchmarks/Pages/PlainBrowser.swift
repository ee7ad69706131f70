import Foundation
import Glibc

/// The part of a browser that signs in and loads pages.
struct PlainBrowser {
    private let port: Int
    private let cookie: String

    init(port: Int, token: String) throws {
        self.port = port
        let form = try Self.send("GET /sign-in HTTP/1.1", [], port)
        guard let code = Self.field("csrf", of: form.text), let first = Self.cookie(form.text) else {
            throw BenchFailure.failed("reading the sign-in page", detail: String(form.text.prefix(300)))
        }
        let body = "token=\(token)&csrf=\(code)"
        let answer = try Self.send(
            "POST /sign-in HTTP/1.1",
            [
                "Cookie: \(first)", "Sec-Fetch-Site: same-origin", "Content-Length: \(body.utf8.count)",
                "Content-Type: application/x-www-form-urlencoded",
            ],
            port,
            body
        )
        guard answer.status == 303, let session = Self.cookie(answer.text) else {
            throw BenchFailure.failed("signing in", detail: String(answer.text.prefix(300)))
        }
        cookie = session
    }

    /// The page's body; throws where the page does not exist.
    func get(_ path: String) throws -> LoopbackRequest.Answer {
        var answer = try Self.send("GET \(path) HTTP/1.1", ["Cookie: \(cookie)"], port)
        guard answer.status == 200, let end = answer.text.range(of: "\r\n\r\n") else {
            throw BenchFailure.failed("loading \(path)", detail: String(answer.text.prefix(300)))
        }
        answer.text = String(answer.text[end.upperBound...])
        return answer
    }

    /// A connection that receives the answer's stream, without its head.
    ///
    /// The caller closes it; a read waits 50 ms.
    func stream(_ path: String) throws -> Int32 {
        guard let handle = LoopbackRequest.connection(to: port) else {
            throw BenchFailure.failed("following \(path)", detail: "nobody listens")
        }
        let head = "GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nCookie: \(cookie)\r\n\r\n"
        var byte: UInt8 = 0
        var answer: [UInt8] = []
        if Glibc.send(handle, head, head.utf8.count, Int32(MSG_NOSIGNAL)) == head.utf8.count {
            while answer.count < 8192, answer.suffix(4) != [13, 10, 13, 10], recv(handle, &byte, 1, 0) == 1 {
                answer.append(byte)
            }
        }
        guard answer.starts(with: Array("HTTP/1.1 200".utf8)) else {
            close(handle)
            throw BenchFailure.failed("following \(path)", detail: String(decoding: answer, as: UTF8.self))
        }
        var patience = timeval(tv_sec: 0, tv_usec: 50_000)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return handle
    }

    private static func send(
        _ line: String,
        _ headers: [String],
        _ port: Int,
        _ body: String = ""
    ) throws -> LoopbackRequest.Answer {
        let head = ([line, "Host: 127.0.0.1:\(port)", "Connection: close"] + headers).joined(separator: "\r\n")
        guard let answer = LoopbackRequest.send(Array("\(head)\r\n\r\n\(body)".utf8), to: port) else {
            throw BenchFailure.failed("asking the console", detail: line)
        }
        return answer
    }

    /// `name=value` of the last cookie in the answer that is not a removal.
    private static func cookie(_ text: String) -> String? {
        text.components(separatedBy: "\r\n").filter { $0.lowercased().hasPrefix("set-cookie:") }
            .map { String($0.dropFirst("set-cookie:".count).drop { $0 == " " }.prefix { $0 != ";" }) }
            .last { !$0.hasSuffix("=") }
    }

    private static func field(_ name: String, of text: String) -> String? {
        guard let start = text.range(of: "name=\"\(name)\" value=\"") else { return nil }
        return String(text[start.upperBound...].prefix { $0 != "\"" })
    }
}

/// A page after a proxy's compression.
enum Gzip {
    static func size(of text: String) throws -> Int {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("hoistway-\(UUID().uuidString)")
        try Data(text.utf8).write(to: folder)
        defer { try? FileManager.default.removeItem(at: folder) }  // A file of a few kB in the temporary folder.
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/gzip")
        process.arguments = ["-6", "-c", folder.path]
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let size = pipe.fileHandleForReading.readDataToEndOfFile().count
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw BenchFailure.failed("compressing a page", detail: "gzip") }
        return size
    }
}
