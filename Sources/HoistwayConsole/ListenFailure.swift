import HoistwayModel
import NIOCore

/// Why one of the private listeners could not start.
package struct ListenFailure: Diagnosable, Equatable {
    /// Address and port.
    package var address: String
    /// The key of the configuration that names it.
    package var key: String
    package var detail: String

    package var message: String { "cannot listen on \(address): \(detail)" }
    package var hint: String? { "another program may have the port; \(key) names it" }

    /// Runs a listener; what the system says of its socket is told with the address that it is about.
    static func telling(
        host: String,
        port: Int,
        key: String,
        _ body: () async throws -> Void
    ) async throws {
        do {
            try await body()
        } catch let error as IOError {
            throw ListenFailure(address: "\(host):\(port)", key: key, detail: PlainError.text(of: error))
        }
    }
}
