import HoistwayModel
import HoistwayPorts
import HoistwayPrograms
import HoistwaySettings
import HoistwaySteps

/// Which of the programs that stages need are on this machine.
///
/// Nothing here is an error. The machine may be another one than the server's, and a program may be installed at any
/// time. A promotion that does not find it fails with the same words, and stops no other.
struct ProgramCheck {
    /// For people: which programs there are, and the sandbox; empty if no step needs a program.
    private(set) var lines: [String] = []
    private(set) var problems: [Problem] = []

    init(of loaded: LoadedSettings) async {
        await self.init(
            of: loaded.pipelines,
            programs: LocalPrograms(settings: loaded.settings.programs, folder: nil)
        )
    }

    init(of pipelines: Pipelines, programs: LocalPrograms) async {
        let needs = ProgramNeeds(of: pipelines).needs
        guard let first = needs.first else { return }
        do throws(ProgramFailure) {
            let sandbox = try await programs.started().runner.sandbox
            lines.append("sandbox: \(sandbox)")
            if case .none(let reason) = sandbox { add(first, sandbox: reason, isRequired: programs.requiresSandbox) }
        } catch {
            add(first, error)
            return
        }
        for need in needs {
            do throws(ProgramFailure) {
                let program = try await programs.find(need.program)
                lines.append("\(need.program.rawValue): \(program.description) at \(program.location.path)")
            } catch {
                // The line about the sandbox says it already.
                if case .sandboxUnavailable = error { continue }
                add(need, error)
            }
        }
    }

    private mutating func add(_ need: ProgramNeeds.Need, _ failure: ProgramFailure) {
        problems.append(
            Problem(
                severity: .warning,
                place: need.place,
                message: "\(need.subject) would fail at \(need.uses) on this machine: \(failure.message)",
                hint: failure.hint
            )
        )
    }

    private mutating func add(_ need: ProgramNeeds.Need, sandbox reason: String, isRequired: Bool) {
        let effect =
            isRequired
            ? "\(need.subject) would fail at \(need.uses) on this machine: programs.sandbox is require, and no sandbox "
                + "works"
            : "programs run without a sandbox on this machine, as \(need.subject) at \(need.uses)"
        problems.append(
            Problem(
                severity: .warning,
                place: need.place,
                message: "\(effect): \(reason)",
                hint: "install bubblewrap and let the service make namespaces, see Programs.md"
            )
        )
    }
}
