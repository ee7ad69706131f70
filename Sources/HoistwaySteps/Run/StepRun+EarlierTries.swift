import HoistwayExpressions
import HoistwayModel
import HoistwayPorts

/// Takes over what an earlier try of the promotion has done; only files are restored.
extension StepRun {
    /// Takes over a push that has arrived, unless the same step would push something else now.
    mutating func takeAgain(_ before: BranchOutcome, of template: StepTemplate) async -> StepRunEvent? {
        let config = knownConfiguration(of: template) ?? template.config
        do throws(StepFailure) {
            if let path = config["path"]?.string, !path.opensExpression {
                if !earlier.moved.isEmpty, try await context.differs(before, from: path) {
                    finish(.errored, dependence(of: before.branch, "pushed"), isTimed: false)
                    return nil
                }
                try await context.noteArrival(of: before, from: path)
            }
        } catch {
            return evaluate(error, of: template)
        }
        give(GitPushStep.output(of: before, provider: config["provider"]?.string), of: template.alias)
        finish(.succeeded, before.earlierMessage, isTimed: false)
        return nil
    }

    func dependence(of what: String, _ done: String) -> String {
        guard !earlier.moved.isEmpty else {
            return
                "\(what) was \(done) with a configuration that has changed since, because its inputs have changed"
        }
        return "\(Listing.text(earlier.moved)) moved after \(what) was \(done), and \(what) depends on it"
    }

    /// The record of a refused push: a run that continues with the steps after it does not push again.
    func refusal(of template: StepTemplate) -> StepRecord? {
        guard earlier.moved.isEmpty, StepRegistry.kind(of: template.uses) == .push,
            let record = context.promotion.record(of: template), record.status == .failed
        else { return nil }
        return record
    }

    /// Takes over a step that has ended in this run: its files are restored, and its result stays.
    mutating func restore(_ template: StepTemplate, _ record: StepRecord) async -> StepRunEvent? {
        let result = results.first(named: template.alias)
        if record.status == .succeeded, StepRegistry.usesFiles(template.uses) {
            let plain: StepTemplate
            let evaluator = StepEvaluator(context, steps: steps, records: records, position: position)
            do throws(ExpressionError) {
                // A configuration with values of secrets was stored without them.
                let known = result?.secrets == nil ? knownConfiguration(of: template) : nil
                if let known {
                    context.secretsUsed = []
                    plain = template.with(known)
                } else {
                    let configuration = try evaluator.configuration()
                    context.secretsUsed = configuration.secrets
                    plain = template.with(configuration.config)
                }
            } catch {
                finish(.errored, error.message)
                return nil
            }
            // The origins of its values are not stored; without them the rules about images check less.
            context.valueOrigins = (try? evaluator.configuration().origins) ?? [:]
            let outcome: StepOutcome
            context.former = result?.outputs ?? [:]
            defer { context.former = [:] }
            do throws(StepFailure) {
                outcome = try await StepRegistry.run(plain, in: context)
            } catch .apart {
                return .apartNeeded
            } catch {
                return evaluate(error, of: template)
            }
            let moved = await movedBranches(plain, before: result, outcome)
            guard moved.isEmpty else {
                beginNewRun(since: moved)
                begin()
                note(plain, StepEvaluator.Configuration(config: plain.config, shown: plain.config))
                return take(outcome, of: template)
            }
            learn(outcome)
            note(outcome.outputOrigins, of: template.alias, isOfTask: outcome.isTaskOutput)
            evaluated.append(plain)
            if result == nil { give(outcome.output, of: template.alias) }
        }
        if let result { give(result.outputs, of: template.alias, isOfTask: template.uses == "compose-output") }
        records[position] = record
        return nil
    }

    /// Without expressions; `nil`: an earlier try has not stored it.
    func knownConfiguration(of template: StepTemplate) -> ConfigValue? {
        template.config.firstExpression() == nil ? template.config : results.first(named: template.alias)?.config
    }

    func isPushed(_ commit: ConfigValue?) -> Bool {
        context.promotion.branches.contains { $0.pushed && commit == .string($0.commit.hex) }
    }

    func movedBranches(
        _ plain: StepTemplate,
        before: StepResult?,
        _ outcome: StepOutcome
    ) async -> [String] {
        guard plain.uses == GitCloneStep.schema.name, let before else { return [] }
        var branches: [String: String] = [:]
        for path in (plain.config["checkout"]?.list ?? []).compactMap({ $0["path"]?.string }) {
            // A checkout of a tag or a commit has no branch.
            branches[path] = try? await context.workspace.outgoing(path).branch
        }
        let remote = try? context.remotes.remote(
            plain.config["repoURL"]?.string ?? "",
            project: context.stage.project,
            insecureSkipTLSVerify: plain.config["insecureSkipTLSVerify"]?.bool ?? false
        ).displayURL
        let own = Set(
            context.promotion.branches.filter(\.isOnStageBranch).map { BranchKey(remote: $0.remote, branch: $0.branch) }
        )
        return EarlierSteps.moved(
            plain.config,
            heads: (before.outputs["commits"], outcome.output["commits"]),
            branches: branches
        ) { branch in own.contains(BranchKey(remote: remote ?? "", branch: branch)) }
    }

    /// Removes the results of the steps from here on, apart from effects.
    mutating func beginNewRun(since moved: [String]) {
        earlier.beginNewRun(since: moved)
        for later in earlier.positions where later >= position {
            records[later] = StepRecord(alias: steps[later].alias, uses: steps[later].uses)
            let alias = steps[later].alias
            results.removeAll { $0.alias == alias }
        }
    }

    /// Takes over an effect that an earlier run has done, unless it would be another one now.
    mutating func takeAgain(_ done: Resumption.Done, of template: StepTemplate, _ evaluator: StepEvaluator) {
        records[position] = done.record
        guard let result = results.first(named: template.alias) else { return }
        give(result.outputs, of: template.alias)
        guard let before = result.config, StepPins.restsOnSteps(template) else { return }
        do throws(ExpressionError) {
            let present = try evaluator.configuration()
            note(template.with(present.config), present)
            guard present.shown != before else { return }
            finish(.errored, dependence(of: template.alias, "done"), isTimed: false)
        } catch {
            finish(.errored, error.explained, isTimed: false)
        }
    }
}

extension StepTemplate {
    func with(_ config: ConfigValue?) -> StepTemplate {
        guard let config else { return self }
        var copy = self
        copy.config = config
        return copy
    }
}

extension [StepResult] {
    func first(named alias: String) -> StepResult? { first { $0.alias == alias } }
}
