import HoistwayModel
import HoistwayPorts

/// Warehouses whose look is due, in the order in which looks begin.
///
/// Warehouses with the same hosts are in one line, where their projects take turns. If the first warehouse of a project
/// has to wait, its others in that line wait too. So the search for the next one skips most of those that wait.
struct DueLooks {
    private struct Line {
        /// Projects with a waiting warehouse.
        var projects = Fifo<String>()
        var warehouses: [String: Fifo<Warehouse>] = [:]

        mutating func append(_ warehouse: Warehouse) {
            let project = warehouse.key.project
            if warehouses[project] == nil { projects.append(project) }
            warehouses[project, default: Fifo()].append(warehouse)
        }
    }

    /// The warehouses whose look begins now.
    struct Turn {
        var begun: [Warehouse] = []
        /// When the first host that is over its pace may be asked again; `nil`: there is no such host.
        var next: Timestamp?
    }

    /// By the hosts that a look asks.
    private var lines: [Set<String>: Line] = [:]
    /// The keys of the lines, in the order of their first warehouses.
    private var order: [Set<String>] = []

    /// - Parameter inOrder: warehouses, the one that has waited longest first, without subscriptions that must not be
    ///   asked.
    init(_ inOrder: [Warehouse]) {
        for warehouse in inOrder {
            let hosts = warehouse.hosts
            if lines[hosts] == nil { order.append(hosts) }
            lines[hosts, default: Line()].append(warehouse)
        }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// Removes and begins those that may begin; removes those whose look already runs.
    mutating func take(_ begin: (Warehouse) -> LookRoom.Answer) -> Turn {
        var turn = Turn()
        for hosts in order {
            guard var line = lines.removeValue(forKey: hosts) else { continue }
            take(from: &line, into: &turn, begin)
            if !line.projects.isEmpty { lines[hosts] = line }
        }
        order.removeAll { lines[$0] == nil }
        return turn
    }

    private func take(from line: inout Line, into turn: inout Turn, _ begin: (Warehouse) -> LookRoom.Answer) {
        /// Projects in a row without a warehouse that may begin.
        var waiting = 0
        while waiting < line.projects.count, let project = line.projects.popFirst() {
            guard let warehouse = line.warehouses[project]?.popFirst() else { continue }
            let answer = begin(warehouse)
            switch answer {
            case .begun:
                turn.begun.append(warehouse)
                waiting = 0
            case .isLookedAt: waiting = 0
            case .isFull, .isPaced:
                line.warehouses[project]?.prepend(warehouse)
                line.projects.prepend(project)
                if case .isPaced(let moment) = answer { turn.next = min(turn.next ?? moment, moment) }
                return
            case .projectIsFull:
                line.warehouses[project]?.prepend(warehouse)
                waiting += 1
            }
            if line.warehouses[project]?.isEmpty ?? true {
                line.warehouses[project] = nil
            } else {
                line.projects.append(project)
            }
        }
    }
}

extension Warehouse {
    /// The hosts that a look at it asks, each as `host[:port]`.
    var hosts: Set<String> { subscriptions.reduce(into: []) { $0.formUnion($1.hosts) } }
}

extension Subscription {
    /// The host that is asked, as `host[:port]`; empty for a subscription that is not run.
    var hosts: Set<String> {
        let host: String? =
            switch self {
            case .image(let image): image.key.host
            case .git(let git): String(git.key.text.prefix { $0 != "/" })
            case .chart(let chart): chart.host
            }
        return host.map { [$0] } ?? []
    }
}
