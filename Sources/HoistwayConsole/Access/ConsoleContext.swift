import Hummingbird

/// What the console knows of a request on its way.
struct ConsoleContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    /// Set by ``AuthenticationMiddleware``; routes behind it find it there.
    private(set) var admitted: Caller?

    init(source: Source) {
        coreContext = CoreRequestContextStorage(source: source)
    }

    func caller() throws -> Caller {
        guard let admitted else { throw APIError.unauthenticated }
        return admitted
    }

    func admitting(_ caller: Caller) -> ConsoleContext {
        var copy = self
        copy.admitted = caller
        return copy
    }
}
