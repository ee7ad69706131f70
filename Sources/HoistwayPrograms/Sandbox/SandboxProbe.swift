import FoundationEssentials
import HoistwayModel
import HoistwayPorts

/// Finds the sandbox that works on this machine by running a program in it.
struct SandboxProbe {
    /// The parent of private folders.
    let folder: String

    /// The first sandbox that works, and the reasons of those that do not.
    func find(_ kinds: [SandboxKind]) -> (SandboxCommand.Tool, Sandbox) {
        var reasons: [String] = []
        for kind in kinds {
            switch kind {
            case .bubblewrap:
                guard let path = ProgramSearch.standard.find("bwrap") else {
                    reasons.append("bubblewrap is not installed")
                    continue
                }
                var last = ""
                for disablesNamespaces in [true, false] {
                    let tool = SandboxCommand.Tool.bubblewrap(path: path, disablesNamespaces: disablesNamespaces)
                    switch attempt(tool, path) {
                    case .success(let answer):
                        let version = answer.split(separator: " ").last.map(String.init) ?? answer
                        return (tool, .bubblewrap(version: version))
                    case .failure(let failure): last = failure.message
                    }
                }
                reasons.append("bubblewrap does not work: \(last)")
            case .namespace:
                guard let path = ProgramSearch.standard.find("unshare") else {
                    reasons.append("unshare is not installed")
                    continue
                }
                switch attempt(.unshare(path: path), path) {
                case .success: return (.unshare(path: path), .namespace)
                case .failure(let failure): reasons.append("namespaces do not work: \(failure.message)")
                }
            }
        }
        let reason = reasons.isEmpty ? "it was switched off" : reasons.joined(separator: "; ")
        return (.none, .none(reason: reason))
    }

    /// The tool runs itself inside, since no other program may exist.
    private func attempt(_ tool: SandboxCommand.Tool, _ path: String) -> Result<String, ProgramFailure> {
        var run = ProgramRun(
            ProgramLocation(name: URL(fileURLWithPath: path).lastPathComponent, path: path),
            ["--version"]
        )
        run.limits.time = .seconds(30)
        return Result { () throws(ProgramFailure) in
            let output = try SandboxedRun(run, SandboxCommand(tool: tool), StopFlag()).perform(in: folder)
            let text = String(decoding: output.standardOutput, as: UTF8.self)
            return String(text.prefix { !$0.isNewline })
        }
    }
}
