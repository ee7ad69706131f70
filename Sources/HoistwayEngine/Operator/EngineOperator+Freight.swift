package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func rename(freight name: String, project: String, alias: String, actor: String) async throws -> FreightView
    {
        guard let found = pipelines.projects[project] else { throw OperatorFailure.notFound("no project \(project)") }
        let record = try await core.transact { transaction, core in
            let record = try Self.find(name, project: project, state: transaction.state)
            let change = StateChange.setFreightAlias(name: record.freight.id.text, alias: alias)
            let changes: [Change]
            do throws(StateChangeFailure) {
                changes = try change.changes(in: found, on: transaction.state)
            } catch {
                throw OperatorFailure.invalid(error.description)
            }
            guard case .putFreight(let renamed)? = changes.first else {
                throw OperatorFailure.nothingToDo("freight \(record.freight.id.short) has the alias \(alias) already")
            }
            transaction.put(changes)
            transaction.audit.append(
                AuditRecord(
                    at: core.ports.clock.now(),
                    actor: actor,
                    action: "rename",
                    detail: "\(record.freight.id) from \(record.freight.alias) to \(alias)",
                    project: project,
                    object: AuditObject(.freight, record.freight.id.text)
                )
            )
            return renamed
        }
        return await maker().view(of: record)
    }

    package func create(
        freightOf key: WarehouseKey,
        _ wanted: ManualFreight,
        actor: String
    ) async throws -> FreightView {
        guard let project = pipelines.projects[key.project], let warehouse = project.warehouses[key.name] else {
            throw OperatorFailure.notFound("no warehouse \(key)")
        }
        let base = try await base(of: wanted, warehouse: key)
        let assembly: ManualAssembly
        do throws(ManualAssembly.Failure) {
            var parts: [ManualAssembly.Part] = []
            for text in wanted.images { parts.append(try .image(text)) }
            for text in wanted.commits { parts.append(try .commit(text)) }
            for text in wanted.charts { parts.append(try .chart(text)) }
            assembly = try ManualAssembly(parts, base: base, of: warehouse)
        } catch {
            throw OperatorFailure.invalid(error.message)
        }
        let artifacts = assembly.artifacts(
            base: base,
            digests: try await digests(for: assembly, project: key.project),
            commits: try await commits(for: assembly, base: base, project: key.project)
        )
        let record = try await core.transact { transaction, core in
            let now = core.ports.clock.now()
            let maker = FreightAssembly(
                warehouse: warehouse,
                now: now,
                criteria: core.expressions.criteria,
                sha1: core.ports.sha1
            )
            let (made, reason) = maker.make(
                of: artifacts,
                state: transaction.state,
                cause: "`hoistway freight create` by token \(actor)"
            )
            guard var record = made else { throw OperatorFailure.nothingToDo(reason) }
            transaction.put(.putFreight(record))
            if let alias = wanted.alias {
                let change = StateChange.setFreightAlias(name: record.freight.id.text, alias: alias)
                do throws(StateChangeFailure) {
                    transaction.put(try change.changes(in: project, on: transaction.state))
                } catch {
                    throw OperatorFailure.invalid(error.description)
                }
                record = transaction.state.freight[record.key] ?? record
            }
            transaction.audit.append(
                AuditRecord(
                    at: now,
                    actor: actor,
                    action: "create freight",
                    detail: "\(record.freight.id) of \(key)",
                    project: key.project,
                    object: AuditObject(.freight, record.freight.id.text)
                )
            )
            return record
        }
        return await maker().view(of: record)
    }

    private func base(of wanted: ManualFreight, warehouse key: WarehouseKey) async throws -> [Artifact] {
        guard let name = wanted.from else { return [] }
        let record = try Self.find(name, project: key.project, state: await core.ledger.snapshot)
        guard record.freight.origin == key else {
            throw OperatorFailure.invalid(
                "freight \(record.freight.alias) is of warehouse \(record.freight.origin.name), not of \(key.name)"
            )
        }
        return record.freight.artifacts
    }

    /// Asks repositories for the given commits, by the index of the slot.
    private func commits(
        for assembly: ManualAssembly,
        base: [Artifact],
        project: String
    ) async throws -> [Int: CommitArtifact] {
        var found: [Int: CommitArtifact] = [:]
        for (index, slot) in assembly.slots.enumerated() where !assembly.isCopied(index, from: base) {
            guard case .commit(_, let id) = slot.part, case .git(let git) = slot.subscription else { continue }
            do {
                let remote = try core.ports.remotes.remote(
                    git.repoURL,
                    project: project,
                    insecureSkipTLSVerify: git.insecureSkipTLSVerify
                )
                found[index] = try await GivenCommit(commits: core.countedCommits).artifact(id, of: git, remote: remote)
            } catch let error as OperatorFailure {
                throw error
            } catch {
                throw OperatorFailure.outside("commit \(id.short) cannot be found out about: \(message(of: error))")
            }
        }
        return found
    }

    /// Asks registries for the digests of images that were written without one, by the index of the slot.
    private func digests(for assembly: ManualAssembly, project: String) async throws -> [Int: String] {
        var digests: [Int: String] = [:]
        for (index, slot) in assembly.slots.enumerated() {
            guard case .image(let repoURL, let tag, nil) = slot.part, case .image(let image) = slot.subscription else {
                continue
            }
            let answer: ImageAnswer
            do throws(RegistryFailure) {
                answer = try await core.ports.registry.find(tag, in: image, project: project)
            } catch {
                throw OperatorFailure.outside("the digest of \(repoURL):\(tag) cannot be found out: \(error.message)")
            }
            guard let digest = answer.digest else {
                let reason = answer.reason(tag: tag, platform: image.platform) ?? "the registry has no \(tag)"
                throw OperatorFailure.invalid("\(repoURL):\(tag) cannot be promoted: \(reason)")
            }
            digests[index] = digest
        }
        return digests
    }
}
