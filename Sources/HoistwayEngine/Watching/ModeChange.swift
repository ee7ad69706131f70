import HoistwayModel
import Logging

/// A change of a stage's mode.
struct ModeChange: Sendable {
    var stage: StageKey
    var to: PromotionMode

    /// `nil` if the mode is the same, or was not known.
    init?(stage: StageKey, from: PromotionMode?, to: PromotionMode?) {
        guard let from, let to, from != to else { return nil }
        self.stage = stage
        self.to = to
    }

    /// The change and its consequences.
    var sentence: String {
        switch to {
        case .observe: "\(stage) has changed from mode promote to mode observe: nothing more is pushed to its branches"
        case .promote:
            "\(stage) has changed from mode observe to mode promote: freight that was there before is not promoted "
                + "automatically; the stage waits for new freight, or for `hoistway promote \(stage) FREIGHT`"
        }
    }
}

extension EngineCore {
    /// Logs the stages with another mode than the default: one line for each project and mode.
    func logModes() {
        let configuration = configuration
        let (pipelines, program) = (configuration.pipelines, configuration.mode)
        for project in pipelines.projects.values.sorted(by: { $0.name < $1.name }) {
            let stages = project.stages.values.filter { $0.promotion != .controlFlow }
            let byMode = Dictionary(grouping: stages) { pipelines.mode(of: $0, program: program) }
            for mode in PromotionMode.allCases where mode != .promote || mode != program {
                guard let names = byMode[mode]?.map(\.key.name).sorted(), !names.isEmpty else { continue }
                let fields: [LogKey: String] = [
                    .project: project.name, .mode: mode.rawValue, .stages: names.joined(separator: ", "),
                ]
                switch mode {
                case .observe: log.notice("stages are in observe mode: nothing is pushed", metadata: .of(fields))
                case .promote:
                    log.notice("stages are in promote mode: their branches are pushed", metadata: .of(fields))
                }
            }
        }
    }
}
