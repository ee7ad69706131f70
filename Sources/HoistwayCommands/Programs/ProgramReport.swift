import HoistwayModel
import HoistwaySettings
import Logging
import ServiceLifecycle

/// Says once, when the server has started, which programs its stages will run.
struct ProgramReport: Service {
    let programs: LocalPrograms
    let pipelines: Pipelines
    let log: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            let check = await ProgramCheck(of: pipelines, programs: programs)
            guard !check.lines.isEmpty || !check.problems.isEmpty else { return }
            log.info("steps run programs", metadata: ["found": .string(check.lines.joined(separator: "; "))])
            for problem in check.problems {
                log.warning("steps run programs", metadata: ["reason": .string(problem.line)])
            }
        }
        try await gracefulShutdown()
    }
}

extension ProgramReport: CustomStringConvertible {
    /// For the log of the group of services.
    var description: String { "programs" }
}
