import Synchronization

/// How many records of the state a task has looked up or gone through: for tests, which show with it that the cost of a
/// change does not grow with the state.
///
/// Only debug builds count.
package final class VisitCounter: Sendable {
    #if DEBUG
        @TaskLocal private static var current: VisitCounter?
    #endif

    private let visits = Atomic<Int>(0)

    package init() {}

    package var count: Int { visits.load(ordering: .relaxed) }

    /// Counts what `body`, and the tasks that it begins, look at.
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
