import HoistwayExpressions
import HoistwayModel
import HoistwaySettings
import HoistwaySteps

/// Evaluates templates as a step of a stage would see them, before any step has run.
///
/// They see the stage's variables, its freight and what manifests hold; `outputs` is empty.
struct StageEvaluation {
    private let evaluation: PromotionEvaluation

    /// - Parameters:
    ///   - name: of the stage, as `PROJECT/STAGE`.
    ///   - freight: its name or alias; `nil`: what lies in the stage now.
    init(
        _ name: String,
        freight: String?,
        loaded: LoadedSettings,
        state: PipelineState,
        now: Moment
    ) throws(CommandFailure) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2 else {
            throw .failed("\(SafeText.line(name)) names no project", hint: "write --stage PROJECT/STAGE")
        }
        let key = StageKey(project: parts[0], name: parts[1])
        guard let project = loaded.pipelines.projects[key.project], let stage = project.stages[key.name] else {
            throw .failed("there is no stage \(SafeText.line(name)) in the manifests")
        }
        var collection = state.stages[key]?.history.first?.items ?? [:]
        var context = PromotionEvaluation.Context()
        context.project = key.project
        context.stage = key.name
        if let freight {
            let record =
                state.freight[FreightKey(project: key.project, id: FreightID(freight))]
                ?? state.freight(named: freight, in: key.project).first
            guard let record else {
                throw .failed(
                    "the project \(key.project) has no freight \(SafeText.line(freight))",
                    hint: "`hoistway get freight` lists it"
                )
            }
            context.freight = record.key.id.text
            context.freightAlias = record.freight.alias
            context.warehouse = record.freight.origin.name
            collection[context.warehouse] = record.key.id
        }
        evaluation = PromotionEvaluation(
            context: context,
            surroundings: Self.surroundings(of: stage, in: project, collection, loaded, state),
            variables: stage.variables.map { PromotionEvaluation.Variable($0.name, $0.value) },
            outputs: [:],
            outside: ExpressionHost.scope([:], now: now)
        )
    }

    /// The value of a template, or of an expression by itself; secrets in it are masked.
    func value(of text: String) throws(ExpressionError) -> Value {
        let template = try Template(
            Template.hasExpressions(text) ? text : "${% \(text) %}",
            functions: KargoFunctions.signatures(in: .step),
            patternProblem: ExpressionHost.patternProblem
        )
        do throws(ExpressionError) {
            return try evaluation.configuration(.template(template, path: ""), variables: []).masked
        } catch {
            var error = error
            if error.path == "" { error.path = nil }
            throw error
        }
    }

    private static func surroundings(
        of stage: Stage,
        in project: Project,
        _ collection: [String: FreightID],
        _ loaded: LoadedSettings,
        _ state: PipelineState
    ) -> PromotionSurroundings {
        let name = stage.key.project
        var surroundings = PromotionSurroundings(
            origins: stage.requestedFreight.map { request in
                let freight = collection[request.warehouse].flatMap { state.freight[FreightKey(project: name, id: $0)] }
                return PromotionSurroundings.Origin(
                    warehouse: request.warehouse,
                    subscriptions: project.warehouses[request.warehouse]?.subscriptions,
                    artifacts: freight?.freight.artifacts ?? []
                )
            }
        )
        var lookups = loaded.lookups(of: name)
        lookups.read(state, project: name)
        lookups.give(to: &surroundings)
        return surroundings
    }
}
