import ArgumentParser
import Cmemory
import HoistwayModel

/// Runs the command line from arguments to exit status.
package enum Program {
    /// - Parameter arguments: without the program's name.
    /// - Returns: the status to exit with; everything was printed.
    package static func run(_ arguments: [String]) async -> Int32 {
        // A command that ends soon may use more memory to save time.
        if arguments.first == "serve" { HeapLimits.set() }
        // Only a sandbox can refuse it, and a sandbox has its own rules for dumps.
        _ = hoistway_forbid_dumps()
        var command: any ParsableCommand
        do {
            command = try await parse(arguments)
        } catch {
            return finish(with: error, arguments: arguments)
        }
        do {
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            return ExitStatus.done.rawValue
        } catch let status as ExitStatus {
            return status.rawValue
        } catch let error as any Diagnosable {
            let failure = error as? CommandFailure
            let status = failure?.exitStatus ?? .failed
            if ErrorForm(arguments) == .json {
                Terminal.printError(ErrorDocument(error, status).text)
            } else {
                Terminal.complain(error.message, hint: error.hint)
            }
            return status.rawValue
        } catch {
            return finish(with: error, arguments: arguments)
        }
    }

    /// A server is to take webhooks at once: its plain command line is read without the parser, which takes 4 ms.
    private static func parse(_ arguments: [String]) async throws -> any ParsableCommand {
        if let serve = Serve(plain: arguments) { return serve }
        return try await Hoistway.asyncParseAsRoot(arguments)
    }

    /// Prints what the parser says: help goes to the output, all else to the errors.
    private static func finish(with error: any Error, arguments: [String]) -> Int32 {
        switch Hoistway.exitCode(for: error) {
        case .success:
            let text = Hoistway.fullMessage(for: error)
            // A shell that completes takes an empty line for a name.
            if !text.isEmpty { Terminal.print(text) }
            return ExitStatus.done.rawValue
        case .validationFailure:
            let mistake = UsageMistake(error, arguments: arguments)
            complain(mistake.message, hint: mistake.hint, .usage, arguments)
            return ExitStatus.usage.rawValue
        default:
            complain(Hoistway.message(for: error), hint: nil, .failed, arguments)
            return ExitStatus.failed.rawValue
        }
    }

    private static func complain(_ message: String, hint: String?, _ status: ExitStatus, _ arguments: [String]) {
        guard ErrorForm(arguments) == .json else { return Terminal.complain(message, hint: hint) }
        Terminal.printError(ErrorDocument(message, hint: hint, status).text)
    }
}
