import Synchronization

/// Counts the records of the state that a task has visited.
///
/// Tests use it to show that the cost of a change does not grow with the state. Only debug builds count.
package final class VisitCounter: Sendable {
    #if DEBUG
        @TaskLocal private static var current: VisitCounter?
    #endif

    private let visits = Atomic<Int>(0)

    package init() {}

    package var count: Int { visits.load(ordering: .relaxed) }

    /// Counts the visits of `body`, and of the tasks that it starts.
    package func counting<Value>(_ body: () async throws -> Value) async rethrows -> Value {
        #if DEBUG
            try await Self.$current.withValue(self, operation: body)
        #else
            try await body()
        #endif
    }

    static func note(_ visits: Int = 1) {
        #if DEBUG
            current?.visits.wrappingAdd(visits, ordering: .relaxed)
        #endif
    }
}
