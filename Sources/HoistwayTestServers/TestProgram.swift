import Foundation
import Subprocess
import SystemPackage

/// Runs programs to their end, in an environment without any user's configuration.
package enum TestProgram {
    package struct Result: Sendable {
        package var status: Int32
        package var output: [UInt8]
        package var errors: String

        package var text: String { String(decoding: output, as: UTF8.self) }
    }

    /// Git without the machine's and the user's configuration, in English, with a fixed author and time.
    package static func environment(home: String = "/nonexistent") -> [String: String] {
        [
            "PATH": searchPath, "HOME": home, "LC_ALL": "C", "TZ": "UTC",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_TERMINAL_PROMPT": "0",
            "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com",
            "GIT_AUTHOR_DATE": "1700000000 +0000",
            "GIT_COMMITTER_NAME": "Ada", "GIT_COMMITTER_EMAIL": "ada@example.com",
            "GIT_COMMITTER_DATE": "1700000000 +0000",
        ]
    }

    /// Servers are in `sbin`, which is often missing in an ordinary user's path.
    package static var searchPath: String {
        let own = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        return "\(own):/usr/local/sbin:/usr/sbin:/sbin"
    }

    /// The program's absolute path; fails with a hint where it is not installed.
    package static func find(_ name: String, package: String) throws -> String {
        for folder in searchPath.split(separator: ":") {
            let path = "\(folder)/\(name)"
            if access(path, X_OK) == 0 { return path }
        }
        throw TestServerError.missingProgram(name, package: package)
    }

    /// Reads at most 512 MiB of output.
    package static func run(
        _ program: String,
        _ arguments: [String],
        in folder: String? = nil,
        input: [UInt8] = [],
        environment extra: [String: String] = [:]
    ) async throws -> Result {
        let values = environment().merging(extra) { $1 }
        let custom = values.map { (Environment.Key(stringLiteral: $0.key), $0.value) }
        let result = try await Subprocess.run(
            program.contains("/") ? .path(FilePath(program)) : .name(program),
            arguments: Arguments(arguments),
            environment: .custom(Dictionary(uniqueKeysWithValues: custom)),
            workingDirectory: folder.map { FilePath($0) },
            input: .array(input),
            output: .bytes(limit: 512 << 20),
            error: .string(limit: 1 << 20)
        )
        let status: Int32 =
            switch result.terminationStatus {
            case .exited(let code): code
            case .signaled(let signal): 128 + signal
            }
        return Result(status: status, output: result.standardOutput, errors: result.standardError)
    }

    /// The same, where any status but 0 is an error.
    @discardableResult
    package static func check(
        _ program: String,
        _ arguments: [String],
        in folder: String? = nil,
        input: [UInt8] = [],
        environment: [String: String] = [:]
    ) async throws -> Result {
        let result = try await run(program, arguments, in: folder, input: input, environment: environment)
        guard result.status == 0 else {
            throw TestServerError.failed(
                "\(program) \(arguments.prefix(4).joined(separator: " ")) (status \(result.status))",
                detail: result.errors
            )
        }
        return result
    }
}
