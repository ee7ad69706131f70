import Glibc
import HoistwayModel
import NIOPosix

/// An address to check, and its text for the connection.
struct ResolvedAddress: Sendable, Equatable {
    let address: NetworkAddress
    /// `192.0.2.7`, `2001:db8::7`.
    let text: String

    init(address: NetworkAddress, text: String) {
        self.address = address
        self.text = text
    }

    init?(_ raw: UnsafePointer<sockaddr>) {
        let bytes: [UInt8]
        let family = CInt(raw.pointee.sa_family)
        switch family {
        case AF_INET:
            bytes = raw.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { address in
                withUnsafeBytes(of: address.pointee.sin_addr) { Array($0) }
            }
        case AF_INET6:
            bytes = raw.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { address in
                withUnsafeBytes(of: address.pointee.sin6_addr) { Array($0) }
            }
        default: return nil
        }
        var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
        guard let address = NetworkAddress(bytes: bytes),
            inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil
        else { return nil }
        self.address = address
        self.text = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

/// Resolves a host's name to addresses, the preferred ones first; empty if the name is unknown.
protocol AddressResolver: Sendable {
    func addresses(of host: String) async throws -> [ResolvedAddress]
}

/// Asks the system, which uses `/etc/hosts` and DNS, and reads every notation of an address (`127.1`, `0x7f000001`).
struct SystemResolver: AddressResolver {
    func addresses(of host: String) async throws -> [ResolvedAddress] {
        let plain = Self.withoutBrackets(host)
        // The call blocks, for as long as the system's own limits allow.
        return try await NIOThreadPool.singleton.runIfActive { Self.lookUp(plain, flags: 0) }
    }

    /// The address of a literal in any notation; `nil` for a name.
    ///
    /// Nothing is looked up.
    static func literal(_ host: String) -> NetworkAddress? {
        lookUp(withoutBrackets(host), flags: AI_NUMERICHOST).first?.address
    }

    private static func withoutBrackets(_ host: String) -> String {
        host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
    }

    private static func lookUp(_ host: String, flags: CInt) -> [ResolvedAddress] {
        var hints = addrinfo()
        hints.ai_flags = flags
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [ResolvedAddress] = []
        var next = list
        while let entry = next {
            next = entry.pointee.ai_next
            guard let raw = entry.pointee.ai_addr, let address = ResolvedAddress(raw), !found.contains(address) else {
                continue
            }
            found.append(address)
        }
        return found
    }
}
