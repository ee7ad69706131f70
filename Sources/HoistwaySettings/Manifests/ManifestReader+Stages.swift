import HoistwayModel

extension ManifestReader {
    /// `nil` where it has no `spec`, or where it is left out.
    func stage(_ manifest: Manifest) -> Stage? {
        guard let spec = spec(of: manifest) else { return nil }
        // A stage that is left out has no project.
        let key = StageKey(project: manifest.isLeftOut ? "" : manifest.namespace, name: manifest.name)
        let options = settings.projects[key.project]?.stages[key.name]
        spec.note("shard", .warning, "shard has no effect: one program runs all stages")
        let variables = variables(spec)
        spec.note("targets", .error, "targets are not supported yet: nothing would be promoted to them")
        let missingVerification =
            settings.projects[key.project]?.missingVerification ?? settings.missingVerification
        noteVerification(spec, of: key, missingVerification)
        var limits = Stage.Limits()
        if let deleted = options?.deletedFiles { limits.deletedFiles = deleted }
        if let changed = options?.changedFiles { limits.changedFiles = changed }
        let requested = requests(spec, of: key)
        let promotion = promotion(spec, variables, subscriptions(of: requested, in: key.project), of: manifest)
        let stage = Stage(
            key: key,
            labels: manifest.labels,
            requestedFreight: requested,
            promotion: promotion?.way ?? .controlFlow,
            variables: promotion?.variables ?? [],
            hasVerification: spec.has("verification"),
            missingVerification: missingVerification,
            foreignCommits: options?.foreignCommits ?? .stop,
            limits: limits,
            carriesImages: options?.carriesImages ?? false,
            supersedes: options?.supersedes ?? true,
            mode: options?.mode,
            missingArgoCD: settings.missingArgoCD(of: key.project),
            annotations: annotations(of: manifest),
            place: manifest.place
        )
        spec.finish()
        manifest.fields.finish()
        guard promotion != nil else {
            leaveOut(manifest)
            return nil
        }
        return stage
    }

    /// Warns that a stage's verification is not run, and says what is done instead.
    private func noteVerification(_ spec: Fields, of key: StageKey, _ rule: MissingVerification) {
        switch rule {
        case .wait:
            spec.note(
                "verification",
                .warning,
                "the stage \(key.name) asks for a verification, which is not executed: its freight waits for "
                    + "`hoistway verify \(key.name)` before it is available to the stages after it",
                hint: "write `verification: {whenMissing: health}` in the configuration file, at the top or below "
                    + "projects.\(key.project): the stage's health verifies it then"
            )
        case .health:
            spec.note(
                "verification",
                .warning,
                "the stage \(key.name) asks for a verification, which is not executed: its health verifies its freight, "
                    + "as verification.whenMissing is health"
            )
        }
    }

    private typealias Promotion = (way: Stage.Promotion, variables: [PipelineVariable])

    /// `nil` where a task that the stage calls may be in a part that could not be read: the stage would lack its steps.
    private func promotion(
        _ spec: Fields,
        _ variables: [WrittenVariable],
        _ subscriptions: [Subscription]?,
        of manifest: Manifest
    ) -> Promotion? {
        for key in ["promotionTemplate", "promotionMechanisms"] where spec.isEmpty(key) {
            problems.error(
                spec.place(of: key),
                "\(key) is empty: freight would pass through this stage without being promoted",
                hint: "take the key out, if that is meant"
            )
        }
        let mechanisms = spec.fields("promotionMechanisms", dialect: .strict)
        guard let template = spec.fields("promotionTemplate", dialect: .strict) else {
            check(variables, of: manifest)
            return (mechanisms.map { .mechanisms(self.mechanisms($0)) } ?? .controlFlow, [])
        }
        if let mechanisms {
            problems.error(mechanisms.place, "a stage has either promotionTemplate or promotionMechanisms, not both")
        }
        template.accept("metadata")
        guard let inner = template.fields("spec") else {
            template.missing("spec")
            template.finish()
            return (.controlFlow, [])
        }
        let all = variables + self.variables(inner)
        let written = writtenSteps(inner)
        inner.finish()
        template.finish()
        let key = StageKey(project: manifest.namespace, name: manifest.name)
        guard let inlined = inlined(written, variables: all, project: key.project) else { return nil }
        var compiler = StepCompiler(key, reader: expressions, schemas: schemas, subscriptions: subscriptions)
        compiler.define(all)
        return (.steps(compiler.steps(inlined)), all.map(\.variable))
    }

    /// The subscriptions of the warehouses; `nil` where a warehouse is missing or only partly read.
    private func subscriptions(of requested: [FreightRequest], in project: String) -> [Subscription]? {
        guard isComplete, !requested.isEmpty else { return nil }
        var all: [Subscription] = []
        for request in requested {
            let key = WarehouseKey(project: project, name: request.warehouse)
            guard let warehouse = pipelines.projects[project]?.warehouses[key.name], !partlyRead.contains(key)
            else { return nil }
            all += warehouse.subscriptions
        }
        return all
    }

    /// Checks variables that no step can read.
    private func check(_ variables: [WrittenVariable], of manifest: Manifest) {
        var compiler = StepCompiler(
            StageKey(project: manifest.namespace, name: manifest.name),
            reader: expressions,
            schemas: schemas
        )
        compiler.define(variables)
    }

    private func requests(_ spec: Fields, of key: StageKey) -> [FreightRequest] {
        if let legacy = spec.fields("subscriptions") {
            guard spec.has("requestedFreight") else { return legacyRequests(legacy, of: key) }
            // C6: Kargo 0.8, which knew both, looks at the newer one only.
            legacy.accept("warehouse", "upstreamStages")
            legacy.finish()
            problems.warning(
                spec.place(of: "subscriptions"),
                "subscriptions have no effect beside requestedFreight",
                hint: "take them out"
            )
        }
        let requests = spec.each("requestedFreight", dialect: selecting).compactMap { request($0, of: key) }
        if !spec.has("requestedFreight") {
            spec.missing("requestedFreight", hint: "name the warehouse whose freight the stage asks for")
        }
        var seen: Set<String> = []
        for request in requests where !seen.insert(request.warehouse).inserted {
            problems.error(
                spec.place(of: "requestedFreight"),
                "freight of the warehouse \(request.warehouse) is requested twice"
            )
        }
        return requests
    }

    private func request(_ fields: Fields, of key: StageKey) -> FreightRequest? {
        let warehouse = fields.fields("origin").flatMap { origin($0, of: key) }
        if !fields.has("origin") { fields.missing("origin") }
        var request = FreightRequest(warehouse: warehouse ?? "")
        if let sources = fields.fields("sources") { read(sources, into: &request, of: key) }
        fields.finish()
        if !request.direct, request.stages.isEmpty, !fields.hasReportedProblem("sources") {
            problems.warning(
                fields.place,
                "neither direct nor stages is given: only freight that was approved for this stage is available to it"
            )
        }
        return warehouse == nil ? nil : request
    }

    private func origin(_ fields: Fields, of key: StageKey) -> String? {
        if let kind = fields.string("kind"), kind != "Warehouse" {
            problems.error(fields.place(of: "kind"), "an origin's kind is Warehouse, not \(ShownText.text(kind))")
        }
        let name = fields.requiredString("name")
        fields.finish()
        if let name { refer(key, to: .warehouse(name), fields.place(of: "name")) }
        return name
    }

    private func read(_ sources: Fields, into request: inout FreightRequest, of key: StageKey) {
        request.direct = sources.bool("direct") ?? false
        let stages = sources.placedStrings("stages")
        for stage in stages {
            refer(
                key,
                to: .stage(stage.text, carrying: request.warehouse.isEmpty ? nil : request.warehouse),
                stage.place
            )
        }
        request.stages = stages.map(\.text)
        request.requiredSoak = sources.duration("requiredSoakTime")
        request.availability = sources.choice("availabilityStrategy", FreightRequest.Availability.self) ?? .oneOf
        if let options = sources.fields("autoPromotionOptions") {
            request.selection = options.choice("selectionPolicy", FreightRequest.SelectionPolicy.self) ?? .newestFreight
            options.finish()
        }
        if request.selection == .matchUpstream, request.direct || request.stages.count != 1 {
            problems.error(
                sources.place,
                "MatchUpstream needs exactly one stage in stages, without direct: true"
            )
        }
        sources.finish()
    }

    /// Kargo 0.7's `subscriptions`: a warehouse, or upstream stages that lead to one.
    private func legacyRequests(_ fields: Fields, of key: StageKey) -> [FreightRequest] {
        let warehouse = fields.string("warehouse")
        let upstream = fields.each("upstreamStages").compactMap { stage in
            defer { stage.finish() }
            guard let name = stage.requiredString("name") else { return String?.none }
            refer(key, to: .stage(name, carrying: nil), stage.place(of: "name"))
            return name
        }
        if let warehouse { refer(key, to: .warehouse(warehouse), fields.place(of: "warehouse")) }
        fields.finish()
        switch (warehouse, upstream.isEmpty) {
        case (let warehouse?, true): return [FreightRequest(warehouse: warehouse, direct: true)]
        case (nil, false):
            unresolved[key] = upstream
            return [FreightRequest(warehouse: "", stages: upstream)]
        default:
            problems.error(fields.place, "subscriptions name either a warehouse or upstreamStages")
            return []
        }
    }

    /// Finds the warehouse of stages that name only their upstream stages: exactly one must be at the root.
    func resolveUpstreams() {
        let placed = unresolved.filter { !$0.key.project.isEmpty }
        for (key, upstream) in placed.sorted(by: { $0.key.description < $1.key.description }) {
            var seen: Set<String> = [key.name]
            let roots = Set(upstream.flatMap { self.roots(of: $0, project: key.project, seen: &seen) })
            guard roots.count == 1, let root = roots.first else {
                let found = roots.isEmpty ? "to none" : "to \(roots.sorted().joined(separator: " and "))"
                let place = pipelines.stage(key)?.place ?? SourcePlace(file: settings.file, line: 0)
                problems.error(
                    place,
                    "the upstream stages of \(key.name) must lead to one warehouse; they lead \(found)",
                    hint: "write requestedFreight in place of subscriptions"
                )
                update(project: key.project) { $0.stages[key.name]?.requestedFreight = [] }
                continue
            }
            update(project: key.project) { $0.stages[key.name]?.requestedFreight[0].warehouse = root }
        }
    }

    private func roots(of stage: String, project: String, seen: inout Set<String>) -> Set<String> {
        guard seen.insert(stage).inserted else { return [] }
        let key = StageKey(project: project, name: stage)
        if let upstream = unresolved[key] {
            return Set(upstream.flatMap { roots(of: $0, project: project, seen: &seen) })
        }
        return Set(pipelines.stage(key)?.requestedFreight.map(\.warehouse) ?? [])
    }
}

/// A stage's reference to a warehouse or another stage, which must exist.
struct StageReference {
    enum Target {
        case warehouse(String)
        /// `carrying`: the warehouse whose freight is to come that way, where it is known.
        case stage(String, carrying: String?)
    }

    var stage: StageKey
    var target: Target
    var place: SourcePlace
}
