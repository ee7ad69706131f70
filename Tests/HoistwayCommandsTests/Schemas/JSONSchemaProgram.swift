import Foundation
import HoistwayConsole
import HoistwayModel
import HoistwayTestServers

/// A validator of JSON Schema that others have written: Python's `jsonschema`, or the one that schemathesis brings along.
enum JSONSchemaProgram {
    /// The Python that has one; `nil`: none has.
    static let python: String? = {
        let package = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent().path
        return ["/usr/bin/env", "\(package)/.build/schemathesis/bin/python"].first { path in
            guard FileManager.default.isExecutableFile(atPath: path) else { return false }
            let process = Process()
            process.executableURL = URL(filePath: path)
            process.arguments = (path == "/usr/bin/env" ? ["python3"] : []) + ["-c", imports]
            process.standardError = FileHandle.nullDevice
            // A machine without Python has no validator either.
            guard (try? process.run()) != nil else { return false }
            process.waitUntilExit()
            return process.terminationStatus == 0
        }
        .map { $0 == "/usr/bin/env" ? "python3" : $0 }
    }()

    private static let imports = """
        try:
            from jsonschema import Draft202012Validator
        except ImportError:
            from jsonschema_rs import Draft202012Validator
        """

    private static let script =
        imports + "\n"
            + """
            import json, sys
            given = json.load(sys.stdin)
            if hasattr(Draft202012Validator, "check_schema"):
                Draft202012Validator.check_schema(given["schema"])
            validator = Draft202012Validator(given["schema"])
            sys.exit(0 if all(validator.is_valid(one) for one in given["documents"]) else 9)
            """

    /// Fails where the schema itself is none.
    static func accepts(_ documents: [ConfigValue], schema: String) async throws -> Bool {
        let list = WrittenJSON.text(PlainJSON(.list(documents)))
        let result = try await TestProgram.run(
            python ?? "python3",
            ["-c", script],
            input: Array("{\"schema\": \(schema), \"documents\": \(list)}".utf8)
        )
        guard result.status == 0 || result.status == 9 else {
            throw TestServerError.failed("validating", detail: result.errors)
        }
        return result.status == 0
    }
}
