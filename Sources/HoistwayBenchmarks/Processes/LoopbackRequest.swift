import Foundation

/// One HTTP request over a new connection to this machine; blocks until the answer.
enum LoopbackRequest {
    struct Answer {
        var status: Int
        var text: String
    }

    /// `nil` where there is no listener.
    static func send(_ request: [UInt8], to port: Int) -> Answer? {
        guard let handle = connection(to: port) else { return nil }
        defer { close(handle) }
        var sent = 0
        while sent < request.count {
            let count = request[sent...].withUnsafeBytes {
                Glibc.send(handle, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { return nil }
            sent += count
        }
        return answer(from: handle)
    }

    static func get(_ path: String, port: Int) -> Answer? {
        send(Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\n\r\n".utf8), to: port)
    }

    /// `nil` where there is no listener.
    ///
    /// The caller closes it; a read waits half a minute.
    static func connection(to port: Int) -> Int32? {
        let handle = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard handle >= 0 else { return nil }
        guard connect(handle, to: port) else {
            close(handle)
            return nil
        }
        var patience = timeval(tv_sec: 30, tv_usec: 0)
        setsockopt(handle, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
        return handle
    }

    private static func connect(_ handle: Int32, to port: Int) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(handle, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// Reads to the end of the connection; the request has `Connection: close`.
    private static func answer(from handle: Int32) -> Answer? {
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 64 << 10)
        while true {
            let count = recv(handle, &piece, piece.count, 0)
            guard count > 0 else { break }
            bytes += piece[..<count]
        }
        let text = String(decoding: bytes, as: UTF8.self)
        guard let status = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) }) else { return nil }
        return Answer(status: status, text: text)
    }
}
