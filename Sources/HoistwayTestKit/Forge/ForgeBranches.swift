package import HoistwayModel
import HoistwayPorts
import Synchronization

/// The Git side of ``InMemoryForge``.
package protocol ForgeBranches: Sendable {
    /// `nil`: there is no such branch.
    func head(_ branch: String) async -> ObjectID?
    /// Merges one branch into another; throws where they conflict.
    func land(_ source: String, on target: String, method: String) async throws -> ObjectID
}

/// Branches that are only names of commits.
package final class NamedBranches: ForgeBranches {
    private let heads: Mutex<[String: ObjectID]>
    private let merges = Mutex<UInt32>(0)

    package init(_ heads: [String: ObjectID] = [:]) { self.heads = Mutex(heads) }

    package func set(_ branch: String, to commit: ObjectID?) { heads.withLock { $0[branch] = commit } }
    package func head(_ branch: String) async -> ObjectID? { heads.withLock { $0[branch] } }

    package func land(_ source: String, on target: String, method: String) async throws -> ObjectID {
        guard heads.withLock({ $0[source] }) != nil else { throw ContractViolation("there is no branch \(source)") }
        let number = merges.withLock { count in
            count += 1
            return count
        }
        let bytes = [0xfe, 0xed] + [UInt8](repeating: 0, count: 14) + (0..<4).map { UInt8(number >> ($0 * 8) & 0xff) }
        guard let commit = ObjectID(bytes: bytes) else { throw ContractViolation("no id") }
        set(target, to: commit)
        return commit
    }
}

/// The branches of a repository in memory; a merge adds the changes of the source's last commit.
package struct RemoteBranches: ForgeBranches {
    let remote: InMemoryGitRemote

    package init(_ remote: InMemoryGitRemote) { self.remote = remote }

    package func head(_ branch: String) async -> ObjectID? { remote.head(branch) }

    package func land(_ source: String, on target: String, method: String) async throws -> ObjectID {
        guard let tip = remote.head(source), let base = remote.head(target),
            let theirs = try await remote.files(branch: source), var files = try await remote.files(branch: target)
        else { throw ContractViolation("there is no branch \(source) or \(target)") }
        let parent = try await remote.commit(tip).parents.first
        let before: [String: String]
        if let parent {
            remote.set("refs/heads/\(source)@before", to: parent)
            before = try await remote.files(branch: "\(source)@before") ?? [:]
            remote.set("refs/heads/\(source)@before", to: nil)
        } else {
            before = [:]
        }
        for path in Set(theirs.keys).union(before.keys) where theirs[path] != before[path] {
            guard files[path] == before[path] else { throw ContractViolation("conflict in \(path)") }
            files[path] = theirs[path]
        }
        return try await remote.seed(
            branch: target,
            files: files,
            message: "\(method) \(source)",
            parents: method == "merge" ? [base, tip] : [base]
        )
    }
}
