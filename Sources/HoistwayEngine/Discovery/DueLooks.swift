import HoistwayModel
import HoistwayPorts

/// Warehouses whose look is due, in the order in which looks begin.
///
/// Those that ask the same hosts stand in one line, where their projects take turns: if the first of a project has to
/// wait, so have the others of it there. Finding the next does not go through all that wait for room.
struct DueLooks {
    private struct Line {
        /// Those of which a warehouse waits.
        var projects = Fifo<String>()
        var warehouses: [String: Fifo<Warehouse>] = [:]

        mutating func append(_ warehouse: Warehouse) {
            let project = warehouse.key.project
            if warehouses[project] == nil { projects.append(project) }
            warehouses[project, default: Fifo()].append(warehouse)
        }
    }

    /// What may begin now.
    struct Turn {
        var begun: [Warehouse] = []
        /// When a host may be asked again; `nil`: none of them has to wait for that.
        var next: Timestamp?
    }

    /// By the hosts that are asked.
    private var lines: [Set<String>: Line] = [:]
    /// Of the lines, by the first of their warehouses.
    private var order: [Set<String>] = []

    /// - Parameter inOrder: those that have waited longest first, without subscriptions that are not to be asked.
    init(_ inOrder: [Warehouse]) {
        for warehouse in inOrder {
            let hosts = warehouse.hosts
            if lines[hosts] == nil { order.append(hosts) }
            lines[hosts, default: Line()].append(warehouse)
        }
    }

    var isEmpty: Bool { lines.isEmpty }

    /// Takes those that may begin, and those that are looked at already.
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
        /// Projects in a row of which none may begin.
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
    /// Those that a look at it asks, each as `host[:port]`.
    var hosts: Set<String> { subscriptions.reduce(into: []) { $0.formUnion($1.hosts) } }
}

extension Subscription {
    /// `host[:port]` of what is asked; empty for what is not run.
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
