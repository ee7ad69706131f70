import HoistwayModel
import HoistwayPorts

/// Warehouses whose look is due, in the order in which looks begin.
///
/// They are sorted by host and project, and these take turns: which one may begin next is found without going through
/// all that wait for room.
struct DueLooks {
    private struct Host {
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

    private var hosts: [String: Host] = [:]
    /// Of the hosts, by the first of their warehouses.
    private var order: [String] = []

    /// - Parameter inOrder: those that have waited longest first.
    init(_ inOrder: [Warehouse]) {
        for warehouse in inOrder {
            let host = warehouse.subscriptions.lazy.compactMap(\.host).first ?? ""
            if hosts[host] == nil { order.append(host) }
            hosts[host, default: Host()].append(warehouse)
        }
    }

    var isEmpty: Bool { hosts.isEmpty }

    /// Takes those that may begin, and those that are looked at already.
    mutating func take(_ begin: (Warehouse) -> LookRoom.Answer) -> Turn {
        var turn = Turn()
        for name in order {
            guard var host = hosts.removeValue(forKey: name) else { continue }
            take(from: &host, into: &turn, begin)
            if !host.projects.isEmpty { hosts[name] = host }
        }
        order.removeAll { hosts[$0] == nil }
        return turn
    }

    private func take(from host: inout Host, into turn: inout Turn, _ begin: (Warehouse) -> LookRoom.Answer) {
        /// Projects in a row of which none may begin.
        var waiting = 0
        while waiting < host.projects.count, let project = host.projects.popFirst() {
            guard let warehouse = host.warehouses[project]?.popFirst() else { continue }
            switch begin(warehouse) {
            case .begun:
                turn.begun.append(warehouse)
                waiting = 0
            case .isLookedAt: waiting = 0
            case .isFull:
                host.warehouses[project]?.prepend(warehouse)
                host.projects.prepend(project)
                return
            case .isPaced(let moment):
                host.warehouses[project]?.prepend(warehouse)
                host.projects.prepend(project)
                turn.next = min(turn.next ?? moment, moment)
                return
            case .hasToWait:
                host.warehouses[project]?.prepend(warehouse)
                waiting += 1
            }
            if host.warehouses[project]?.isEmpty ?? true {
                host.warehouses[project] = nil
            } else {
                host.projects.append(project)
            }
        }
    }
}
