import HoistwayModel
import NIOCore

/// Why one of the private listeners could not start.
package struct ListenFailure: Diagnosable, Equatable {
    /// Address and port.
    package var address: String
    /// The configuration key of the address.
    package var key: String
    package var detail: String

    package var message: String { "cannot listen on \(address): \(detail)" }
    package var hint: String? { "another program may have the port; \(key) names it" }

    /// Runs a listener; adds its address to the system's socket errors.
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
