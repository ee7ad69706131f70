import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `yaml-parse`: takes outputs from the first document of a YAML file.
struct YAMLParseStep: PromotionStep {
    static let schema = StepSchema(
        "yaml-parse",
        .workspace,
        "Takes outputs from the first document of a YAML file; its numbers are floating-point numbers.",
        [.path("The YAML file."), DocumentOutputs.field]
    )

    private let path: String
    private let outputs: DocumentOutputs

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outputs = DocumentOutputs(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(path, in: context)
        let document = try await file.document(DocumentReader.yaml)
        return try outputs.outcome(of: document, file, in: context.expressionScope)
    }
}

/// `json-parse`: takes outputs from a JSON file.
struct JSONParseStep: PromotionStep {
    static let schema = StepSchema(
        "json-parse",
        .workspace,
        "Takes outputs from a JSON file; its numbers are floating-point numbers.",
        [.path("The JSON file."), DocumentOutputs.field]
    )

    private let path: String
    private let outputs: DocumentOutputs

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outputs = DocumentOutputs(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(path, in: context)
        let document = try await file.document(DocumentReader.json)
        return try outputs.outcome(of: document, file, in: context.expressionScope)
    }
}

/// `toml-parse`: takes outputs from a TOML file.
struct TOMLParseStep: PromotionStep {
    static let schema = StepSchema(
        "toml-parse",
        .workspace,
        "Takes outputs from a TOML file; its numbers are floating-point numbers, and its dates and times are texts.",
        [.path("The TOML file."), DocumentOutputs.field]
    )

    private let path: String
    private let outputs: DocumentOutputs

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outputs = DocumentOutputs(config)
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(path, in: context)
        let document = try await file.document(DocumentReader.toml)
        return try outputs.outcome(of: document, file, in: context.expressionScope)
    }
}

extension StepFile {
    fileprivate func document(
        _ read: ([UInt8]) throws(UpdateFailure) -> DocumentValue
    ) async throws(StepFailure) -> DocumentValue {
        let bytes = try await content()
        do throws(UpdateFailure) {
            return try read(bytes)
        } catch {
            throw StepFailure(error, file: shown)
        }
    }
}
