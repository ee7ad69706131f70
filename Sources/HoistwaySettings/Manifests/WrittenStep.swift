import HoistwayModel

/// A step as its manifest writes it, in a stage or in a task.
struct WrittenStep {
    enum Action {
        case step(String, SourcePlace)
        case task(TaskReference)
    }

    var action: Action
    /// `as`, else the name that Kargo gives it by its position.
    var alias: String
    /// The value of `if`.
    var condition: YamlNode?
    var variables: [WrittenVariable]
    var config: YamlNode?
    /// Of the key, or the place where it is missing.
    var configPlace: SourcePlace
    var continueOnError: Bool
    var errorThreshold: Int?
    /// Zero: no limit, whatever the step's default is.
    var timeout: Duration?
    var place: SourcePlace

    /// Whether the name of another step appears anywhere in it, with any meaning.
    func mentions(_ alias: String) -> Bool {
        ([condition, config] + variables.map(\.value)).contains { $0?.holds(word: alias) ?? false }
    }
}

/// One entry of `vars`.
struct WrittenVariable {
    var name: String
    /// A text; `nil` where the entry has none.
    var value: YamlNode?

    var text: String { value?.scalar?.text ?? "" }

    var variable: PipelineVariable { PipelineVariable(name, text) }
}

/// A step's reference to the task whose steps replace it.
struct TaskReference {
    var name: String
    var isClusterWide: Bool
    var place: SourcePlace

    var kind: String { isClusterWide ? "ClusterPromotionTask" : "PromotionTask" }
}

/// A PromotionTask or a ClusterPromotionTask.
struct WrittenTask {
    var manifest: Manifest
    var variables: [WrittenVariable]
    var steps: [WrittenStep]
    /// It is in a repository of manifests.
    var isFromGit: Bool
}

/// A step in the list that a stage runs, tasks replaced by their steps.
struct InlinedStep {
    var written: WrittenStep
    var uses: String
    var usesPlace: SourcePlace
    /// With the namespace of its task.
    var alias: String
    /// The alias of its task.
    var task: String?
    /// Those of its task, of the step that calls the task, and its own.
    var variables: [WrittenVariable]
}
