import HoistwayModel
import HoistwayPorts
import Synchronization

/// The order of all projects, and which of them need a person: after a change only the changed projects are looked at
/// again.
final class OverviewBook: Sendable {
    /// Values that concern all projects: if one of them changes, all projects are looked at again.
    private struct Basis: Equatable {
        var branches: UInt64
        var configuration: UInt64
        var defaultBranches: Int
    }

    private struct Card: Equatable {
        var position: ProjectPosition
        var needsPerson: Bool
    }

    private struct Kept {
        var basis: Basis?
        /// The revision of the state.
        var revision: UInt64 = 0
        var minute: Int64 = 0
        var cards = RecordMap<String, Card>()
        var order = OrderedList<ProjectPosition>()
        var needingPerson = OrderedList<String>()
        /// Projects with open promotions: their position may change with time alone.
        var open = OrderedList<String>()

        mutating func put(_ card: Card, isOpen: Bool) {
            remove(card.position.name)
            let name = card.position.name
            cards[name] = card
            order.insert(card.position)
            if card.needsPerson { needingPerson.insert(name) }
            if isOpen { open.insert(name) }
        }

        mutating func remove(_ name: String) {
            guard let old = cards[name] else { return }
            cards[name] = nil
            order.remove(old.position)
            needingPerson.remove(name)
            open.remove(name)
        }
    }

    private let kept = Mutex(Kept())

    /// The positions of all projects, the most urgent first, and the names of those that need a person, sorted.
    func overview(_ maker: ViewMaker) -> (order: OrderedList<ProjectPosition>, needingPerson: OrderedList<String>) {
        var known = kept.withLock(\.self)
        let basis = Basis(
            branches: maker.revisions.branches,
            configuration: maker.generation,
            defaultBranches: maker.core.branches.knownDefaultBranches
        )
        let minute = maker.now.seconds / 60
        var changed: Set<String>
        if known.basis == basis, known.revision <= maker.revisions.last {
            changed = Set(maker.revisions.projects(since: known.revision))
            if known.minute != minute { changed.formUnion(known.open) }
        } else {
            known = Kept()
            changed = Set(maker.pipelines.projects.keys)
        }
        for name in changed {
            // A project that is no longer in the manifests is not shown.
            guard maker.pipelines.projects[name] != nil else {
                known.remove(name)
                continue
            }
            let summaries = maker.summaries(of: name)
            let state = summaries.map(\.state).min() ?? .empty
            let needsPerson = ViewMaker.attention(summaries).needsPerson
            known.put(
                Card(position: ProjectPosition(state: state, name: name), needsPerson: needsPerson),
                isOpen: summaries.contains { $0.openPromotion != nil }
            )
        }
        known.basis = basis
        known.revision = maker.revisions.last
        known.minute = minute
        // Another request may have looked at a later state in between.
        kept.withLock { [known] kept in
            if kept.basis != basis || kept.revision <= known.revision { kept = known }
        }
        return (known.order, known.needingPerson)
    }
}

extension AttentionView {
    /// Whether any group has an entry.
    fileprivate var needsPerson: Bool {
        let groups = [failed, awaitsAcceptance, drifted, stuck, unhealthy] + paused.values
        return groups.contains { $0.count > 0 }
    }
}
