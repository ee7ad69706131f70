package import HoistwayModel
package import HoistwayPorts

extension EngineOperator {
    package func verify(
        stage key: StageKey,
        freight name: String?,
        failure: String?,
        actor: String
    ) async throws -> [FreightView] {
        let (stage, _) = try find(key)
        let records = try await core.transact { transaction, core in
            let state = transaction.state
            let freight = try name.map { try Self.find($0, project: key.project, state: state) }
            let request = VerificationRequest(stage: stage, freight: freight, failure: failure, actor: actor)
            let now = core.ports.clock.now()
            let records: [FreightRecord]
            do throws(VerificationRequest.Failure) {
                records = try request.records(on: state, now: now)
            } catch {
                switch error {
                case .nothingThere(let text): throw OperatorFailure.nothingToDo(text)
                case .denied(let text, let hint): throw OperatorFailure.denied(text, hint: hint)
                case .meaningless(let text): throw OperatorFailure.invalid(text)
                }
            }
            for record in records where record != state.freight[record.key] {
                transaction.put(.putFreight(record))
                let why = failure.map { ": failed: \($0)" } ?? ""
                transaction.audit.append(
                    AuditRecord(
                        at: now,
                        actor: actor,
                        action: "verify",
                        detail: "\(record.freight.id) in \(key)\(why)",
                        project: key.project,
                        object: AuditObject(.freight, record.freight.id.text)
                    )
                )
            }
            return records
        }
        let maker = await maker()
        return records.map(maker.view)
    }
}
