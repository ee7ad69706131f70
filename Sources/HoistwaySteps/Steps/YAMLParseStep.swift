import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `yaml-parse`: takes outputs from the first document of a YAML file.
struct YAMLParseStep: PromotionStep {
    static let schema = StepSchema(
        "yaml-parse",
        .workspace,
        "Reads outputs from the first document of a YAML file. All numbers are floating-point numbers.",
        [.path("The YAML file."), DocumentOutputs.field]
    )

    private let parse: DocumentParse

    init(_ config: StepConfiguration) { parse = DocumentParse(config) }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await parse.outcome(in: context, DocumentReader.yaml)
    }
}

/// `json-parse`: takes outputs from a JSON file.
struct JSONParseStep: PromotionStep {
    static let schema = StepSchema(
        "json-parse",
        .workspace,
        "Reads outputs from a JSON file. All numbers are floating-point numbers.",
        [.path("The JSON file."), DocumentOutputs.field]
    )

    private let parse: DocumentParse

    init(_ config: StepConfiguration) { parse = DocumentParse(config) }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await parse.outcome(in: context, DocumentReader.json)
    }
}

/// `toml-parse`: takes outputs from a TOML file.
struct TOMLParseStep: PromotionStep {
    static let schema = StepSchema(
        "toml-parse",
        .workspace,
        "Reads outputs from a TOML file. All numbers are floating-point numbers. Dates and times are texts.",
        [.path("The TOML file."), DocumentOutputs.field]
    )

    private let parse: DocumentParse

    init(_ config: StepConfiguration) { parse = DocumentParse(config) }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        try await parse.outcome(in: context, DocumentReader.toml)
    }
}

/// The common part of the three steps: all except the language of the file.
private struct DocumentParse {
    private let path: String
    private let outputs: DocumentOutputs

    init(_ config: StepConfiguration) {
        path = config.requiredText("path")
        outputs = DocumentOutputs(config)
    }

    func outcome(
        in context: StepContext,
        _ read: ([UInt8]) throws(UpdateFailure) -> DocumentValue
    ) async throws(StepFailure) -> StepOutcome {
        let file = StepFile(path, in: context)
        let bytes = try await file.content()
        let document: DocumentValue
        do throws(UpdateFailure) {
            document = try read(bytes)
        } catch {
            throw StepFailure(error, file: file.shown)
        }
        return try outputs.outcome(of: document, file, in: context.expressionScope)
    }
}
