extension Intake {
    func accept(
        _ event: PushEvent,
        _ subscription: GitSubscription,
        in warehouse: Warehouse,
        source: EventSource,
        state: PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) -> SubscriptionRecord?? {
        let key = SubscriptionKey(warehouse: warehouse.key, subscription: Subscription.git(subscription).id)
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        let verdict = CommitSelection.verdict(on: event, for: subscription, matcher: matcher)
        guard verdict.concernsBranch else {
            result.trace.append("\(key): \(verdict.reason)")
            return .some(nil)
        }
        guard let told = event.commit.flatMap({ ObjectID($0) }) else {
            result.trace.append("\(key): \(event.ref) was deleted; the freight that is there stays")
            return .some(nil)
        }
        let isFollowed = record.head.map { event.before.flatMap { ObjectID($0) } == $0 } ?? true
        let question =
            isFollowed && source.isEvidence && record.head != nil ? nil : Confirmation.head(key, ref: event.ref)
        guard let found = head(told: told, event: event, record: record, question: question, into: &result) else {
            return .some(nil)
        }
        let head = found.id
        guard record.head != head else {
            result.trace.append("\(key): commit \(head.short) is known already")
            return .some(nil)
        }
        // What changed is known only between the event's two commits, and is believed where the body is proven; else
        // the repository says what lies between the head that was known and this one.
        let isTold = head == told && isFollowed && (source.isEvidence || record.head == nil)
        record.head = head
        record.updatedAt = now
        if let reason = found.leftOut ?? (isTold ? leftOut(head, verdict: verdict, state: state) : nil) {
            result.trace.append("\(key): \(reason)")
            return record
        }
        record.newest = .commit(artifact(head, subscription: subscription, tag: nil, summary: event.head))
        result.trace.append("\(key): commit \(head.short) is the head of \(event.ref)")
        return record
    }

    private func leftOut(_ head: ObjectID, verdict: CommitSelection.Verdict, state: PipelineState) -> String? {
        if state.isOwn(head) { return "commit \(head.short) is Hoistway's own: it makes no freight" }
        return verdict.isEligible ? nil : verdict.reason
    }

    /// The commit that the branch is at: without a question the event's, else what the repository says.
    private func head(
        told: ObjectID,
        event: PushEvent,
        record: SubscriptionRecord,
        question: Confirmation?,
        into result: inout Result
    ) -> (id: ObjectID, leftOut: String?)? {
        guard let question, record.head != told else { return (told, nil) }
        let answer = answers[question]
        // An answer that comes late is about another head than the one that is known by now.
        guard case .head(let found?, let after, let leftOut)? = answer, after == record.head || found == record.head
        else {
            if case .head(nil, _, _)? = answer {
                result.trace.append("\(record.key): the repository has no \(event.ref) any more")
                return nil
            }
            result.needs.append(question)
            let follows = event.before.flatMap { ObjectID($0) } == record.head
            let why =
                record.head.map {
                    follows ? "the sender is proven, the content is not" : "the event does not follow \($0.short)"
                } ?? "no head is known yet"
            result.trace.append("\(record.key): asks the repository where \(event.ref) is (\(why))")
            return nil
        }
        if found != told {
            result.trace.append("\(record.key): the event says \(told.short), the repository is at \(found.short)")
        }
        return (found, leftOut)
    }

    func accept(
        _ event: TagEvent,
        _ subscription: GitSubscription,
        in warehouse: Warehouse,
        state: PipelineState,
        matcher: some PatternMatcher,
        into result: inout Result
    ) -> SubscriptionRecord?? {
        let key = SubscriptionKey(warehouse: warehouse.key, subscription: Subscription.git(subscription).id)
        var record = state.subscriptions[key] ?? SubscriptionRecord(key: key, updatedAt: now)
        let verdict = CommitSelection.verdict(on: event, for: subscription, matcher: matcher)
        guard verdict.isEligible, !event.deleted else {
            result.trace.append(
                "\(key): \(event.deleted ? "\(event.ref) was deleted; the freight that is there stays" : verdict.reason)"
            )
            return .some(nil)
        }
        // Senders seldom tell the commit below an annotated tag: the repository does.
        let question = Confirmation.head(key, ref: event.ref)
        guard let answer = answers[question] else {
            result.needs.append(question)
            result.trace.append("\(key): asks the repository for the commit of \(event.ref)")
            return .some(nil)
        }
        guard case .head(let commit?, _, _) = answer else {
            result.trace.append("\(key): the repository has no \(event.ref)")
            return .some(nil)
        }
        let tag = String(event.ref.dropFirst("refs/tags/".count))
        let candidate = artifact(commit, subscription: subscription, tag: tag, summary: event.head)
        if case .commit(let current)? = record.newest,
            Subscription.git(subscription).admits(.commit(current), matcher: matcher),
            CommitSelection.compare(candidate, to: current, for: subscription) != .newer
        {
            result.trace.append("\(key): tag \(tag) is not newer than \(current.tag ?? current.id.short)")
            return .some(nil)
        }
        record.newest = .commit(candidate)
        record.updatedAt = now
        result.trace.append("\(key): tag \(tag) at \(commit.short) is the newest")
        return record
    }

    private func artifact(
        _ id: ObjectID,
        subscription: GitSubscription,
        tag: String?,
        summary: CommitSummary?
    ) -> CommitArtifact {
        let isTold = summary.map { $0.id.lowercased() == id.hex } ?? false
        let subject = isTold ? summary?.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? "" : ""
        return CommitArtifact(
            repoURL: subscription.repoURL,
            id: id,
            branch: subscription.branch,
            tag: tag,
            message: subject.count > 80 ? subject.prefix(77) + "..." : subject,
            author: isTold ? summary?.author ?? "" : "",
            createdAt: (isTold ? summary?.timestamp : nil) ?? now
        )
    }
}
