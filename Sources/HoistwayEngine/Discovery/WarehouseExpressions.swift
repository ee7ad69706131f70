import HoistwayExpressions
import HoistwayModel
import HoistwayPorts
import Synchronization

/// Evaluates the expressions of warehouses: `freightCreationCriteria` and the `expressionFilter` of subscriptions.
final class WarehouseExpressions: Sendable {
    /// The most compiled expressions that are kept; above it, all are compiled again.
    private static let limit = 1000

    private struct Key: Hashable {
        var place: ExpressionPlace
        var text: String
    }

    /// Patterns, time zones and limits, with the given time as the present.
    private let scope: @Sendable (Timestamp) -> Scope
    private let compiled = Mutex<[Key: Expression]>([:])

    init(scope: @escaping @Sendable (Timestamp) -> Scope) {
        self.scope = scope
    }

    var criteria: FreightCriteria {
        FreightCriteria { text, artifacts, now in
            do throws(ExpressionError) {
                var scope = self.scope(now)
                scope.functions = KargoFunctions.functions(ofDiscovered: artifacts)
                let value = try self.expression(text, in: .freightCriteria).evaluate(in: scope)
                return try Verdict.of(value, text) ? .met : .notMet
            } catch {
                return .failed(Self.reason(error))
            }
        }
    }

    /// What a filter gets: a commit or a tag.
    enum Candidate {
        case commit(CommitRecord)
        /// - Parameter annotation: of an annotated tag.
        case tag(String, CommitRecord, annotation: TagRecord?)
    }

    /// Whether a filter accepts a commit or a tag.
    func admits(_ candidate: Candidate, filter text: String, now: Timestamp) throws(LookFailure) -> Bool {
        do throws(ExpressionError) {
            var scope = scope(now)
            scope.variables = Self.variables(of: candidate)
            return try Verdict.of(try expression(text, in: .bare).evaluate(in: scope), text)
        } catch {
            throw .filter(of: Self.name(of: candidate), reason: error.message)
        }
    }

    /// Whether the result may differ at another time.
    static func dependsOnTime(_ filter: String) -> Bool { filter.contains("now") }

    private static func name(of candidate: Candidate) -> String {
        switch candidate {
        case .commit(let commit): "commit \(commit.id.short)"
        case .tag(let tag, _, _): "tag \(tag)"
        }
    }

    private static func variables(of candidate: Candidate) -> [String: Value] {
        switch candidate {
        case .commit(let commit):
            FilterVariables.commit(
                id: commit.id.hex,
                commitDate: Moment(commit.committedAt),
                author: commit.author,
                committer: commit.committer,
                subject: CommitSubject.of(commit.message)
            )
        case .tag(let tag, let commit, let annotation):
            FilterVariables.tag(
                tag,
                id: commit.id.hex,
                creatorDate: Moment(annotation?.taggedAt ?? commit.committedAt),
                author: commit.author,
                committer: commit.committer,
                subject: CommitSubject.of(commit.message),
                tagger: annotation?.tagger ?? "",
                annotation: annotation.map { CommitSubject.of($0.message) } ?? ""
            )
        }
    }

    private func expression(_ text: String, in place: ExpressionPlace) throws(ExpressionError) -> Expression {
        let key = Key(place: place, text: text)
        if let known = compiled.withLock({ $0[key] }) { return known }
        let expression = try Expression(text, functions: KargoFunctions.signatures(in: place))
        compiled.withLock { compiled in
            if compiled.count >= Self.limit { compiled.removeAll() }
            compiled[key] = expression
        }
        return expression
    }

    /// The message shows the expression itself besides this.
    private static func reason(_ error: ExpressionError) -> String {
        let place = error.range == nil ? "" : " (line \(error.line), column \(error.column))"
        return error.problem + place + (error.hint.map { "; \($0)" } ?? "")
    }
}

/// The first paragraph of a message in one line, as Git's `%s` prints it.
enum CommitSubject {
    static func of(_ message: String) -> String {
        let lines = message.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
            .map { $0.trimmingSuffix(while: \.isWhitespace) }
        return lines.drop(while: \.isEmpty).prefix { !$0.isEmpty }.joined(separator: " ")
    }
}

extension Substring {
    fileprivate func trimmingSuffix(while predicate: (Character) -> Bool) -> Substring {
        var text = self
        while let last = text.last, predicate(last) { text.removeLast() }
        return text
    }
}
