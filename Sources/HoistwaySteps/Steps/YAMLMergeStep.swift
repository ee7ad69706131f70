import HoistwayEdits
import HoistwayModel
import HoistwayPorts

/// `yaml-merge`: merges YAML files into one.
struct YAMLMergeStep: PromotionStep {
    static let schema = StepSchema(
        "yaml-merge",
        .workspace,
        "Merges YAML files into one. Mappings are merged. If two files set the same key, the later file counts. "
            + "null removes a key.",
        [
            StepSchema.Field(
                "inFiles",
                .list(.path, atLeast: 1),
                isRequired: true,
                "The files, in order. At most \(YAMLMerge.maxInputs)."
            ),
            .path("outFile", "The merged file."),
            StepSchema.Field(
                "ignoreMissingFiles",
                .flag,
                defaultValue: .bool(false),
                "Ignores files that do not exist."
            ),
        ]
    )

    /// Limit for all files together, in bytes.
    private static let maxBytes = 16 << 20

    private let inFiles: [String]
    private let outFile: String
    private let ignoresMissingFiles: Bool

    init(_ config: StepConfiguration) {
        inFiles = config.texts("inFiles")
        outFile = config.requiredText("outFile")
        ignoresMissingFiles = config.flag("ignoreMissingFiles")
    }

    func run(in context: StepContext) async throws(StepFailure) -> StepOutcome {
        let inputs = try await inputs(context)
        let output = StepFile(outFile, in: context)
        let merged: [UInt8]
        do throws(YAMLMerge.Failure) {
            merged = try YAMLMerge.merge(inputs)
        } catch {
            throw StepFailure(error.failure, file: StepFile(error.file, in: context).shown)
        }
        if try await output.contentIfPresent() != merged { try await output.write(merged) }
        guard let message = YAMLMerge.message(inputs: inputs.map(\.name), output: outFile) else {
            return StepOutcome(.succeeded, message: "none of the files is there: \(output.shown) is empty")
        }
        let what = inputs.count == 1 ? "wrote \(inputs[0].name)" : "merged \(inputs.count) files"
        return StepOutcome(
            .succeeded,
            output: ["commitMessage": .string(message)],
            message: "\(what) to \(output.shown)"
        )
    }

    private func inputs(_ context: StepContext) async throws(StepFailure) -> [YAMLMerge.Input] {
        guard inFiles.count <= YAMLMerge.maxInputs else {
            let path = ConfigPath()["inFiles"].description
            let problem = "\(inFiles.count) files; at most \(YAMLMerge.maxInputs) are merged"
            throw .config(step: Self.schema.name, path: path, problem: problem)
        }
        var inputs: [YAMLMerge.Input] = []
        var room = Self.maxBytes
        for name in inFiles {
            guard let bytes = try await StepFile(name, in: context).contentIfPresent() else {
                guard ignoresMissingFiles else { throw .workspace(.missing(path: name)) }
                continue
            }
            room -= bytes.count
            guard room >= 0 else {
                throw .unmet("the files to merge have more than \(Self.maxBytes) bytes together", hint: nil)
            }
            inputs.append(YAMLMerge.Input(name: name, bytes: bytes))
        }
        return inputs
    }
}
