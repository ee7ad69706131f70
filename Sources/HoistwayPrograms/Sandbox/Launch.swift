import Cspawn
import Glibc

/// Starts a program with limits, through C: see `hoistway_launch`.
enum Launch {
    struct Request {
        /// The first is the program's absolute path.
        var arguments: [String]
        var environment: [String: String]
        var folder: String
        var input: Int32
        var output: Int32
        var errors: Int32
        /// In bytes.
        var addressSpace: Int
        var fileSize: Int
        var noNewPrivileges: Bool
    }

    /// The error's number; zero where the program runs.
    ///
    /// Call it on the thread that waits for the program.
    static func start(_ request: Request, pid: inout pid_t) -> Int32 {
        withCStrings(request.arguments) { arguments in
            withCStrings(request.environment.map { "\($0.key)=\($0.value)" }) { environment in
                request.folder.withCString { folder in
                    var raw = hoistway_launch_request(
                        path: arguments[0],
                        arguments: arguments,
                        environment: environment,
                        folder: folder,
                        input: request.input,
                        output: request.output,
                        errors: request.errors,
                        address_space: UInt(request.addressSpace),
                        file_size: UInt(request.fileSize),
                        open_files: 1024,
                        no_new_privileges: request.noNewPrivileges ? 1 : 0
                    )
                    return hoistway_launch(&raw, &pid)
                }
            }
        }
    }

    private static func withCStrings(
        _ strings: [String],
        _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        let copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { for copy in copies { free(copy) } }
        return copies.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return ENOMEM }
            return body(base)
        }
    }
}
