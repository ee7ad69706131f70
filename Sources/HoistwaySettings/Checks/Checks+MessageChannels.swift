import HoistwayCrypto
import HoistwayModel

extension Checks {
    /// A message to a channel that does not exist, or whose address is not allowed, would fail its promotion.
    func checkMessageChannels() {
        for stage in projects.flatMap(stages(of:)) {
            guard case .steps(let steps) = stage.promotion else { continue }
            for step in steps where step.uses == "send-message" && step.constantCondition != false {
                check(step, of: stage.key.project)
            }
        }
    }

    private func check(_ step: StepTemplate, of project: String) {
        guard let channel = step.config["channel"], let name = channel["name"]?.string, !name.opensExpression,
            let kind = channel["kind"]?.string, !kind.opensExpression
        else { return }
        let isOfProject = kind == "MessageChannel"
        let known = isOfProject ? settings.projects[project]?.messageChannels ?? [] : settings.messageChannels
        if let channel = known.first(where: { $0.name == name }) {
            guard let address = WebAddress(channel.url.revealText()) else { return }
            return warn(of: address, step, settings.httpPolicy(of: project))
        }
        // A channel with an error is already reported, and may be this one.
        let isFaulty = problems.all.contains {
            $0.severity == .error && $0.place.file == file && $0.place.path.contains("messageChannels")
        }
        guard !isFaulty else { return }
        let key = MessageChannelKey(project: isOfProject ? project : nil, name: name)
        problems.error(
            step.place,
            "send-message: there is no \(key.text)",
            hint: Spelling.hint(for: name, among: known.map(\.name)) ?? key.hint
        )
    }
}
