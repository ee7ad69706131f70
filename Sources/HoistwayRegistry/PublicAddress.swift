import HoistwayModel
import NIOCore

/// Checks the address of a connection before anything is sent: a name may mean any address, and another one at the next
/// look-up.
enum PublicAddress {
    struct Refusal: Error {
        var reach: NetworkAddress.Reach

        /// A phrase about the host.
        var words: String {
            "was not asked: it has a \(reach.rawValue) address, and only a file in Git or a step names it"
        }

        static func hint(on host: String) -> String {
            "if that is meant, write `http: {privateHosts: [\"\(host)\"]}` in the configuration, or subscribe to it in a "
                + "warehouse of the stage; then promote again"
        }
    }

    static func check(_ channel: any Channel) -> EventLoopFuture<Void> {
        let reach = channel.remoteAddress.flatMap(address(of:))?.reach ?? .reserved
        guard reach == .isPublic else { return channel.eventLoop.makeFailedFuture(Refusal(reach: reach)) }
        return channel.eventLoop.makeSucceededVoidFuture()
    }

    /// Whether a written host may be public; no name is looked up.
    static func mayBe(_ host: String) -> Bool {
        let plain = host.filter { $0 != "[" && $0 != "]" }
        guard let written = try? SocketAddress(ipAddress: plain, port: 0), let address = address(of: written) else {
            return true
        }
        return address.reach == .isPublic
    }

    private static func address(of socket: SocketAddress) -> NetworkAddress? {
        // After the family and the port; for IPv6, the flow is between them.
        socket.withSockAddr { pointer, size in
            let bytes = UnsafeRawBufferPointer(start: pointer, count: size)
            return switch socket.protocol {
            case .inet: NetworkAddress(bytes: Array(bytes[4..<8]))
            case .inet6: NetworkAddress(bytes: Array(bytes[8..<24]))
            default: nil
            }
        }
    }
}
