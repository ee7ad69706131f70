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
        // Events do not have everything that expressions use, and only a merge's changes show whose work it is.
        let isPlain =
            subscription.expressionFilter == nil && subscription.since == nil
            && warehouse.freightCreationCriteria == nil && !state.hasProposals(in: subscription.repoURL)
        let isCertain = isFollowed && source.isEvidence && record.head != nil && verdict.isCertain && isPlain
        let question = isCertain ? nil : Confirmation.head(key, ref: event.ref)
        guard let found = head(told: told, event: event, record: record, question: question, into: &result) else {
            return .some(nil)
        }
        let head = found.id
        guard record.head != head else {
            result.trace.append("\(key): commit \(head.short) is known already")
            return .some(nil)
        }
        record.head = head
        record.note(found.merges)
        record.updatedAt = now
        // The changes are known only between the event's two commits, and are trusted only in a proven body. Otherwise
        // the repository has given the commit that counts.
        if let reason = found.leftOut ?? (question == nil ? leftOut(head, verdict: verdict, state: state) : nil) {
            result.trace.append("\(key): \(reason)")
            if let newest = found.newest, record.newest != .commit(newest) {
                result.trace.append("\(key): commit \(newest.id.short) is the newest of \(event.ref) that counts")
                record.newest = .commit(newest)
            }
            return record
        }
        record.newest = .commit(
            found.newest ?? artifact(head, subscription: subscription, tag: nil, summary: event.head)
        )
        result.trace.append("\(key): commit \(head.short) is the head of \(event.ref)")
        return record
    }

    private func leftOut(_ head: ObjectID, verdict: CommitSelection.Verdict, state: PipelineState) -> String? {
        if state.isOwn(head) { return "commit \(head.short) is Hoistway's own: it makes no freight" }
        return verdict.isEligible ? nil : verdict.reason
    }

    /// The branch's commit: the event's where there is no question, otherwise the repository's.
    private func head(
        told: ObjectID,
        event: PushEvent,
        record: SubscriptionRecord,
        question: Confirmation?,
        into result: inout Result
    ) -> Head? {
        guard let question, record.head != told else { return Head(id: told) }
        let answer = answers[question]
        // A late answer is about another head than the one that is known now.
        guard case .head(let found?, let after, let leftOut, let newest, let merges)? = answer,
            after == record.head || found == record.head
        else {
            if case .head(nil, _, _, _, _)? = answer {
                result.trace.append("\(record.key): the repository no longer has \(event.ref)")
                return nil
            }
            result.needs.append(question)
            let follows = event.before.flatMap { ObjectID($0) } == record.head
            let why =
                record.head.map {
                    follows
                        ? "the event alone does not show which commit counts" : "the event does not follow \($0.short)"
                } ?? "no head is known yet"
            result.trace.append("\(record.key): asks the repository where \(event.ref) is (\(why))")
            return nil
        }
        if found != told {
            result.trace.append("\(record.key): the event says \(told.short), the repository is at \(found.short)")
        }
        return Head(id: found, leftOut: leftOut, newest: newest, merges: merges)
    }

    /// The head of a branch.
    private struct Head {
        var id: ObjectID
        /// Why the head itself makes no freight.
        var leftOut: String?
        /// The newest commit that makes freight.
        var newest: CommitArtifact?
        /// Commits above it that only merge the pushes of promotions.
        var merges: [SubscriptionRecord.OwnMerge] = []
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
        guard verdict.isEligible else {
            result.trace.append("\(key): \(verdict.reason)")
            return .some(nil)
        }
        let tag = CommitSelection.short(event.ref, below: "refs/tags/") ?? event.ref
        let isCurrent = record.newest?.commitTag.map { $0.utf8.elementsEqual(tag.utf8) } ?? false
        // Senders rarely name the commit of an annotated tag or its time. Events come in any order, so even a deletion
        // may be outdated: the repository has the present state.
        let question = Confirmation.tag(key, ref: event.ref)
        guard case .tag(let found, let leftOut)? = answers[question] else {
            result.needs.append(question)
            result.trace.append("\(key): asks the repository for the commit of \(event.ref)")
            return .some(nil)
        }
        let before = record
        if isCurrent, found == nil || leftOut != nil || found?.id != record.newest?.commitID {
            result.trace.append("\(key): \(event.ref) was \(found == nil ? "deleted" : "moved")")
            check(again: key, why: "\(tag) was the newest", in: warehouse, &record, matcher, &result)
            return .some(record == before ? nil : record)
        }
        guard let found, leftOut == nil else {
            result.trace.append("\(key): \(leftOut ?? "the repository has no \(event.ref)")")
            return .some(nil)
        }
        if let newest = record.newest, case .commit(let current) = newest {
            guard Subscription.git(subscription).admits(newest, matcher: matcher) else {
                check(again: key, why: "the rules reject the newest now", in: warehouse, &record, matcher, &result)
                return .some(record == before ? nil : record)
            }
            guard CommitSelection.compare(found, to: current, for: subscription) == .newer else {
                result.trace.append("\(key): tag \(tag) is not newer than \(current.tag ?? current.id.short)")
                return .some(nil)
            }
        }
        record.newest = .commit(found)
        record.updatedAt = now
        result.trace.append("\(key): tag \(tag) at \(found.id.short) is the newest")
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

extension Artifact {
    fileprivate var commitID: ObjectID? { if case .commit(let commit) = self { commit.id } else { nil } }
}
