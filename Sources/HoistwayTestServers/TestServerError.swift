/// Why a server for tests could not be started.
///
/// Never a reason to skip a test.
package enum TestServerError: Error, CustomStringConvertible {
    case missingProgram(String, package: String)
    case failed(String, detail: String)

    package var description: String {
        switch self {
        case .missingProgram(let program, let package):
            "\(program) is not installed: scripts/test installs what the tests need (here the package \(package))"
        case .failed(let what, let detail): "\(what) failed: \(detail)"
        }
    }
}
